/* The wall stays current: asks again every few seconds, more seldom while the desk does not answer. */

import { fragment } from "./page.js";

const EVERY_MS = 5_000;
const LONGEST_MS = 60_000;
const place = document.getElementById("wall-now");
const late = document.getElementById("wall-late");
let wait = EVERY_MS;

/** What a person has open and where they stand is as before in the new picture. */
async function look() {
  const open = [...place.querySelectorAll("details[open]")].map(({ id }) => id);
  const held = place.contains(document.activeElement) ? document.activeElement.id : "";
  const fresh = await fragment("/desk/wall/list", place);
  if (fresh) {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  }
  wait = fresh ? EVERY_MS : Math.min(wait * 2, LONGEST_MS);
  const text = fresh ? "" : document.getElementById("wall").dataset.late;
  if (late.textContent !== text) late.textContent = text;
  later();
}

function later() {
  setTimeout(() => (document.hidden ? document.addEventListener("visibilitychange", look, { once: true }) : look()), wait);
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

document.getElementById("wall-full").addEventListener("click", full);
document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea");
  if (plain && event.key.toLowerCase() === "f") full();
});
later();
