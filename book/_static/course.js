// A formula in a line of text that is wider than the page can be scrolled, as displayed formulas can.
function markWideFormulas() {
  for (const formula of document.querySelectorAll("mjx-container:not([display])")) {
    formula.classList.remove("wide");
    const room = formula.closest("p, li, td, dd, div").clientWidth;
    formula.classList.toggle("wide", formula.getBoundingClientRect().width > room);
  }
}
window.addEventListener("load", () => window.MathJax?.startup?.promise?.then(markWideFormulas));
window.addEventListener("resize", markWideFormulas);
