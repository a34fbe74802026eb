// The explorer of convolutions: a signal, an image or several channels, the kernels, and each output with its arithmetic.

import { announcer, arrow, choice, element, format, mount, numbers, player } from "./kit.mjs";
import { layer, outputSize, reach, terms, total, turned } from "./correlation.mjs";
import { PRESETS } from "./convolution-presets.mjs";

const OPERATIONS = [["convolution", "convolution"], ["correlation", "cross-correlation"]];

const factor = (number) => (number < 0 ? `(${format(number)})` : format(number));
const sum = (parts) => parts.map((part, at) => (at ? factor(part) : format(part))).join(" + ");
const part = (title, ...content) => element("div", {}, element("p", { class: "lattice-title" }, title), ...content);
const at = (row, column) => ({ style: `grid-area: ${row + 1} / ${column + 1}` });
const cells = (count, size) => (count ? `repeat(${count}, ${size})` : "");

// The numbers of a channel with the zeros around it; show(products) marks those that are multiplied, and their window.
function lattice(label, values, change) {
  const table = numbers(label, values, change);
  const inputs = [...table.element.children].map((row) => [...row.children]);
  const [zeros, marks] = [element("div", { class: "lattice-layer" }), element("div", { class: "lattice-layer" })];
  const grid = element("div", { class: "lattice" }, zeros, table.element, marks);
  let above, before;
  return {
    element: grid,
    pad([rows, columns]) {
      [above, before] = [rows, columns];
      const [height, width] = [inputs.length, inputs[0].length];
      const [thin, thick] = ["minmax(1rem, 1.25rem)", "var(--cell)"];
      grid.style.gridTemplateRows = `${cells(rows, "1.5rem")} ${cells(height, thick)} ${cells(rows, "1.5rem")}`;
      grid.style.gridTemplateColumns = `${cells(columns, thin)} ${cells(width, thick)} ${cells(columns, thin)}`;
      zeros.replaceChildren();
      for (let i = -rows; i < height + rows; i++) {
        for (let j = -columns; j < width + columns; j++) {
          if (inputs[i]?.[j]) inputs[i][j].style.gridArea = `${i + rows + 1} / ${j + columns + 1}`;
          else zeros.append(element("span", { class: "lattice-zero", ...at(i + rows, j + columns) }, "0"));
        }
      }
    },
    show(products) {
      const taps = products.flat();
      inputs.forEach((line) => line.forEach((input) => input.classList.remove("tapped")));
      for (const { row, column } of taps) inputs[row]?.[column]?.classList.add("tapped");
      marks.replaceChildren(...taps.map(({ row, column, factor: weight }) => element("span", {
        class: "lattice-tap", ...at(row + above, column + before),
      }, inputs[row]?.[column] ? `×${format(weight)}` : "")));
      if (!taps.length) return;
      const [first, last] = [taps[0], taps.at(-1)];
      const area = [first.row + above + 1, first.column + before + 1, last.row + above + 2, last.column + before + 2];
      marks.append(element("span", { class: "lattice-window", style: `grid-area: ${area.join(" / ")}` }));
    },
  };
}

// The outputs of a filter as buttons, of which the Tab key meets one, and the arrow keys the others.
function outputs(label, [height, width], choose) {
  const buttons = Array.from({ length: height }, (row, i) => Array.from({ length: width }, (column, j) =>
    element("button", { type: "button", class: "lattice-output", onclick: () => choose(i, j), onkeydown: (event) => go(event, i, j) })));
  function go(event, i, j) {
    const [down, right] = arrow(event) ?? [0, 0];
    const next = buttons[i + down]?.[j + right];
    if (!next || next === event.target) return;
    event.preventDefault();
    next.focus();
    choose(i + down, j + right);
  }
  return {
    element: element("div", { class: "lattice", role: "group", "aria-label": label, style: `grid-template-columns: ${cells(width, "minmax(0, var(--cell))")}` },
      ...buttons.flat()),
    // Values that are undefined are not computed yet; chosen is [i, j], or undefined in the other filters.
    show(values, chosen) {
      buttons.forEach((row, i) => row.forEach((each, j) => {
        const value = values[i][j] === undefined ? "" : format(values[i][j]);
        const current = chosen?.[0] === i && chosen[1] === j;
        each.textContent = value;
        each.tabIndex = current || (!chosen && i + j === 0) ? 0 : -1;
        each.setAttribute("aria-current", current);
        each.setAttribute("aria-label", `${label}, row ${i + 1}, column ${j + 1}: ${value || "not computed yet"}`);
      }));
    },
  };
}

