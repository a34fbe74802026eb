// A filter on a photograph: one of ours, a file, or what the camera sees. All of it happens in the page.

import { announcer, button, choice, element, format, loadData, mount, numbers, slider, toggle } from "./kit.mjs";
import { KERNELS, correlate, fromPixels, gaussian, magnitude, separable, showing, toGray, toPixels } from "./filters.mjs";

const SIDE = 160; // pixels of the longer side
const OTHERS = { gaussian: "blur: Gaussian", magnitude: "size of the gradient", learned: "learned by LeNet-5", own: "your own numbers" };
const SHOWN = [
  ["middle", "0 as middle grey, −1 black, 1 white"],
  ["absolute", "absolute value, 0 black, ±1 white"],
  ["brightness", "as brightness, all below 0 black"],
];

function picture(kind, title) {
  const canvas = element("canvas", { class: kind, role: "img" });
  const text = element("div");
  return {
    element: element("div", {}, text, canvas),
    // An image in the middle of a canvas of these sizes: what has no window stays empty.
    show(image, shown, { rows, columns }, details) {
      Object.assign(canvas, { width: columns, height: rows });
      text.textContent = `${title}, ${image.rows} × ${image.columns}${details}`;
      canvas.setAttribute("aria-label", text.textContent);
      if (image.rows * image.columns === 0) return;
      const corner = [columns - image.columns, rows - image.rows].map((border) => border / 2);
      canvas.getContext("2d").putImageData(new ImageData(toPixels(image, shown), image.columns), ...corner);
    },
  };
}

// The smallest and the largest number of an image, in words.
function extent({ planes }) {
  const values = planes.flatMap((plane) => [plane.reduce((a, b) => Math.min(a, b)), plane.reduce((a, b) => Math.max(a, b))]);
  return `: ${format(Math.min(...values), 2)} to ${format(Math.max(...values), 2)}`;
}

// A camera of this machine, for as long as it is on and the page is seen. changed(on) is told, and frame(video) gets what it sees.
function camera(changed, frame) {
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  let stream = null;
  function look() {
    if (!stream) return;
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) frame(video);
    requestAnimationFrame(look);
  }
  function stop() {
    if (!stream) return;
    for (const track of stream.getTracks()) track.stop();
    stream = null;
    changed(false);
  }
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  return {
    get on() { return stream !== null; },
    stop,
    async start() {
      const given = await navigator.mediaDevices.getUserMedia({ video: true });
      stop(); // a second press while the browser asked
      stream = given;
      if (document.hidden) return stop();
      given.getVideoTracks()[0].addEventListener("ended", () => stream === given && stop());
      video.srcObject = given;
      changed(true);
      await video.play();
      look();
    },
  };
}

