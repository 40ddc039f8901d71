/* Pictures and other files of customers on the desk: one that nobody has read yet, or that could not be read, waits behind a click
   with a warning; one that held a secret is gone. What was read is told by `checked` events. */

import { ROWS, slots } from "../common/events.js";
import { icon, make } from "../common/text.js";
import { strings } from "./page.js";

const plain = slots.filesOf;
const known = new Map(); // id → outcome
const places = new Map(); // id → { button, file, shown }

function settle(id) {
  const place = places.get(id);
  const outcome = known.get(id) || place?.file.check;
  if (!place || place.opened) return;
  const covered = outcome === "waiting" || outcome === "unread";
  let node = place.button;
  if (outcome === "secret") node = make("span", { class: "wd-file is-gone" }, icon("shield"), strings.picture_secret);
  else if (covered) {
    node = make("button", { type: "button", class: "wd-file wd-covered" }, icon("shield"), make("span", {}, strings[place.button.matches(".wd-picture") ? `picture_${outcome}` : "file_unread"]), make("strong", {}, strings.picture_show));
    node.addEventListener("click", () => {
      place.opened = true;
      node.replaceWith(place.button);
      place.button.focus();
    });
  }
  place.shown.replaceWith(node);
  place.shown = node;
}

slots.filesOf = (event) => {
  const box = plain(event);
  for (const [id, { shown }] of places) if (!shown.isConnected) places.delete(id); // its conversation was left
  if (event.author !== "customer" || !box) return box;
  [...box.children].forEach((button, at) => {
    const file = event.data.files[at];
    places.set(file.id, { button, file, shown: button });
    settle(file.id);
  });
  return box;
};

ROWS.checked = ({ staff_data: told }) => {
  for (const [id, outcome] of Object.entries(told?.files || {})) {
    known.set(id, outcome);
    settle(id);
  }
  return make("li", { hidden: true });
};
