// The receptive field of one unit, layer by layer: of the networks of the case studies, or of a stack of the reader's own.
import { fieldPicture } from "./field-picture.mjs";
import { announcer, button, choice, element, loadData, mount, player, slider } from "./kit.mjs";
import { middle, nearest, seen, trace } from "./receptive.mjs";

const OWN = "stack";
const MOST_LAYERS = 12;
const MOST_PADDING = 8;
const CONVOLUTION = { kind: "conv", kernel: 3, stride: 1, padding: [1, 1], dilation: 1 };
const POOLING = { kind: "pool", kernel: 2, stride: 2, padding: [0, 0], dilation: 1 };
const HEADS = [["step", "J"], ["start", "a"], ["field", "r"]];

const minus = (number) => String(number).replace("-", "−");
const square = (side) => `${side} × ${side}`;

function windowText({ kind, kernel, stride, padding: [before, after], dilation }) {
  const parts = [`${kind} ${square(kernel)}`];
  if (stride > 1) parts.push(`stride ${stride}`);
  if (before !== after) parts.push(`padding ${before} before and ${after} after`);
  else if (before) parts.push(`padding ${before}`);
  if (dilation > 1) parts.push(`dilation ${dilation}`);
  return parts.join(", ");
}

// A pool takes no window of which more than half lies in the padding.
function mostPadding({ kind, kernel, dilation }) {
  return kind === "pool" ? Math.min(MOST_PADDING, Math.floor((dilation * (kernel - 1) + 1) / 2)) : MOST_PADDING;
}

// The recursion with its numbers, from one level to the next.
function steps({ kernel, stride, padding: [before], dilation }, below, level) {
  const taps = dilation > 1 ? `(${kernel} − 1) · ${dilation}` : `(${kernel} − 1)`;
  const numbers = [
    `${below.jump} · ${stride} = ${level.jump}`,
    `${minus(below.start)} − ${before} · ${below.jump} = ${minus(level.start)}`,
    `${below.size} + ${taps} · ${below.jump} = ${level.size}`,
  ];
  return HEADS.map((head, i) => [...head, numbers[i]]);
}

