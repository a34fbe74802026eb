// The keyboard stops only at what really scrolls, and a fading end says that there is more. Until its size is known, an
// element may scroll: a browser lays out what is far below when it comes near, and then tells its size.
const SCROLLERS = "div.math, .pst-scrollable-table-container, .output.text_html, pre, span.math.wide";
const sizes = new ResizeObserver((entries) => entries.forEach(measure));
function watch(element) {
  element.tabIndex = 0;
  element.addEventListener("scroll", markEnd, { passive: true });
  element.addEventListener("contentvisibilityautostatechange", measure);
  sizes.observe(element);
}
function measure({ target }) {
  if ((target.firstElementChild ?? target).checkVisibility?.({ contentVisibilityAuto: true }) === false) return;
  const cut = getComputedStyle(target).overflowY === "hidden"; // by a pixel or so, where a formula is high
  const high = target.scrollHeight > target.clientHeight && !cut;
  if (high || target.scrollWidth > target.clientWidth) target.tabIndex = 0;
  else target.removeAttribute("tabindex");
  markEnd({ target });
}
function markEnd({ target }) {
  const hidden = target.scrollWidth - target.clientWidth - target.scrollLeft;
  target.classList.toggle("more", hidden > 1);
}

// A formula in a line of text that is wider than the page scrolls, as displayed formulas do. The observer knows its width,
// so that nothing has to be laid out for that.
const widths = new IntersectionObserver((entries) => {
  for (const { target, boundingClientRect } of entries) {
    if (boundingClientRect.width <= target.closest("p, li, td, dd, div").clientWidth) continue;
    widths.unobserve(target);
    target.classList.add("wide");
    watch(target);
  }
}, { rootMargin: "600px" });

let width = null;
function watchAll() {
  if (width === innerWidth) return; // a phone has only hidden its bar of addresses
  width = innerWidth;
  widths.disconnect();
  for (const formula of document.querySelectorAll("span.math")) {
    formula.classList.remove("wide", "more");
    formula.removeAttribute("tabindex");
    widths.observe(formula);
  }
  watchScrollers();
}
function watchScrollers() {
  sizes.disconnect();
  document.querySelectorAll(SCROLLERS).forEach(watch);
}
window.addEventListener("load", watchAll);
window.addEventListener("resize", watchAll);
// Another font changes the size of what is in an element, but not the element's own.
document.fonts.addEventListener("loadingdone", watchScrollers);

// The section that is read is marked in the contents of the page.
function markSections() {
  const links = new Map();
  for (const link of document.querySelectorAll(".bd-toc-nav a")) links.set(decodeURIComponent(link.hash.slice(1)), link);
  const inSight = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) inSight[isIntersecting ? "add" : "delete"](target);
    const last = [...inSight].pop();
    if (!last) return;
    for (const link of links.values()) link.classList.remove("active");
    links.get(last.id).classList.add("active");
  }, { rootMargin: "0px 0px -60%" });
  for (const section of document.querySelectorAll("section[id]")) if (links.has(section.id)) observer.observe(section);
}
window.addEventListener("load", markSections);

// What is folded is printed, too.
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
