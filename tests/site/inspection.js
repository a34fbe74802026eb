// What a test asks of a page, in the page.
const inspection = {
  // Opens all that is folded.
  unfold() {
    for (const part of document.querySelectorAll("details")) part.open = true;
    for (const button of document.querySelectorAll(".toggle-hidden .toggle-button")) button.click();
  },

  // Whether an element, and what stands in it, is neither hidden nor left out by the browser because it is far below.
  isLaidOut(element) {
    return (element.firstElementChild ?? element).checkVisibility({ contentVisibilityAuto: true });
  },

  // What has changed is laid out and measured, and observers have been told.
  settle() {
    const wait = (frames) => new Promise((done) => requestAnimationFrame(done)).then(() => (frames ? wait(frames - 1) : null));
    return wait(2);
  },

  // Goes through the page as a reader does, so that all of it is laid out and measured.
  async walk() {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
      scrollTo({ top: y, behavior: "instant" });
      await this.settle();
    }
    scrollTo({ top: 0, behavior: "instant" });
  },

  // What is too wide and cannot be scrolled to, what scrolls and cannot be reached by the keyboard, ids that scripts repeat.
  layout() {
    const faults = [];
    const say = (fault, element) => faults.push(`${fault}: ${element.outerHTML.slice(0, 200)}`);
    const scrolling = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    if (document.documentElement.scrollWidth > innerWidth) say("the page scrolls to the right", document.body);
    for (const element of document.querySelectorAll("article *")) {
      if (element.closest("math, svg") || !element.checkVisibility()) continue;
      if (element.scrollWidth > element.clientWidth + 1 && element.tabIndex < 0 && scrolling(element)) say("out of reach", element);
      if (element.getBoundingClientRect().right <= innerWidth + 1) continue;
      let box = element.parentElement;
      while (box && !scrolling(box)) box = box.parentElement;
      if (!box) say("sticks out to the right", element);
    }
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    const twice = new Set(ids.filter((id, i) => ids.indexOf(id) < i));
    return [...faults, ...[...twice].map((id) => `more than once: id ${id}`)];
  },

  formulasToText() {
    for (const formula of document.querySelectorAll("math")) formula.textContent = formula.textContent;
  },

  // Marks the first text, and the first link, of each kind: those of the same colour and size on boxes of the same colours.
  markSamples() {
    const boxes = new Map([[document.documentElement, ""]]);
    const behind = (element) => {
      if (!boxes.has(element)) {
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
        const own = [backgroundColor, backgroundImage, opacity].join().replace("rgba(0, 0, 0, 0),none,1", "");
        boxes.set(element, behind(element.parentElement) + own);
      }
      return boxes.get(element);
    };
    const seen = new Set();
    for (const element of document.body.querySelectorAll("*")) {
      const isLink = element.localName === "a";
      const hasText = [...element.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
      if (!(isLink || hasText) || !element.checkVisibility({ visibilityProperty: true })) continue;
      const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element);
      const around = isLink ? getComputedStyle(element.parentElement).color + element.parentElement.localName : "";
      const kind = [isLink, color, fontSize, fontWeight, textDecorationLine, around, behind(element)].join();
      if (!seen.has(kind)) element.dataset.sample = "";
      seen.add(kind);
    }
    this.samples = document.querySelector("article")?.cloneNode(true);
  },

  codeToText() {
    for (const code of document.querySelectorAll("article pre")) code.textContent = code.textContent;
  },

  // Leaves the samples of the text, with what is around and in them, as they were when they were marked.
  keepSamples() {
    if (!this.samples) return;
    for (const part of this.samples.querySelectorAll("*"))
      if (!part.matches(":has([data-sample]), [data-sample], [data-sample] *")) part.remove();
    document.querySelector("article").replaceWith(this.samples);
  },

  async axe(options) {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
    return violations.map(({ id, nodes }) => {
      const { html, failureSummary } = nodes[0];
      return `${id}: ${nodes.length} times, ${html.slice(0, 300)} (${failureSummary})`;
    });
  },
};