// The products of a window as a text of its rows, and their sum.
function arithmetic(products) {
  const shown = products.map((row, k) => row.map(({ value, factor: weight }, l) =>
    element("span", {}, `${k + l ? "+ " : ""}${factor(value)}·${factor(weight)}`)));
  return element("div", { class: "convolution-terms", style: `grid-template-columns: ${cells(products[0].length, "auto")}` },
    ...shown.flat(), element("strong", {}, `= ${format(total(products))}`));
}

// Why the kernel does not fit, in words; nothing if it does.
function misfit(x, weight, rules) {
  const axis = outputSize(x, weight, rules).findIndex((size) => size < 1);
  if (axis < 0) return "";
  const taps = [weight[0][0].length, weight[0][0][0].length][axis];
  const size = [x[0].length, x[0][0].length][axis] + 2 * rules.padding[axis];
  const [what, where] = [["rows", "high"], ["columns", "wide"]][axis];
  return `The kernel does not fit: with dilation ${rules.dilation[axis]} its ${taps} taps reach over ${reach(taps, rules.dilation[axis])} ${what}, `
    + `and the input with its padding is only ${size} ${where}. Choose more padding or less dilation.`;
}

// One of the presets: the controls and the numbers. stop() ends a film that runs.
function lesson({ input, weight, bias, flip, padding, stride, dilation, step }) {
  const signal = input[0].length === 1;
  const plain = input.length === 1 && weight.length === 1; // no channels, no bias
  const settings = { flip, padding, stride, dilation };
  const rules = () => ({
    flip: settings.flip,
    padding: [signal ? 0 : settings.padding, settings.padding],
    stride: [signal ? 1 : settings.stride, settings.stride],
    dilation: [signal ? 1 : settings.dilation, settings.dilation],
  });
  const setting = (name, label, values) => choice(label, values.map((value) => [value, value]), settings[name], (value) => {
    settings[name] = Number(value);
    refresh();
  }).element;
  const operation = choice("Operation", OPERATIONS, flip ? "convolution" : "correlation", (value) => {
    settings.flip = value === "convolution";
    refresh();
  });
  const filters = choice("Filter", weight.map((_, o) => [o, o]), 0, (o) => {
    const [height, width] = outputSize(input, weight, rules());
    film.stopAt(Number(o) * height * width + (film.step % (height * width)));
  });
  const told = announcer();
  const message = element("p", { class: "convolution-message", role: "status" });
  const film = player({ steps: 1, seconds: 1.5, show, label: "Output" });

  const channels = input.map((values, c) => {
    const name = plain ? (signal ? "Signal" : "Image") : `Input, channel ${c}`;
    const kernel = weight.map((filter, o) => numbers(plain ? "Kernel" : `Filter ${o}, channel ${c}`, filter[c], (table) => {
      filter[c] = table;
      refresh();
    }).element);
    const mirrored = element("div", { class: "explorer-numbers" });
    return {
      grid: lattice(name, values, (table) => { input[c] = table; refresh(); }),
      name, kernel, mirrored,
      title: element("p", { class: "lattice-title" }),
      turned: part(signal ? "reflected" : "turned by 180°", mirrored),
      products: part(plain ? "input · kernel" : `input · kernel, channel ${c}`),
    };
  });
  const biases = weight.map((_, o) => numbers(`Bias of filter ${o}`, [[bias[o]]], ([[value]]) => { bias[o] = value; refresh(); }).element);
  const biasPart = part("bias", ...biases);
  const results = element("div", { class: "convolution-parts" });
  const line = element("p", { class: "convolution-sum" });
  let values, grids = [], shape = "";

  // What has been set has changed: compute everything again, and stay at the same output if there still is one.
  function refresh() {
    const why = misfit(input, weight, rules());
    message.textContent = why;
    for (const each of [results, film.element, line, filters.element]) each.hidden = Boolean(why);
    channels.forEach(({ grid }) => grid.pad(rules().padding));
    values = layer(input, weight, bias, rules());
    if (why) {
      film.run(false);
      channels.forEach(({ grid, products }) => { grid.show([]); products.hidden = true; });
      return;
    }
    const size = outputSize(input, weight, rules());
    if (shape !== String(size)) {
      shape = String(size);
      grids = weight.map((_, o) => outputs(plain ? "Output" : `Output ${o}`, size, (i, j) => film.stopAt((o * size[0] + i) * size[1] + j)));
      results.replaceChildren(...grids.map((grid, o) => part(`${plain ? "output" : `output of filter ${o}`}, ${signal ? `${size[1]} values` : size.join(" × ")}`, grid.element)));
    }
    film.steps = weight.length * size[0] * size[1];
  }

  function show(step) {
    const [height, width] = outputSize(input, weight, rules());
    const [o, i, j] = [Math.floor(step / (height * width)), Math.floor(step / width) % height, step % width];
    const products = terms(input, weight, rules(), [o, i, j]);
    channels.forEach(({ grid, kernel, mirrored, title, turned: turnedPart, products: place }, c) => {
      grid.show(products[c]);
      kernel.forEach((table, other) => { table.hidden = other !== o; });
      title.textContent = plain ? "kernel" : `filter ${o}, channel ${c}`;
      turnedPart.hidden = !settings.flip;
      mirrored.replaceChildren(...turned(weight[o][c]).map((row) => element("div", {}, ...row.map((number) => element("span", {}, format(number))))));
      place.hidden = false;
      place.replaceChildren(place.firstChild, arithmetic(products[c]));
    });
    grids.forEach((grid, other) => grid.show(
      values[other].map((row, k) => row.map((value, l) => ((other * height + k) * width + l <= step ? value : undefined))),
      other === o ? [i, j] : undefined,
    ));
    filters.value = o;
    biases.forEach((table, other) => { table.hidden = other !== o; });
    const name = `output[${[...(plain ? [] : [o]), ...(signal ? [] : [i]), j].join(", ")}]`;
    const value = format(values[o][i][j]);
    const sums = products.map(total);
    const written = plain ? value : `${sum(sums)} + ${factor(bias[o])} =\u00a0${value}`;
    line.replaceChildren(element("strong", {}, name), ` = ${written}`, ...(plain ? [] : [element("small", {}, " (channels + bias)")]));
    told.say(`${name} is ${value}`);
  }

  const content = [
    element("div", { class: "explorer-controls" }, operation.element, setting("padding", "Padding", [0, 1, 2]),
      setting("stride", "Stride", [1, 2, 3]), setting("dilation", "Dilation", [1, 2, 3]), ...(weight.length > 1 ? [filters.element] : [])),
    message,
    ...channels.map(({ grid, name, title, kernel, turned: turnedPart, products }) => element("div", { class: "convolution-parts" },
      part(name.toLowerCase(), grid.element), element("div", {}, title, ...kernel), turnedPart, products)),
    element("div", { class: "convolution-parts" }, results, ...(plain ? [] : [biasPart])),
    element("div", { class: "convolution-bar" }, line, film.element),
    told.element,
  ];
  refresh();
  film.stopAt(step);
  return { content, stop: () => film.run(false) };
}

mount("convolution", (stage, preset) => {
  const place = element("div");
  let shown;
  function begin(name) {
    shown?.stop();
    shown = lesson(structuredClone(PRESETS[name]));
    place.replaceChildren(...shown.content);
  }
  const example = choice("Example", Object.entries(PRESETS).map(([name, { title }]) => [name, title]), preset, begin);
  // A cell that holds no number changes nothing: this says so.
  const wrong = element("p", { class: "convolution-message", role: "status" });
  place.addEventListener("input", () => {
    wrong.textContent = place.querySelector("[aria-invalid=true]") ? "The outlined cell holds no number; the rest is computed with its last one." : "";
  });
  stage.append(element("div", { class: "convolution" }, element("div", { class: "explorer-controls" }, example.element), wrong, place));
  begin(preset || "signal");
});
