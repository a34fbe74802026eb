// What all explorers share: their places on the page, their controls, their data.

// Makes an element; what begins with "on" is a listener, and a child may be a text.
export function element(tag, attributes = {}, ...children) {
  const made = tag.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Builds each explorer of this name when it comes near: build(stage, preset) fills the stage, which takes the place of the
// picture, unless something cannot be loaded.
export function mount(name, build) {
  const start = async (stage) => {
    stage.hidden = false;
    stage.parentElement.classList.add("live");
    try {
      await build(stage, stage.dataset.preset);
    } catch (error) {
      stage.hidden = true;
      stage.parentElement.classList.remove("live");
      throw error;
    }
  };
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      start(target.querySelector(".explorer-stage"));
    }
  }, { rootMargin: "600px" });
  for (const stage of document.querySelectorAll(`[data-explorer="${name}"]`)) near.observe(stage.parentElement);
}

// Loads NAME-data.js, which calls courseData: a script can be loaded from a folder of this machine, and JSON cannot.
const scripts = document.currentScript?.src;
const loaded = new Map();
export function loadData(name) {
  if (!loaded.has(name)) {
    loaded.set(name, new Promise((resolve, reject) => {
      const waiting = (globalThis.courseDataWaiting ??= new Map());
      waiting.set(name, resolve);
      globalThis.courseData = (arrived, data) => waiting.get(arrived)(data);
      const src = new URL(`${name}-data.js`, scripts).href;
      document.head.append(element("script", { src, onerror: () => reject(new Error(`${src} cannot be loaded`)) }));
    }));
  }
  return loaded.get(name);
}

function labelled(label, control, ...rest) {
  globalThis.courseControls = (globalThis.courseControls ?? 0) + 1; // a page can have explorers of several scripts
  control.id = `explorer-control-${globalThis.courseControls}`;
  return element("span", { class: "explorer-control" }, element("label", { for: control.id }, label), control, ...rest);
}

// A whole number between two others. `value` can be set, which calls no listener.
export function slider(label, { min, max, value }, change) {
  const input = element("input", { type: "range", min, max, value, oninput: () => (show(), change(Number(input.value))) });
  const output = element("output", {}, String(value));
  const show = () => (output.textContent = input.value);
  return {
    element: labelled(label, input, output),
    get value() { return Number(input.value); },
    set value(number) { input.value = number; show(); },
    limit(least, most) { input.min = least; input.max = most; show(); },
  };
}

// One of several: options are pairs of a value and what the reader sees.
export function choice(label, options, value, change) {
  const input = element("select", { onchange: () => change(input.value) },
    ...options.map(([each, text]) => element("option", { value: each, selected: each === value }, text)));
  return {
    element: labelled(label, input),
    get value() { return input.value; },
    set value(next) { input.value = next; },
  };
}

export function toggle(label, value, change) {
  const input = element("input", { type: "checkbox", checked: value, onchange: () => change(input.checked) });
  return { element: labelled(label, input), get value() { return input.checked; }, set value(next) { input.checked = next; } };
}

export function button(label, press, attributes = {}) {
  return element("button", { type: "button", onclick: press, ...attributes }, label);
}

// How far down and to the right an arrow key leads; nothing for other keys.
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
export const arrow = ({ key }) => ARROWS[key];

// A row of Play, back, a range and on, for films and what is like them: show(step) draws a step from 0 to steps - 1.
export function player({ steps, seconds, show, label = "Step" }) {
  let timer = null;
  const play = button("Play", () => run(timer === null));
  const range = element("input", { type: "range", "aria-label": label, min: 1, max: steps, value: 1, oninput: () => stopAt(range.value - 1) });
  const back = button("‹", () => stopAt(range.value - 2), { "aria-label": `Previous ${label.toLowerCase()}` });
  const on = button("›", () => stopAt(Number(range.value)), { "aria-label": `Next ${label.toLowerCase()}` });
  function draw(step) {
    const count = Number(range.max);
    range.value = ((step + count) % count) + 1;
    show(range.value - 1);
  }
  function run(running) {
    clearInterval(timer);
    timer = running ? setInterval(() => draw(Number(range.value)), 1000 * seconds) : null;
    play.textContent = running ? "Pause" : "Play";
  }
  function stopAt(step) {
    run(false);
    draw(step);
  }
  return {
    element: element("div", { class: "player" }, play, back, range, on),
    run,
    stopAt,
    get running() { return timer !== null; },
    set seconds(next) { seconds = next; run(timer !== null); },
    get step() { return range.value - 1; },
    // Another number of steps: the step that is shown stays, if there still is one.
    set steps(count) { range.max = count; draw(Math.min(range.value, count) - 1); },
  };
}

// A table of numbers that can be changed; the arrow keys go from one to the next. change(values) gets the whole table.
export function numbers(label, values, change) {
  const shown = (value) => String(value).replace("-", "−");
  const inputs = values.map((row, i) => row.map((value, j) => element("input", {
    type: "text", inputmode: "decimal", value: shown(value), "aria-label": `${label}, row ${i + 1}, column ${j + 1}`,
    oninput: () => read(), onfocus: ({ target }) => target.select(), onkeydown: (event) => step(event, i, j),
  })));
  function read() {
    const all = inputs.map((row) => row.map((input) => {
      const value = input.value.trim() === "" ? NaN : Number(input.value.replace(",", ".").replace("−", "-"));
      input.setAttribute("aria-invalid", !Number.isFinite(value));
      return value;
    }));
    if (all.flat().every(Number.isFinite)) change(all);
  }
  function step(event, i, j) {
    const move = arrow(event);
    const next = move && inputs[i + move[0]]?.[j + move[1]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
  return {
    element: element("div", { class: "explorer-numbers", role: "group", "aria-label": label },
      ...inputs.map((row) => element("div", {}, ...row))),
    set value(table) { table.forEach((row, i) => row.forEach((value, j) => { inputs[i][j].value = shown(value); })); read(); },
  };
}

// What a screen reader is told when something has changed; it waits for a pause, so that a film does not talk.
export function announcer() {
  const region = element("div", { class: "visually-hidden", "aria-live": "polite" });
  let timer = null;
  return {
    element: region,
    say(text) {
      clearTimeout(timer);
      timer = setTimeout(() => { region.textContent = text; }, 500);
    },
  };
}

export const lessMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;

// A number as a reader wants it: few digits, a true minus sign.
export function format(number, digits = 3) {
  return String(Number(number.toFixed(digits))).replace("-", "−");
}
