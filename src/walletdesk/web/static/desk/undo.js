/* Taking back what was just done: a toast with a countdown, and the key Z. The server restores. */

import { fill, make } from "../common/text.js";
import { call, failed, strings, toast } from "./page.js";

const OFFERED_S = 10;
let offer = null;

/** Offer to take back what `token` stands for. A newer offer takes the place of the last one. */
export function offerUndo({ token, text }) {
  offer?.end();
  const left = make("span", { class: "toast-left", "aria-hidden": "true" }, String(OFFERED_S));
  const button = make("button", { type: "button", class: "btn small toast-undo" }, strings.undo, make("kbd", {}, "Z"));
  const shown = make("div", { class: "toast undo-toast" }, make("span", {}, text), left, button);
  const until = Date.now() + OFFERED_S * 1000;
  const end = () => {
    clearInterval(timer);
    shown.remove();
    if (offer === mine) offer = null;
  };
  const timer = setInterval(() => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    left.textContent = String(Math.max(0, seconds));
    if (seconds <= 0) end();
  }, 250);
  const mine = { end, token, text };
  offer = mine;
  button.addEventListener("click", undo);
  document.getElementById("toasts").append(shown);
}

/** Take back what is on offer, if anything is. */
export async function undo() {
  if (!offer) return;
  const { token, text, end } = offer;
  end();
  try {
    const { done, changed } = await call("/desk/undo", { body: { token } });
    toast(changed.length ? fill(strings.undone_partly, { n: done }) : strings.undone);
  } catch (error) {
    failed(error);
    if (!error.status && !offer) offerUndo({ token, text }); // no answer: it may be tried again
  }
}

document.addEventListener("wd-undo", ({ detail }) => offerUndo(detail));
