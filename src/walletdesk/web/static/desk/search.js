/* The search page: results while typing, operators completed, results walked by arrow keys. */

import { make, readJson } from "../common/text.js";
import { localTimes } from "./ages.js";

const PAUSE_MS = 250;
const OFFERED = 8;
const form = document.getElementById("search-form");
const field = document.getElementById("q");
const list = document.getElementById("offers");
const found = document.getElementById("found");
const { operators } = readJson("wd-completion", { operators: [] });
let timer = 0;
let at = -1;

const ask = () => form.dispatchEvent(new CustomEvent("wd-search", { bubbles: true }));
const links = () => [...found.querySelectorAll(".hit-link")];

/** The piece of the query before the caret, and what can stand in its place. */
function offers() {
  const typed = field.value.slice(0, field.selectionStart).match(/(?:[^\s:：]+[:：]"[^"]*|\S+)$/u)?.[0] || "";
  const [name, value] = typed.replace(/^-/u, "").split(/[:：]/u);
  const is = (text, begin) => text.toLocaleLowerCase().startsWith(begin.toLocaleLowerCase());
  const operator = value === undefined ? null : operators.find((each) => each.name === `${name.toLowerCase()}:`);
  const begin = (value || "").replaceAll('"', "");
  if (operator) {
    return operator.values.filter((each) => is(each, begin) && each !== begin).slice(0, OFFERED)
      .map((each) => ({ typed, text: `${operator.name}${/\s/u.test(each) ? `"${each}"` : each} `, shown: each, about: operator.about }));
  }
  if (!name || value !== undefined) return [];
  return operators.filter((each) => is(each.name, name)).map((each) => ({ typed, text: each.name, shown: each.name, about: each.about }));
}

function draw() {
  const offered = offers();
  at = -1;
  list.replaceChildren(...offered.map((each, index) => {
    const item = make("li", { role: "option", id: `offer-${index}`, "aria-selected": "false" }, make("b", { dir: "auto" }, each.shown), make("small", {}, each.about));
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    item.addEventListener("click", () => take(each));
    item.take = () => take(each);
    return item;
  }));
  list.hidden = !offered.length;
  field.setAttribute("aria-expanded", String(offered.length > 0));
  field.removeAttribute("aria-activedescendant");
}

function take({ typed, text }) {
  const end = field.selectionStart;
  field.setRangeText(text, end - typed.length, end, "end");
  draw();
  if (text.endsWith(" ")) ask();
}

function point(step) {
  const items = [...list.children];
  at = (at + step + items.length + 1) % (items.length + 1);
  if (at === items.length) at = -1;
  items.forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
  if (at < 0) field.removeAttribute("aria-activedescendant");
  else field.setAttribute("aria-activedescendant", items[at].id);
  items[at]?.scrollIntoView({ block: "nearest" });
}

function close() {
  list.hidden = true;
  at = -1;
  field.setAttribute("aria-expanded", "false");
}

field.addEventListener("input", (event) => {
  clearTimeout(timer);
  if (event.isComposing) return;
  draw();
  timer = setTimeout(ask, PAUSE_MS);
});
field.addEventListener("compositionend", () => {
  draw();
  timer = setTimeout(ask, PAUSE_MS);
});
field.addEventListener("blur", close);
field.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!list.hidden && step) point(step);
  else if (!list.hidden && (event.key === "Tab" || event.key === "Enter") && at >= 0) list.children[at].take();
  else if (!list.hidden && event.key === "Escape") close();
  else if (step === 1) links()[0]?.focus();
  else {
    if (event.key === "Enter") close();
    return;
  }
  event.preventDefault();
});
found.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = links();
  const index = all.indexOf(document.activeElement);
  if (!step || index < 0) return;
  event.preventDefault();
  (all[index + step] || (step < 0 ? field : all[index])).focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" && event.key !== "Escape") return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog, [popover], [role=menu]")) return; // theirs
  event.preventDefault();
  field.focus();
  field.select();
});

// A chip's form leads to a page of its own without script; with it, the field changes.
found.addEventListener("submit", (event) => {
  const chip = event.target.closest("[data-chip]");
  if (!chip || chip.elements.all) return;
  event.preventDefault();
  field.value = chip.elements.q.value;
  field.focus();
  ask();
});
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== found) return;
  localTimes();
  const { address } = found.firstElementChild.dataset;
  history.replaceState(null, "", address || location.pathname);
});
localTimes();
if (document.activeElement === field && field.value) draw(); // typed before this script was here
