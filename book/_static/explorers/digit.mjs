// Draw a digit: a network reads it at once, and shows what every layer makes of it.

import { announcer, arrow, button, choice, element, loadData, mount } from "./kit.mjs";
import { bytes, floats, run, softmax } from "./network.mjs";
import { PAPER, PEN, SIDE, inkOf, toMnist } from "./drawing.mjs";
import { atMost, certifiedRadius, norm, speck, spread } from "./certificate.mjs";

const NETWORKS = [["lenet5-mnist", "LeNet-5"], ["lenet5-mnist-certified", "LeNet-5 trained for its certificate"]];
const NOTES = {
  "lenet5-mnist-certified": "This network was trained for large margins. L = 1 keeps its outputs near each other, "
    + "so that their softmax is flatter.",
};
const FIRST = [4, 1]; // the digit of the figure in the chapter: the second 4
const CORNER = Array.from({ length: 24 }, (_, at) => (1 + (at % 3)) * SIDE + 1 + Math.floor(at / 3)); // pixels that a speck fills
const DOTS = 4; // of the screen's canvas for a pixel of the paper
const STEP = PAPER / SIDE; // of the pen, for an arrow key

// An array of numbers as a picture: blank is 0, and the full colour of text is `largest`.
function picture(rows, columns, attributes = {}) {
  const canvas = element("canvas", { width: columns, height: rows, class: "digit-picture", ...attributes });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const pixels = context.createImageData(columns, rows);
  return {
    element: canvas,
    show(values, largest = 1) {
      for (let at = 0; at < values.length; at++) pixels.data[4 * at + 3] = (255 * values[at]) / largest; // black, more or less opaque
      context.putImageData(pixels, 0, 0);
    },
  };
}

// The sheet on which the reader draws. The strokes are lists of points; change() is called when they are others.
function drawingPaper(change) {
  const strokes = [];
  let shown = null; // a digit of MNIST in the place of strokes
  let pen = [PAPER / 2, PAPER / 4], down = false;
  const canvas = element("canvas", {
    width: DOTS * PAPER, height: DOTS * PAPER, class: "digit-paper", tabindex: 0, role: "application", "aria-roledescription": "drawing paper",
    "aria-label": "Paper for a digit. The arrow keys move the pen, the space bar puts it down and lifts it.",
    onpointerdown: (event) => {
      if (!event.isPrimary || event.button !== 0) return; // a second finger, or the button of a menu
      canvas.setPointerCapture(event.pointerId);
      down = false;
      begin(place(event));
    },
    onpointermove: (event) => canvas.hasPointerCapture(event.pointerId) && go(place(event)),
    onkeydown: key, onfocus: draw, onblur: () => { down = false; draw(); },
  });
  const context = canvas.getContext("2d");

  function place(event) {
    const { left, top, width } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top].map((distance) => (distance * PAPER) / width);
  }
  function begin(point) {
    shown = null;
    strokes.push([pen = point]);
    update();
  }
  function go(point) {
    strokes.at(-1).push(pen = point);
    update();
  }
  function key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [lower, right] = arrow(event) ?? [0, 0];
    if (event.key === " ") {
      if (!event.repeat && (down = !down)) begin(pen);
    } else if (right || lower) {
      const next = [pen[0] + STEP * right, pen[1] + STEP * lower].map((distance) => Math.min(PAPER, Math.max(0, distance)));
      if (down) go(next);
      else pen = next;
    } else return;
    event.preventDefault();
    draw();
  }
  function update() {
    draw();
    change();
  }
  function draw() {
    context.setTransform(DOTS, 0, 0, DOTS, 0, 0);
    context.clearRect(0, 0, PAPER, PAPER);
    if (shown) {
      const digit = picture(SIDE, SIDE);
      digit.show(shown);
      context.imageSmoothingEnabled = false;
      context.drawImage(digit.element, 0, 0, PAPER, PAPER);
    }
    Object.assign(context, { lineWidth: 2 * PEN, lineCap: "round", lineJoin: "round" });
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      for (const point of stroke) context.lineTo(...point);
      context.stroke();
    }
    if (document.activeElement === canvas && canvas.matches(":focus-visible")) {
      Object.assign(context, { lineWidth: 1.5, fillStyle: "gray", strokeStyle: "gray" });
      context.beginPath();
      context.arc(...pen, PEN, 0, 2 * Math.PI);
      context[down ? "fill" : "stroke"]();
      context.strokeStyle = "black";
    }
  }
  return {
    element: element("div", { class: "digit-sheet" }, canvas),
    get image() { return shown ?? toMnist(inkOf(strokes)); },
    show(image) { strokes.length = 0; down = false; shown = image; update(); },
    undo() { strokes.pop(); down = false; update(); },
  };
}

