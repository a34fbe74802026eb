// The drawings of the explorer of geometries: inputs below, outputs above, lines between what is connected; and matrices.

import { element } from "./kit.mjs";
import { connections, extent, matrix, outputs, reads, sides, unconnected } from "./sizes.mjs";

const CELL = 40, BETWEEN = 80, MARGIN = 34; // of the rows; what is left over is marked in the margin
const ENTRY = 28; // of a matrix

export const weightName = (tap) => `w${"₀₁₂₃₄"[tap]}`;
export const inside = (position, size) => position >= 0 && position < size;

const box = (x, y, width, height, kind) => element("svg:rect", { x: x + 1, y: y + 1, width: width - 2, height: height - 2, class: kind });
const line = (x1, y1, x2, y2, kind) => element("svg:line", { x1, y1, x2, y2, class: kind });
const text = (x, y, content, kind = "") => element("svg:text", { x, y, class: kind }, String(content));

const cross = (x, y, half) => [line(x - half, y - half, x + half, y + half, "lost"), line(x - half, y + half, x + half, y - half, "lost")];

// A cell for the legend.
export function swatch(kind) {
  return element("svg:svg", { viewBox: "0 0 20 20", "aria-hidden": "true" },
    ...(kind === "lost" ? [box(0, 0, 20, 20, "added"), ...cross(10, 10, 7)] : [box(0, 0, 20, 20, kind)]));
}

// The middle of a cell: the small side stands over the middles of its windows on the large one.
export function middle({ s, p, k, d }, position, onLargeSide) {
  return CELL * (onLargeSide ? position + p + 0.5 : position * s + extent({ k, d }) / 2);
}

export function drawRows(svg, geometry, output) {
  const { transposed, p } = geometry, { small, large, behind } = sides(geometry);
  const upper = transposed ? MARGIN : 2, lower = upper + CELL + BETWEEN;
  const [smallTop, largeTop] = transposed ? [lower, upper] : [upper, lower];
  const taken = new Map(reads(geometry, output).map(({ input, tap }) => [input, tap]));
  const input = (position, kind = "input") => (taken.has(position) ? `${kind} read` : kind);
  const cell = (x, top, kind) => box(x - CELL / 2, top, CELL, CELL, kind);
  const lines = [], cells = [], marks = [];

  for (const { u, t } of connections(geometry)) {
    if (transposed && !inside(t, large)) continue;
    const ends = [middle(geometry, u, false), middle(geometry, t, true)];
    const [above, below] = transposed ? ends.reverse() : ends;
    lines.push(line(above, upper + CELL, below, lower, output === (transposed ? t : u) ? "chosen" : "faint"));
  }
  lines.sort((one, other) => (one.getAttribute("class") < other.getAttribute("class") ? 1 : -1)); // the chosen ones on top
  for (let t = -p; t < large + p; t++) {
    const x = middle(geometry, t, true), kind = transposed ? "output" : input(t);
    cells.push(cell(x, largeTop, inside(t, large) ? kind : transposed ? "added" : input(t, "added")));
    if (inside(t, large) || !transposed) marks.push(text(x, largeTop + CELL / 2, inside(t, large) ? t : 0));
  }
  for (let u = 0; u < small; u++) {
    const x = middle(geometry, u, false);
    cells.push(cell(x, smallTop, transposed ? input(u) : "output"));
    marks.push(text(x, smallTop + CELL / 2, u));
  }
  for (const t of unconnected(geometry)) cells.push(...cross(middle(geometry, t, true), largeTop + CELL / 2, CELL / 2 - 4));
  for (const [position, tap] of taken) marks.push(text(middle(geometry, position, !transposed), lower - 12, weightName(tap), "weight"));
  if (!transposed) marks.push(box(middle(geometry, output, false) - CELL * extent(geometry) / 2, lower, CELL * extent(geometry), CELL, "window"));
  if (inside(output, outputs(geometry))) marks.push(cell(middle(geometry, output, transposed), upper, "marked"));
  if (behind > 0) {
    // What the floor leaves over lies at the end of the padded row; the output padding moves the end of the result.
    const end = CELL * (transposed ? large + p : large + 2 * p), y = transposed ? upper - 6 : lower + CELL + 6;
    marks.push(line(end - CELL * behind + 3, y, end - 3, y, "behind"));
    marks.push(text(end, transposed ? y - 14 : y + 16, transposed ? `output padding ${behind}` : `left over: ${behind}`, "end"));
  }
  const width = CELL * Math.max(large + 2 * p, extent(geometry), 5); // a kernel that does not fit hangs over
  svg.setAttribute("viewBox", `0 0 ${width} ${2 * CELL + BETWEEN + MARGIN + 4}`);
  svg.setAttribute("width", width);
  svg.replaceChildren(...lines, ...cells, ...marks);
}

// The matrix of a map: `row` and `column` of it are marked, where they are numbers.
export function drawMatrix(svg, geometry, { row, column }) {
  const rows = matrix(geometry), places = [outputs(geometry), geometry.i], parts = [];
  const centre = (index) => (index + 1.5) * ENTRY;
  const entry = (x, y, width, height, kind) =>
    element("svg:rect", { x: (x + 1) * ENTRY, y: (y + 1) * ENTRY, width: width * ENTRY, height: height * ENTRY, class: kind });
  for (let j = 0; j < places[1]; j++) parts.push(text(centre(j), ENTRY / 2, j, j === column ? "index marked" : "index"));
  rows.forEach((entries, i) => {
    parts.push(text(ENTRY / 2, centre(i), i, i === row ? "index marked" : "index"));
    entries.forEach((tap, j) => {
      parts.push(entry(j, i, 1, 1, tap === null ? "zero" : "kernel"));
      if (tap !== null) parts.push(text(centre(j), centre(i), weightName(tap)));
    });
  });
  if (row !== undefined) parts.push(entry(0, row, places[1], 1, "marked"));
  if (column !== undefined) parts.push(entry(column, 0, 1, places[0], "marked"));
  const [height, width] = places.map((number) => (number + 1) * ENTRY + 2);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.replaceChildren(...parts);
}

// Which row (vertical) or column of a matrix a click hits.
export function hit(svg, { clientX, clientY }, vertical) {
  const { left, top, width, height } = svg.getBoundingClientRect(), shown = svg.viewBox.baseVal;
  const place = vertical ? (clientY - top) / height * shown.height : (clientX - left) / width * shown.width;
  return Math.floor(place / ENTRY) - 1;
}
