// The geometry of one axis: which inputs each output reads, how many outputs there are, and the matrix of the map.

import { announcer, choice, element, mount, player, slider } from "./kit.mjs";
import { drawMatrix, drawRows, hit, inside, middle, swatch, weightName } from "./geometry-drawings.mjs";
import { extent, outputs, problem, reads, sides, transpose, unconnected } from "./sizes.mjs";

const PRESETS = {
  convolution: { transposed: false, i: 8, k: 3, s: 2, p: 1, d: 1, a: 0 },
  transposed: { transposed: true, i: 4, k: 3, s: 2, p: 1, d: 1, a: 1 }, // the transpose of the first
};
const ROOM = 16; // positions of the padded large side that a phone can show
const SLIDERS = [["i", "input", 1, ROOM], ["k", "kernel k", 1, 5], ["s", "stride s", 1, 4], ["p", "padding p", 0, 4],
  ["d", "dilation d", 1, 3], ["a", "output padding a", 0, 3]];

const NAMES = { false: "convolution", true: "transposed convolution" };
const sizes = (geometry) => `${outputs(geometry)} × ${geometry.i}`;
const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

mount("geometry", (stage, preset) => {
  let geometry = { ...PRESETS[preset] };

  const kind = choice("layer", Object.entries(NAMES), String(geometry.transposed), () => {
    geometry = problem(geometry) ? { ...geometry, transposed: !geometry.transposed } : transpose(geometry);
    update();
  });
  const sliders = SLIDERS.map(([name, label, min, max]) =>
    [name, slider(label, { min, max, value: geometry[name] }, (value) => { geometry[name] = value; update(); })]);
  const [inputSlider, outputPadding] = [sliders.at(0)[1], sliders.at(-1)[1]];
  const walk = player({ steps: outputs(geometry), seconds: 1, label: "Output", show });
  const rows = element("svg:svg", { class: "geometry-rows", role: "img", onclick: chooseNearest });
  const [map, other] = [true, false].map((own) => {
    const title = element("p");
    const picture = element("svg:svg", { role: "img", onclick: (event) => choose(hit(picture, event, own)) });
    return { title, picture, element: element("div", {}, title, picture) };
  });
  const [room, obstacle, legend, formula, sum, notes] = ["geometry-room", "geometry-problem", "geometry-legend",
    "geometry-formula", "geometry-sum", "geometry-notes"].map((name) => element("div", { class: name }));
  const speaker = announcer();
  const possible = element("div", { class: "geometry-possible" }, walk.element, sum,
    element("div", { class: "geometry-below" }, element("div", {}, formula, notes), map.element, other.element));
  stage.append(element("div", { class: "explorer-controls" }, kind.element),
    element("div", { class: "geometry-controls" }, ...sliders.map(([, each]) => each.element)), room,
    element("div", { class: "geometry" }, rows, legend, obstacle, possible), speaker.element);
  update();
  walk.stopAt(geometry.transposed ? 3 : 1); // an output that reads no padding

  // After a change of the geometry: what it leads to, or why there is no such map.
  function update() {
    const { transposed, s, p, a } = geometry;
    const most = transposed ? Math.floor((ROOM - a - extent(geometry)) / s) + 1 : ROOM - 2 * p;
    geometry.i = Math.min(geometry.i, most);
    inputSlider.limit(1, most);
    for (const [name, each] of sliders) each.value = geometry[name];
    outputPadding.element.hidden = !transposed;
    room.textContent = geometry.i === most ? `The drawing has room for ${counted(most, "input")}.` : "";
    legend.replaceChildren(...explained(transposed).map(([look, meaning]) => element("span", {}, swatch(look), meaning)));
    obstacle.textContent = problem(geometry);
    possible.inert = problem(geometry) !== "";
    if (possible.inert) {
      walk.run(false);
      drawRows(rows, geometry, 0);
      rows.setAttribute("aria-label", obstacle.textContent);
      speaker.say(obstacle.textContent);
      return;
    }
    formula.innerHTML = transposed ? transposedFormula(geometry) : convolutionFormula(geometry);
    notes.replaceChildren(...remarks(geometry).map((remark) => element("p", {}, remark)));
    map.title.textContent = `Matrix of the ${NAMES[transposed]}, ${sizes(geometry)}`;
    other.title.textContent = `Matrix of the convolution, ${sizes(transpose(geometry))}`;
    other.element.hidden = !transposed;
    walk.steps = outputs(geometry);
  }

  // After a change of the output that is looked at.
  function show(output) {
    const terms = reads(geometry, output).map(({ input, tap }) =>
      `${weightName(tap)} · ${inside(input, geometry.i) ? `input ${input}` : "0"}`);
    sum.textContent = `output ${output} = ${terms.join(" + ") || "0"}`;
    speaker.say(sum.textContent);
    drawRows(rows, geometry, output);
    rows.setAttribute("aria-label", `A row of ${counted(geometry.i, "input")} below a row of ${counted(outputs(geometry), "output")}`);
    drawMatrix(map.picture, geometry, { row: output });
    map.picture.setAttribute("aria-label", `${map.title.textContent}; row ${output} is marked`);
    if (!geometry.transposed) return;
    drawMatrix(other.picture, transpose(geometry), { column: output });
    other.picture.setAttribute("aria-label", `${other.title.textContent}; column ${output} is marked`);
  }

  function choose(output) {
    if (!inside(output, outputs(geometry))) return;
    walk.stopAt(output);
    walk.element.querySelector("input").focus({ preventScroll: true }); // whose arrow keys go on from here
  }

  function chooseNearest({ clientX }) {
    if (possible.inert) return;
    const { left, width } = rows.getBoundingClientRect(), x = (clientX - left) / width * rows.viewBox.baseVal.width;
    const distance = (output) => Math.abs(middle(geometry, output, geometry.transposed) - x);
    choose([...Array(outputs(geometry)).keys()].reduce((best, each) => (distance(each) < distance(best) ? each : best)));
  }
});

