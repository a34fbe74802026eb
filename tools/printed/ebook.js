// Makes of a page that page.js has prepared a chapter of an e-book: its markup as XML, and what it shows.
({ places }) => {
  const article = document.querySelector("article, main");
  article.querySelector("nav[hidden]").remove();
  const films = [];
  for (const film of article.querySelectorAll(".film")) {
    const svg = film.querySelector("[role=img]").shadowRoot.querySelector("svg");
    for (const part of svg.querySelectorAll("[id^=frame]")) {
      svg.append(...part.querySelectorAll("defs")); // letters, which other frames use, too
      if (!part.id.startsWith(`frame${film.dataset.still}-`)) part.remove();
    }
    svg.querySelector("style").textContent = "";
    svg.setAttribute("style", "color: black; --paper: white");
    const image = document.createElement("img");
    image.alt = film.querySelector("[role=img]").ariaLabel;
    image.dataset.film = films.push(new XMLSerializer().serializeToString(svg)) - 1;
    if (film.id) image.id = film.id;
    film.replaceWith(image);
  }
  for (const link of article.querySelectorAll(`a[href^="${places}"]`)) {
    const [page, place] = link.getAttribute("href").slice(places.length).split("#");
    link.setAttribute("href", `${page.replaceAll("/", "-")}.xhtml${place ? `#${place}` : ""}`);
  }
  for (const element of article.querySelectorAll("[style]")) if (!element.closest("math")) element.removeAttribute("style");
  for (const element of article.querySelectorAll("[tabindex]")) element.removeAttribute("tabindex");
  const images = [];
  for (const image of article.querySelectorAll("img:not([data-film])")) {
    for (const name of ["loading", "width", "height"]) image.removeAttribute(name);
    images.push(decodeURIComponent(new URL(image.src).pathname));
    image.setAttribute("src", `images/${image.src.split("/").pop()}`);
  }
  return { markup: new XMLSerializer().serializeToString(article), images, films };
}