async function build(stage, preset) {
  const own = { title: "Your own stack", side: 15, layers: [CONVOLUTION, CONVOLUTION, CONVOLUTION] };
  const all = { [OWN]: own, ...(await loadData("field")) };
  let network, levels, depth, pinned, hovered;

  const picture = fieldPicture((pixel, passing) => {
    picture.grow(false);
    if (passing) hovered = pixel;
    else pin((level, axis) => nearest(level, pixel[axis]));
    show();
  }, (moves) => {
    picture.grow(false);
    pin((level, axis) => Math.min(Math.max(nearest(level, pinned[axis]) + moves[axis], 0), level.side - 1));
    show();
  });
  const text = element("p", { class: "field-text" });
  const arithmetic = element("table", { class: "field-arithmetic" });
  const rows = element("tbody");
  const scroller = element("div", { class: "field-layers" });
  const note = element("p", { class: "field-note" },
    "Layers with windows of 1 × 1 and stride 1 add nothing and are left out. Where branches meet, the one that sees farthest is shown.");
  const announcement = announcer();
  const depths = player({ steps: 1, seconds: 1, label: "Layer", show: (step) => choose(step + 1) });
  const editor = editing();

  const heads = [["layer"], ["units"], ...HEADS].map(([word, symbol]) =>
    element("th", { scope: "col" }, word, ...(symbol ? [element("br"), element("i", {}, symbol)] : [])));
  scroller.append(element("table", {}, element("thead", {}, element("tr", {}, ...heads)), rows));
  stage.append(
    element("div", { class: "explorer-controls" },
      choice("Network", Object.entries(all).map(([key, { title }]) => [key, title]), preset, open).element, editor.side.element),
    element("div", { class: "field-columns" },
      element("div", {}, picture.element, legend(), depths.element, text, arithmetic),
      element("div", {}, scroller, note, editor.element)),
    announcement.element);
  open(preset);
  requestAnimationFrame(reveal); // once the stage is seen

  function open(next) {
    network = all[next];
    [pinned, hovered] = [[(network.side - 1) / 2, (network.side - 1) / 2], null];
    for (const { element } of [editor, editor.side]) element.hidden = next !== OWN;
    note.hidden = next === OWN;
    refill(trace(network.side, network.layers).findLastIndex(({ side }) => side > 1) || 1);
  }

  // After a change of the stack: the table anew, and a layer of it.
  function refill(next) {
    levels = trace(network.side, network.layers);
    rows.replaceChildren(...levels.map(({ side, jump, start, size }, i) => {
      const layer = network.layers[i - 1];
      const label = layer
        ? button(layer.name ?? `layer ${i}`, () => depths.stopAt(i - 1))
        : element("span", {}, "image");
      if (layer) label.append(element("small", {}, windowText(layer)));
      return element("tr", {}, element("th", { scope: "row" }, label),
        ...[side || "none", jump, minus(start), size].map((number) => element("td", {}, String(number))));
    }));
    picture.resize(network.side, levels);
    depth = 0;
    depths.steps = network.layers.length;
    depths.stopAt(next - 1);
  }

  function choose(next) {
    picture.grow(next !== depth);
    depth = next;
    editor.show(network.layers[depth - 1]);
    for (const [i, row] of [...rows.children].entries()) {
      row.classList.toggle("field-chosen", i === depth);
      row.querySelector("button")?.setAttribute("aria-pressed", i === depth);
    }
    reveal();
    show();
  }

  // Scrolls the table, and never the page.
  function reveal() {
    const { offsetTop, offsetHeight } = rows.children[depth];
    const least = offsetTop + offsetHeight - scroller.clientHeight;
    scroller.scrollTop = Math.min(Math.max(scroller.scrollTop, least), offsetTop - rows.offsetTop);
  }

  // Chooses a unit for good: what it sees has its middle at a place in the image, and so have those of other layers.
  function pin(unitOn) {
    const level = levels[depth];
    if (level.side) pinned = [0, 1].map((axis) => middle(level, unitOn(level, axis)));
    hovered = null;
  }

  function show() {
    const level = levels[depth];
    const lines = steps(network.layers[depth - 1], levels[depth - 1], level);
    const before = text.textContent;
    if (level.side) {
      const [row, column] = (hovered ?? pinned).map((pixel) => nearest(level, pixel));
      const [down, right] = [row, column].map((unit) => seen(level, unit, network.side));
      const outside = down.inside * right.inside < level.size ** 2;
      text.textContent =
        `Unit (${row}, ${column}) of layer ${depth} sees the rows ${minus(down.first)} to ${minus(down.last)} and the columns ` +
        `${minus(right.first)} to ${minus(right.last)}: ${square(level.size)} pixels, ` +
        (outside ? `of which ${down.inside} × ${right.inside} lie in the image, the others in the padding.` : "all of them in the image.");
      lines.push(["first row", "a + uJ", `${minus(level.start)} + ${row} · ${level.jump} = ${minus(down.first)}`]);
      picture.show(levels.slice(0, depth + 1), row, column);
    } else {
      const short = levels.findIndex(({ side }) => !side);
      const { kernel, dilation, padding } = network.layers[short - 1];
      text.textContent =
        `Layer ${short} has no unit: its window reaches over ${dilation * (kernel - 1) + 1} positions, and below it there are ` +
        `${levels[short - 1].side + padding[0] + padding[1]}, with the padding. Enlarge the image, or change a layer.`;
      picture.show([]);
    }
    arithmetic.replaceChildren(...lines.map(([word, symbol, numbers]) => element("tr", {},
      element("th", { scope: "row" }, word), element("td", {}, element("i", {}, symbol)), element("td", {}, `= ${numbers}`))));
    if (before) announcement.say(text.textContent);
  }

  function editing() {
    const change = (numbers) => {
      const layer = { ...network.layers[depth - 1], ...numbers };
      layer.padding = layer.padding.map((side) => Math.min(side, mostPadding(layer)));
      network.layers = network.layers.with(depth - 1, layer);
      refill(depth);
    };
    const kernel = slider("Kernel", { min: 1, max: 11, value: 3 }, (value) => change({ kernel: value }));
    const stride = slider("Stride", { min: 1, max: 4, value: 1 }, (value) => change({ stride: value }));
    const padding = slider("Padding", { min: 0, max: MOST_PADDING, value: 1 }, (value) => change({ padding: [value, value] }));
    const dilation = slider("Dilation", { min: 1, max: 8, value: 1 }, (value) => change({ dilation: value }));
    const side = slider("Side of the image", { min: 5, max: 64, value: own.side }, (value) => {
      network.side = value;
      pinned = [(value - 1) / 2, (value - 1) / 2];
      refill(depth);
    });
    const add = (layer) => {
      network.layers = network.layers.toSpliced(depth, 0, layer);
      refill(depth + 1);
    };
    const more = [button("Add convolution", () => add(CONVOLUTION)), button("Add pooling", () => add(POOLING))];
    const less = button("Remove layer", () => {
      network.layers = network.layers.toSpliced(depth - 1, 1);
      refill(Math.max(depth - 1, 1));
    });
    const title = element("p", { class: "field-title" });
    return {
      element: element("div", {}, title,
        element("div", { class: "field-sliders" }, ...[kernel, stride, padding, dilation].map((each) => each.element)),
        element("div", { class: "explorer-controls" }, ...more, less)),
      side,
      show(layer) {
        title.textContent = `Layer ${depth}: ${windowText(layer)}`;
        padding.limit(0, mostPadding(layer));
        [kernel.value, stride.value, padding.value, dilation.value] = [layer.kernel, layer.stride, layer.padding[0], layer.dilation];
        for (const each of more) each.disabled = network.layers.length >= MOST_LAYERS;
        less.disabled = network.layers.length < 2;
      },
    };
  }
}

function legend() {
  const entry = (style, words) => element("span", {}, element("span", { class: `field-key ${style}`, "aria-hidden": "true" }), words);
  return element("p", { class: "field-legend" },
    entry("field-image", "image"), entry("field-inside", "field"), entry("field-outside", "field in the padding"), entry("field-units", "units"));
}

mount("field", build);
