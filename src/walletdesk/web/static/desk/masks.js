/* Chips of personal data on the desk: with their masks, which the page knows from elements with data-mask-of, and as
   buttons with data-item where they may be revealed. Values come from reveal.js only. */

import { chips } from "../common/personal.js";
import { icon, make, textTokens } from "../common/text.js";

// The address of the customer's own page: no member of staff reads it.
textTokens.push([/⟦link:[0-9A-Z]{4,12}⟧/g, (_all, strings) => make("span", { class: "wd-personal" }, icon("lock"), make("span", {}, strings.personal_link))]);

const maskOf = (item) => document.querySelector(`[data-mask-of="${item}"]`)?.textContent;

chips.make = (item, icon, word) => {
  word.textContent = maskOf(item) || word.textContent;
  const mayReveal = document.querySelector("[data-may-reveal]")?.dataset.mayReveal === "yes";
  const look = { class: "wd-personal", "data-chip": item };
  return mayReveal ? make("button", { type: "button", ...look, "data-item": item }, icon, word) : make("span", look, icon, word);
};

/** Write masks that have become known into the chips of a place. */
export function fillMasks(place) {
  for (const one of place.querySelectorAll("[data-chip]")) {
    const mask = maskOf(one.dataset.chip);
    if (mask) one.lastElementChild.textContent = mask;
  }
}
