/* The menu of a thread, and the forms of what it offers. */

import { localTimes } from "./ages.js";
import { fragment, toast } from "./page.js";
import { prepareMoments } from "./moments.js";

const menu = document.getElementById("act-menu");
const dialog = document.getElementById("act");
let turn = 0;
const head = () => document.getElementById("head");

/** The actions that the open conversation offers now. */
export const offers = () => new Set((head()?.dataset.offers || "").split(" ").filter(Boolean));

function prepareMenu() {
  const offered = offers();
  for (const item of menu.querySelectorAll("[data-do]")) item.hidden = !offered.has(item.dataset.do);
}

/** Open the menu below its button. */
export function openMenu() {
  const button = document.getElementById("head-more");
  if (!button) return;
  prepareMenu();
  const { bottom, right } = button.getBoundingClientRect();
  menu.style.top = `${bottom + 4}px`;
  menu.style.left = `${Math.max(8, right - 248)}px`;
  menu.togglePopover();
  menu.querySelector("[data-do]:not([hidden])")?.focus();
}

/** Begin one of the actions: at once, or by its form. */
export async function begin(what) {
  if (!offers().has(what)) return;
  if (menu.matches(":popover-open")) menu.hidePopover();
  const { ref } = head().dataset;
  if (what === "wake") {
    window.htmx.ajax("POST", `/desk/c/${ref}/wake`, { target: "#head", swap: "outerHTML" });
    return;
  }
  document.getElementById("act-body").replaceChildren();
  const mine = ++turn;
  const wanted = () => mine === turn;
  dialog.showModal();
  if (!(await fragment(`/desk/c/${ref}/do/${what}`, "#act-body", "innerHTML", wanted))) return void (wanted() && dialog.close());
  prepareMoments(dialog);
  localTimes(dialog);
  dialog.querySelector(".moment, .people button, input:not([type=hidden], [type=radio]), .btn.primary")?.focus();
}

document.addEventListener("click", ({ target }) => {
  const item = target.closest("[data-do]");
  if (item) begin(item.dataset.do);
});
menu?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("[data-do]:not([hidden])")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
});

// What was done closes its dialog.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post") target.closest?.("dialog[open]")?.close();
});
document.addEventListener("htmx:validation:failed", ({ target }) => toast(target.validationMessage, { danger: true }));