async function photograph(stage) {
  const { learned, ...addresses } = await loadData("photograph");
  const kernels = { ...KERNELS, learned: { name: OTHERS.learned, kernel: learned, divisor: 1 } };
  const scratch = element("canvas").getContext("2d", { willReadFrequently: true });
  const before = picture("before", "before"), after = picture("after", "after");
  const note = element("p", { class: "photograph-note", role: "status" });
  const spoken = announcer();
  const panel = element("div", { class: "photograph-kernel" });
  let image, source = "", { kernel, divisor } = kernels.sobelX, sigma = 2;

  const filter = choice("Kernel", Object.entries({ ...KERNELS, ...OTHERS }).map(([key, value]) => [key, value.name ?? value]), "sobelX", choose);
  const shown = choice("Show", SHOWN, "middle", update);
  const border = choice("Border", [["valid", "valid: whole windows"], ["same", "same: zeros outside"]], "valid", update);
  const colours = toggle("Each colour by itself", false, update);

  const seen = camera(
    (on) => { cameraButton.textContent = on ? "Stop the camera" : "Camera"; },
    (video) => take("camera", video, video.videoWidth, video.videoHeight),
  );
  const file = element("input", { type: "file", accept: "image/*", hidden: true, onchange: () => open(file.files[0]) });
  const cameraButton = button("Camera", () => {
    if (seen.on) return seen.stop();
    note.textContent = "Waiting for the camera: your browser may ask you first.";
    return seen.start().catch((error) => { note.textContent = `There is no picture from a camera: ${error.message}.`; });
  });
  if (!navigator.mediaDevices?.getUserMedia) {
    cameraButton.disabled = true;
    cameraButton.textContent = "Camera: only with https or on localhost";
  }
  const sources = {
    china: button("Pagoda", () => load("china")), flower: button("Dahlia", () => load("flower")),
    file: button("A picture of yours", () => file.click()), camera: cameraButton,
  };

  function result(input) {
    const gradient = ["sobelX", "sobelY"].map((name) => () => correlate(input, KERNELS[name].kernel, border.value));
    if (filter.value === "magnitude") return magnitude(gradient[0](), gradient[1]());
    if (filter.value === "gaussian") return separable(input, gaussian(sigma), gaussian(sigma), border.value);
    return correlate(input, kernel.map((row) => row.map((weight) => weight / divisor)), border.value);
  }
  function update() {
    if (!image) return;
    const input = colours.value ? image : toGray(image);
    const output = result(input);
    before.show(input, "brightness", image, extent(input));
    after.show(output, shown.value, image, output.rows * output.columns ? extent(output) : ": the kernel is larger than the picture");
    if (source !== "camera" && stage.contains(document.activeElement)) spoken.say(after.element.textContent);
  }

  // What the panel has for the chosen kernel, and how its output is best shown.
  function choose(name) {
    if (kernels[name]) ({ kernel, divisor } = kernels[name]);
    if (name === "gaussian") {
      panel.replaceChildren(slider("Standard deviation", { min: 1, max: 6, value: sigma }, (value) => { sigma = value; describe(); update(); }).element, sizes);
      describe();
    } else if (name === "magnitude") {
      panel.replaceChildren("The root of the sum of the squares of both Sobel responses. It is not linear: no kernel does it.");
    } else {
      const change = (next) => { filter.value = "own"; note.textContent = ""; next(); update(); };
      panel.replaceChildren(
        numbers("Kernel", kernel, (table) => change(() => { kernel = table; })).element,
        element("span", { class: "explorer-control" }, "divided by", numbers("Divisor", [[divisor]], ([[value]]) => {
          if (value === 0) note.textContent = "Nothing can be divided by 0.";
          else change(() => { divisor = value; });
        }).element));
    }
    if (name !== "own") shown.value = { gaussian: "brightness", magnitude: "absolute" }[name] ?? showing(kernel, divisor);
    update();
  }
  const sizes = element("span");
  function describe() {
    const m = gaussian(sigma).length;
    sizes.textContent = `${m} × ${m} weights, a column times a row: two passes with ${2 * m} multiplications for a pixel, in place of ${m ** 2}.`;
  }

  function take(from, drawn, width, height) {
    const scale = Math.min(1, SIDE / Math.max(width, height));
    const [columns, rows] = [width, height].map((size) => Math.max(1, Math.round(scale * size)));
    Object.assign(scratch.canvas, { width: columns, height: rows });
    scratch.imageSmoothingQuality = "high";
    scratch.drawImage(drawn, 0, 0, columns, rows);
    image = fromPixels(scratch.getImageData(0, 0, columns, rows).data, rows, columns);
    source = from;
    for (const [key, pressed] of Object.entries(sources)) pressed.setAttribute("aria-pressed", key === from);
    note.textContent = "";
    update();
  }
  async function load(name) {
    seen.stop();
    const loading = element("img", { src: addresses[name] });
    await loading.decode();
    take(name, loading, loading.naturalWidth, loading.naturalHeight);
  }
  async function open(chosen) {
    if (!chosen) return;
    seen.stop();
    try {
      const bitmap = await createImageBitmap(chosen);
      take("file", bitmap, bitmap.width, bitmap.height);
    } catch {
      note.textContent = `The browser cannot read ${chosen.name} as a picture.`;
    }
    file.value = "";
  }

  stage.addEventListener("dragover", (event) => event.preventDefault());
  stage.addEventListener("drop", (event) => { event.preventDefault(); open(event.dataTransfer.files[0]); });
  document.addEventListener("paste", (event) => open([...event.clipboardData.files].find(({ type }) => type.startsWith("image/"))));
  stage.append(
    element("div", { class: "explorer-controls" }, ...Object.values(sources), file),
    element("p", { class: "photograph-note" }, "Pictures can also be dropped here, or pasted. None leaves this page: your browser does all the work."), note,
    element("div", { class: "photograph-pair" }, before.element, after.element),
    element("div", { class: "photograph-choices" },
      element("div", { class: "explorer-controls" }, filter.element, shown.element, border.element, colours.element), panel), spoken.element);
  new IntersectionObserver((entries) => entries.at(-1).isIntersecting || seen.stop()).observe(stage);
  choose("sobelX");
  await load("china");
}

mount("photograph", photograph);
