// A kernel sweeps over a photograph: window times kernel is one number of the output.

import { announcer, arrow, choice, element, format, lessMotion, loadData, mount, player } from "./kit.mjs";
import { KERNELS, correlate, showing, toPixels } from "./filters.mjs";

const NAMES = [["sobelX", "vertical edges"], ["sobelY", "horizontal edges"], ["sharpen", "sharpen"], ["binomial", "blur"]];
const SPEEDS = [["1", "slow"], ["0.125", "medium"], ["0.016", "fast"]]; // seconds for a number
const BYTE = 255;
const FAINT = 45; // how opaque the numbers are that are still to come, of 255
const START = [22, 2]; // the row and column of a window on the rim of the flower

function picture(side, mark, attributes) {
  const canvas = element("canvas", { width: side, height: side });
  const outline = element("div", { class: `sweep-mark ${mark}` });
  return {
    element: element("div", { class: "sweep-picture", ...attributes }, canvas, outline),
    paint(bytes, columns, corner) { canvas.getContext("2d").putImageData(new ImageData(bytes, columns), corner, corner); },
    outline(row, column, size) {
      for (const [name, value] of Object.entries({ top: row, left: column, width: size, height: size })) outline.style[name] = `${(100 * value) / side}%`;
    },
  };
}

// Three by three cells, with their numbers on tints.
function cells(label, kind) {
  const made = Array.from({ length: 9 }, () => element("span"));
  const show = (values, tint) => made.forEach((cell, at) => {
    cell.textContent = format(values[at]);
    tint(cell, values[at]);
  });
  return { element: element("div", { class: `sweep-cells ${kind}`, role: "group", "aria-label": label }, ...made), show };
}
function grey(cell, level) {
  cell.style.background = `rgb(${level}, ${level}, ${level})`;
  cell.style.color = level > 130 ? "black" : "white";
}

async function sweep(stage, preset) {
  const { side, pixels } = await loadData("sweep");
  const image = { rows: side, columns: side, planes: [Float64Array.from(atob(pixels), (character) => character.charCodeAt(0))] };
  const count = side - 2; // positions in a row, and rows
  let chosen, values, shades;

  const input = picture(side, "window", {
    tabindex: 0, role: "application", "aria-roledescription": "photograph", onkeydown: key, ...byHand(),
    "aria-label": `A dahlia, ${side} by ${side} pixels. The arrow keys move the window.`,
  });
  const output = picture(side, "place", { role: "img", "aria-label": "The output, as far as it is written", ...byHand() });
  input.paint(toPixels(image, "brightness", BYTE), side, 0);

  const patch = cells("Window of the input", "input");
  const weights = cells("Kernel", "kernel");
  const equals = element("span");
  const number = element("output", { class: "sweep-number", "aria-label": "One number of the output" });
  const spoken = announcer();
  const film = player({ steps: count * count, seconds: SPEEDS[2][0], show, label: "Position" });
  const kernels = choice("Kernel", NAMES, "sobelX", (name) => { choose(name); show(film.step); });
  const speeds = choice("Speed", SPEEDS, SPEEDS[2][0], (seconds) => { film.seconds = seconds; });

  function choose(name) {
    chosen = KERNELS[name];
    const sums = correlate(image, chosen.kernel);
    values = sums.planes[0].map((value) => value / chosen.divisor);
    shades = toPixels({ ...sums, planes: [values] }, showing(chosen.kernel, chosen.divisor), BYTE);
    weights.show(chosen.kernel.flat(), (cell, weight) => cell.style.setProperty("--share", `${weight && 12 + 8 * Math.min(5, Math.abs(weight))}%`));
    equals.textContent = chosen.divisor === 1 ? "=" : `/ ${chosen.divisor} =`;
  }
  function show(step) {
    const [row, column] = [Math.floor(step / count), step % count];
    const bytes = shades.slice();
    for (let at = step + 1; at < count * count; at++) bytes[4 * at + 3] = FAINT;
    output.paint(bytes, count, 1);
    input.outline(row, column, 3);
    output.outline(row + 1, column + 1, 1);
    patch.show(Array.from({ length: 9 }, (_, at) => image.planes[0][(row + Math.floor(at / 3)) * side + column + (at % 3)]), grey);
    number.textContent = format(values[step], 1);
    grey(number, shades[4 * step]);
  }
  function go(row, column) {
    const [i, j] = [row, column].map((at) => Math.min(count - 1, Math.max(0, at)));
    film.stopAt(i * count + j);
    spoken.say(`Row ${i + 1}, column ${j + 1}: ${number.textContent}`);
  }
  function key(event) {
    const move = arrow(event);
    if (!move) return;
    event.preventDefault();
    go(Math.floor(film.step / count) + move[0], (film.step % count) + move[1]);
  }
  // A click or a tap puts the middle of the window there, and a drag pulls it along; a finger can still scroll the page.
  function byHand() {
    const point = (event) => {
      const { left, top, width } = event.currentTarget.getBoundingClientRect();
      go(Math.floor(((event.clientY - top) * side) / width) - 1, Math.floor(((event.clientX - left) * side) / width) - 1);
    };
    return { onclick: point, onpointermove: (event) => event.buttons === 1 && point(event) };
  }

  choose("sobelX");
  film.stopAt(START[0] * count + START[1]);
  stage.append(
    element("div", { class: "sweep" },
      element("div", { class: "sweep-pair" },
        element("div", {}, `input, ${side} × ${side}`, input.element), element("div", {}, `output, ${count} × ${count}`, output.element)),
      element("div", { class: "sweep-row" },
        ...[["window", patch.element], ["", "×"], ["kernel", weights.element], ["", equals], ["sum", number]].map(([label, part]) =>
          element("div", label ? {} : { class: "sweep-sign" }, element("span", {}, label), part)))),
    film.element, element("div", { class: "explorer-controls" }, kernels.element, speeds.element), spoken.element);

  // It runs by itself only where the page asks for it, and rests while nobody can see it.
  let waiting = preset === "running" && !lessMotion;
  new IntersectionObserver((entries) => {
    if (entries.at(-1).isIntersecting) {
      if (waiting) film.run(true);
      waiting = false;
    } else if (film.running) {
      waiting = true;
      film.run(false);
    }
  }).observe(stage);
}

mount("sweep", sweep);