// A row for each layer that is shown: its maps, or its numbers in a strip.
function layerRow({ title }, { shape }) {
  const [count, height, width] = shape;
  const flat = shape.length === 1;
  const columns = count === 120 ? 40 : 28; // of a strip
  const pictures = flat
    ? [picture(count / columns, columns, { style: `width: ${(columns / 40) * 100}%` })]
    : Array.from({ length: count }, () => picture(height, width));
  const size = flat ? `${count} numbers` : `${count} maps of ${height} × ${width}`;
  return {
    element: element("div", {}, element("div", { class: "digit-title" }, element("b", {}, title), ` ${size}`),
      element("div", { class: flat ? "" : "digit-maps", style: `--columns: ${Math.min(count, 8)}`, role: "img", "aria-label": `${title}: ${size}` },
        ...pictures.map((each) => each.element))),
    show({ data }) {
      const largest = Math.max(...data) || 1, each = data.length / pictures.length;
      pictures.forEach((one, map) => one.show(data.subarray(map * each, (map + 1) * each), largest));
    },
  };
}

// Ten bars. The exact number stands in the style, since the text is rounded.
function probabilityBars() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = element("span", { class: "digit-bar" }), value = element("span", {});
    return { element: element("li", {}, element("span", {}, String(digit)), bar, value), bar, value };
  });
  return {
    element: element("ol", { class: "digit-bars", "aria-label": "Probabilities" }, ...rows.map((row) => row.element)),
    show(probabilities, answer) {
      rows.forEach((row, digit) => {
        row.element.classList.toggle("digit-answer", digit === answer);
        row.bar.style.setProperty("--share", probabilities[digit]);
        row.value.textContent = `${(100 * probabilities[digit]).toFixed(1)} %`;
      });
    },
  };
}

// The radius with its arithmetic, and two changes of this size, which the network reads as well.
function certificateView() {
  const title = element("b", {}), sum = element("span", {}), meaning = element("p", {});
  const [even, corner] = [0, 1].map(() => ({ picture: picture(SIDE, SIDE), text: element("span", {}) }));
  return {
    element: element("section", { class: "digit-certificate", "aria-label": "Certificate" },
      element("div", { class: "digit-title" }, title, sum), meaning,
      element("div", { class: "digit-changes" },
        ...[even, corner].map((change) => element("div", {}, change.picture.element, change.text)))),
    show(image, logits, lipschitz, read) {
      const { margin, radius } = certifiedRadius(logits, lipschitz), text = atMost(radius), r = Number(text);
      const constant = (Math.ceil(lipschitz * 100) / 100).toFixed(2), size = norm(image), each = r / SIDE;
      title.textContent = `Certified radius r = ${text}`;
      title.dataset.exact = radius;
      sum.textContent = ` = margin / (√2 · L) = ${margin.toFixed(2)} / (√2 · ${constant})`;
      const ink = r < 1 ? `one pixel, with ${text} of full ink` : `as much as ${(r * r).toFixed(1)} pixels of full ink`;
      const times = size > 10 * r ? Math.round(size / r) : (size / r).toFixed(1);
      meaning.textContent = "No change of the pixels with a norm below r gives another answer. "
        + (size ? `The norm of the whole image is ${size.toFixed(2)}, which is ${times} times r. ` : "")
        + "What a change of norm r can look like:";
      for (const [change, moved, how] of [
        [even, spread(image, r), `Spread over all pixels: each moves by ${each.toPrecision(2)}. One of 255 grey levels is 0.0039.`],
        [corner, speck(image, r, CORNER), `All in one corner: ${ink}.`],
      ]) {
        change.picture.show(moved);
        change.text.textContent = `${how} The network says ${read(moved)}.`;
      }
      return text;
    },
  };
}

