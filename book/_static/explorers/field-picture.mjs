// The drawing of a receptive field in its image, in which a unit can be chosen.
import { arrow, element, lessMotion } from "./kit.mjs";
import { middle, nearest, overhang, seen } from "./receptive.mjs";

let hatches = 0;

// The image, the units of a level at the middle of what they see, and the fields of one of them and of those below it.
// point(pixel, passing) is called with where the pointer is, which may be null when it only passed, and move with an arrow key's.
export function fieldPicture(point, move) {
  const hatch = `field-hatch-${++hatches}`;
  const rectangle = (style, attributes = {}) => element("svg:rect", { class: style, ...attributes });
  const line = element("svg:path", { class: "field-stripe" });
  const pattern = element("svg:pattern", { id: hatch, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, line);
  const [image, outside, inside] = [rectangle("field-image"), rectangle("field-outside", { fill: `url(#${hatch})` }), rectangle("field-inside")];
  const pixels = element("svg:path", { class: "field-pixels" });
  const units = element("svg:path", { class: "field-units" });
  const unit = element("svg:path", { class: "field-unit" });
  const lower = element("svg:g");
  const svg = element("svg:svg", {
    class: "field-picture", tabindex: 0, role: "application",
    "aria-label": "Image with the receptive field of a unit. The arrow keys go to the next unit.",
    onpointermove: (event) => point(pixelAt(event), event.pointerType === "mouse"),
    onpointerleave: (event) => event.pointerType === "mouse" && point(null, true),
    onclick: (event) => point(pixelAt(event), false),
    onkeydown: (event) => {
      if (!arrow(event)) return;
      event.preventDefault();
      move(arrow(event));
    },
  }, element("svg:defs", {}, pattern), outside, image, inside, pixels, lower, units, unit);
  let side;

  function pixelAt({ clientX, clientY }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [y - 0.5, x - 0.5]; // pixel 0 lies from 0 to 1
  }
  function place(rect, down, right) {
    const [width, height] = [right, down].map(({ first, last }) => Math.max(0, last - first + 1));
    for (const [key, value] of Object.entries({ x: right.first, y: down.first, width, height })) rect.setAttribute(key, value);
  }
  function cut({ first, last }) {
    return { first: Math.max(first, 0), last: Math.min(last, side - 1) };
  }
  const dot = (at, row, column) => `M${middle(at, column) + 0.5} ${middle(at, row) + 0.5}h0`;

  return {
    element: svg,
    // Fields that reach farther than half an image beyond it are cut off.
    resize(n, levels) {
      side = n;
      const margin = Math.min(overhang(levels, n), n / 2) + n / 30;
      const width = n + 2 * margin;
      svg.setAttribute("viewBox", `${-margin} ${-margin} ${width} ${width}`);
      for (const key of ["width", "height"]) pattern.setAttribute(key, width / 50);
      line.setAttribute("d", `M0 0V${width / 50}`);
      place(image, { first: 0, last: n - 1 }, { first: 0, last: n - 1 });
      const cuts = n > 32 ? [] : Array.from({ length: n - 1 }, (_, i) => i + 1);
      pixels.setAttribute("d", cuts.map((i) => `M0 ${i}H${n}M${i} 0V${n}`).join(""));
    },
    grow(growing) { svg.classList.toggle("field-growing", growing && !lessMotion); },
    show(levels, row, column) {
      const at = levels.at(-1);
      for (const part of [outside, inside, lower, units, unit]) part.toggleAttribute("hidden", !at);
      if (!at) return;
      const [down, right] = [seen(at, row, side), seen(at, column, side)];
      place(outside, down, right);
      place(inside, cut(down), cut(right));
      lower.replaceChildren(...levels.slice(1, -1).map((below) => {
        const rect = rectangle("field-lower");
        place(rect, ...[row, column].map((u) => seen(below, nearest(below, middle(at, u)), side)));
        return rect;
      }));
      const places = at.side > 32 ? [] : [...Array(at.side).keys()];
      units.setAttribute("d", places.flatMap((i) => places.map((j) => dot(at, i, j))).join(""));
      unit.setAttribute("d", dot(at, row, column));
    },
  };
}