function explained(transposed) {
  return [["input", "input"], ["output", "output"], ["read", "read by the chosen output"],
    ["added", transposed ? "cut off by the padding" : "zero of the padding"],
    ["lost", transposed ? "reached by no input" : "read by no output"]];
}

// What the numbers lead to, in words.
function remarks(geometry) {
  const { transposed, i } = geometry, { small, large, behind } = sides(geometry), said = [];
  const lost = unconnected(geometry).filter((t) => inside(t, large)), list = `${lost.length > 1 ? "s" : ""} ${lost.join(", ")}`;
  if (!transposed && behind) said.push(`The floor drops the remainder ${behind}: so many positions of the padded row lie behind the last window.`);
  if (lost.length) said.push(transposed ? `No input reaches the output${list}: 0 stands there.` : `No output reads the input${list}.`);
  if (!transposed) return said;
  const back = outputs(transpose(geometry));
  said.push(`The convolution with the same numbers takes ${large} values to ${back}. ${back === small
    ? "Each row of the one matrix is a column of the other."
    : `The transposed one is given ${i} of them, and the others count as zeros.`}`);
  return said;
}

// In the middle of a formula a browser would put the space of a relation around brackets.
const FORMS = { "(": ' form="prefix" stretchy="false"', ")": ' form="postfix" stretchy="false"', "⌊": ' form="prefix"', "⌋": ' form="postfix"' };

// Formulas, one line for the rule, one with the numbers in it, one with the result.
const marked = (plain) => plain.replace(/([a-z]+)|(\d+)|([^\s\w])/g, (sign, word, number) =>
  (number ? `<mn>${sign}</mn>` : !word ? operator(sign) : word.length > 1 ? `<mtext>${sign}</mtext>` : `<mi>${sign}</mi>`));
const operator = (sign) => `<mo${FORMS[sign] ?? ""}>${sign}</mo>`;
const floor = (top, bottom) =>
  `${operator("⌊")}<mfrac><mrow>${marked(top)}</mrow><mrow>${marked(bottom)}</mrow></mfrac>${operator("⌋")}`;
const lines = (...rights) => `<math><mtable displaystyle="true">${rights.map((right, n) =>
  `<mtr><mtd><mtext>${n ? "" : "output"}</mtext></mtd><mtd><mo>=</mo>${right}</mtd></mtr>`).join("")}</mtable></math>`;

function convolutionFormula(geometry) {
  const { i, k, s, p, d } = geometry, { small, behind } = sides(geometry);
  const rest = behind ? `<mtext>, remainder ${behind}</mtext>` : "";
  return lines(floor("input + 2 p − d ( k − 1 ) − 1", "s") + marked("+ 1"),
    floor(`${i} + 2 · ${p} − ${d} · ( ${k} − 1 ) − 1`, `${s}`) + marked("+ 1"),
    floor(`${i + 2 * p - extent(geometry)}`, `${s}`) + marked(`+ 1 = ${small}`) + rest);
}

function transposedFormula(geometry) {
  const { i, k, s, p, d, a } = geometry;
  return lines(marked("s ( input − 1 ) + d ( k − 1 ) + 1 + a − 2 p"),
    marked(`${s} · ( ${i} − 1 ) + ${d} · ( ${k} − 1 ) + 1 + ${a} − 2 · ${p}`),
    marked(`${sides(geometry).large}`));
}