async function loadNetwork(name) {
  const { lipschitz, layers } = await loadData(name);
  const decoded = (layer) => (layer.weight ? { ...layer, weight: floats(layer.weight), bias: floats(layer.bias) } : layer);
  return { lipschitz, layers: layers.map(decoded) };
}

async function loadDigits() {
  const { images, licence } = await loadData("mnist-sample"), pixels = bytes(images);
  function image(digit, which) {
    const start = (10 * digit + which) * SIDE ** 2;
    return Float64Array.from(pixels.subarray(start, start + SIDE ** 2), (byte) => byte / 255);
  }
  return { image, licence };
}

mount("digit", async (stage) => {
  let network = null, rows = [], waiting = 0;
  const paper = drawingPaper(() => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => told.say(show()));
  });
  const which = choice("Network", NETWORKS, NETWORKS[0][0], async (name) => told.say(await change(name)));
  const seen = picture(SIDE, SIDE, { role: "img", "aria-label": "The input, 28 × 28 pixels" });
  const bars = probabilityBars(), certificate = certificateView(), told = announcer();
  const answer = element("div", { class: "digit-title" }), layers = element("div", { class: "digit-layers" });
  const note = element("small"), licence = element("small");

  const outputs = (image) => run(network.layers, { shape: [1, SIDE, SIDE], data: image });
  const largest = (values) => values.indexOf(Math.max(...values));
  const read = (image) => largest(outputs(image).at(-1).data);

  async function change(name) {
    const arrived = await loadNetwork(name);
    if (name !== which.value) return ""; // another one has been chosen meanwhile
    network = arrived;
    const all = outputs(paper.image);
    rows = network.layers.flatMap((layer, at) => (layer.title ? [{ at, ...layerRow(layer, all[at]) }] : []));
    note.textContent = NOTES[name] ?? "";
    layers.replaceChildren(...rows.map((row) => row.element));
    return show();
  }
  // Shows what the network makes of the image, and returns it in words.
  function show() {
    if (!network) return "";
    const { image } = paper, all = outputs(image), { data: logits } = all.at(-1);
    const probabilities = softmax(logits), best = largest(probabilities);
    seen.show(image);
    for (const row of rows) row.show(all[row.at]);
    bars.show(probabilities, best);
    answer.replaceChildren("The network says ", element("b", {}, String(best)));
    const radius = certificate.show(image, logits, network.lipschitz, read);
    return `The network says ${best}, with ${(100 * probabilities[best]).toFixed(1)} percent. Certified radius ${radius}.`;
  }

  const digits = loadDigits(), taken = Array(10).fill(0);
  const take = async (digit) => paper.show((await digits).image(digit, taken[digit]++ % 10));
  const buttons = taken.map((_, digit) => button(String(digit), () => take(digit), { "aria-label": `Take a ${digit} of MNIST` }));
  stage.append(
    element("div", { class: "explorer-controls" }, which.element),
    element("div", { class: "digit-top" },
      element("div", {}, element("div", { class: "digit-title" }, "Draw a digit here"), paper.element,
        element("div", { class: "explorer-controls" }, button("Undo", paper.undo), button("Clear", () => paper.show(null)))),
      element("div", { class: "digit-result" }, answer, bars.element, note)),
    element("div", { class: "digit-samples" }, element("span", {}, "Or take one of MNIST:"), element("div", {}, ...buttons), licence),
    element("div", { class: "digit-input" }, seen.element, element("div", {}, element("b", {}, "Input"),
      " 28 × 28. What is drawn gets the form of the digits of MNIST: its longer side is scaled to 20 pixels, and its centre of mass "
      + "is moved to the middle.")),
    layers, certificate.element, told.element);
  licence.textContent = (await digits).licence;
  paper.show((await digits).image(...FIRST));
  await change(which.value);
});
