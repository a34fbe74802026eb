// A prediction can be answered on the page, with the words that the notebook would have. An answer stays in this browser.
import { button, element, loadData } from "./kit.mjs";
import { read, verdict } from "./predictions.mjs";

const STORED = "cnn_course.predictions";
const stored = () => JSON.parse(localStorage.getItem(STORED) ?? "{}");

// A text in which names stand between backticks.
function withCode(text) {
  return text.split("`").map((part, i) => (i % 2 ? element("code", {}, part) : part));
}

function form(exercise) {
  const name = exercise.id.replace(/^ex-/, "").replaceAll("-", "_");
  const field = element("input", { type: "text", id: `predict-${name}`, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const said = element("p", { class: "predict-said", role: "status" });
  let hints = 0;

  async function check(event) {
    event?.preventDefault();
    const { answer, wrong } = (await loadData("predict"))[name];
    const { status, words } = verdict(read(field.value), answer, wrong);
    said.dataset.status = status;
    said.replaceChildren(...withCode(words));
    localStorage.setItem(STORED, JSON.stringify({ ...stored(), [name]: field.value }));
  }
  async function hint() {
    const all = (await loadData("predict"))[name].hints;
    said.dataset.status = "hint";
    if (hints === all.length) said.textContent = "There are no more hints. The solution is folded below.";
    else said.replaceChildren(...withCode(`Hint ${hints + 1} of ${all.length}: ${all[hints++]}`));
  }

  exercise.append(element("form", { class: "predict-form", onsubmit: check },
    element("label", { for: field.id }, "Your numbers, with commas between them"), field,
    element("button", { type: "submit" }, "Check"), button("Hint", hint), said));
  if (name in stored()) {
    field.value = stored()[name];
    check();
  }
}

document.querySelectorAll(".exercise.predict").forEach(form);
