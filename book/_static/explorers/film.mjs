// A film runs by itself, unless the reader has asked for less motion; it can be stopped, and stepped through.
import { lessMotion, player } from "./kit.mjs";

for (const film of document.querySelectorAll(".film")) {
  const artists = [...film.querySelector("[role=img]").shadowRoot.querySelectorAll("[id^=frame]")];
  const controls = player({
    steps: Number(film.dataset.frames),
    seconds: Number(film.dataset.seconds),
    label: "Frame",
    show(frame) {
      for (const artist of artists) artist.style.cssText += `animation:none;opacity:${+artist.id.startsWith(`frame${frame}-`)}`;
    },
  });
  controls.stopAt(Number(film.dataset.still));
  controls.run(!lessMotion);
  film.append(controls.element);
}
