// Makes a page of the site one for paper, in the browser, and tells what stands in it.
async ({ page, site, pages, places, style, before }) => {
  const article = document.querySelector("article.bd-article") ?? document.querySelector("main");
  document.documentElement.dataset.theme = "light";
  document.body.innerHTML = '<div class="bd-content"></div>';
  document.body.firstChild.append(article);
  document.head.insertAdjacentHTML("beforeend", `<style>${style} html { counter-reset: page ${before}; }</style>`);
  // What is for a screen alone: an explorer is its picture. Code that is folded on the site draws a figure.
  for (const part of article.querySelectorAll(".headerlink, .explorer-stage, .start, .offer, button, .toctree-wrapper, script, details.hide")) part.remove();
  for (const part of article.querySelectorAll("details")) part.open = true;
  for (const part of article.querySelectorAll(".admonition.dropdown")) part.classList.remove("dropdown");
  const text = (element) => element.textContent.replaceAll(/\s+/g, " ").trim();

  // A link to a place in the book names its page and its id; one to a file that the book does not have is none.
  for (const link of article.querySelectorAll("a[href]")) {
    const url = new URL(link.href);
    if (!url.href.startsWith(site)) continue;
    const target = decodeURIComponent(url.pathname.slice(new URL(site).pathname.length)).replace(/\.html$/, "");
    if (pages.includes(target)) link.href = `${places}${encodeURI(target)}${url.hash}`;
    else link.replaceWith(...link.childNodes);
  }

  // The browser notes where an element is if there is a link to it.
  const marks = document.createElement("nav");
  marks.hidden = true;
  const mark = (element, i) => {
    if (!element.id) element.id = `mark-${i}`;
    marks.insertAdjacentHTML("beforeend", `<a href="#${encodeURIComponent(element.id)}"></a>`);
    return decodeURIComponent(element.id);
  };
  const pictures = [...article.querySelectorAll("img, .film")];
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode()));
  // What is wider than the paper becomes smaller.
  const room = article.getBoundingClientRect().right + 1;
  for (const box of article.querySelectorAll("div.math, table")) {
    const { left, right } = (box.querySelector("math") ?? box).getBoundingClientRect();
    const end = Math.max(right, ...[...box.querySelectorAll("mtd, td")].map((cell) => cell.getBoundingClientRect().right));
    if (end > room) box.style.fontSize = `${Math.floor((100 * (room - left)) / (end - left))}%`;
  }
  const all = (selector) => [...article.querySelectorAll(selector)];
  const headings = all("section > :is(h1, h2, h3, h4), summary > :is(h2, h3, h4)");
  // What is next to a formula, whose letters need not come in their order.
  const withoutFormulas = (element) => {
    const copy = element.cloneNode(true);
    for (const formula of copy.querySelectorAll("math")) formula.replaceWith("\0");
    return text(copy).split("\0");
  };
  const facts = {
    title: text(article.querySelector("h1, .title")),
    headings: headings.map((heading) => ({
      id: heading.closest("section").id,
      level: Number(heading.localName[1]),
      text: text(heading),
    })),
    titles: headings.map(withoutFormulas).flat(),
    numbers: all(".caption-number, .eqno").map(text),
    pictures: pictures.map(mark),
    last: withoutFormulas(all("p, li, dt, dd, td, pre, figcaption").at(-1) ?? article).at(-1).slice(-40),
    wide: all(":not(math *, svg *)").filter((element) => element.getBoundingClientRect().right > room).map((element) => element.outerHTML.slice(0, 120)),
    formulas: all("math").length,
    failed: all("merror, .temml-error").length,
  };
  for (const element of all("[id]")) if (!element.closest("math, svg")) mark(element);
  article.append(marks);
  return facts;
}
