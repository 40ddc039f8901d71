/* Reveal: asks for a reason, shows one value under a watermark, and takes it away again: after its time, or when
   the conversation is not the reader's any more. What is shown lives in this module's memory only. */

import { clockTime, fill, make } from "../common/text.js";
import { fillMasks } from "./masks.js";
import { call, CallFailed, language, strings, toast } from "./page.js";

const TILES = 48;
const shown = new Map(); // conversation and item → what the server told

const dialog = document.getElementById("reveal");
const place = document.getElementById("conversation");
const part = (selector) => dialog.querySelector(selector);
const head = () => document.getElementById("head");
const keyOf = (item) => `${head()?.dataset.ref} ${item}`;
let item = "";

function hide() {
  part(".reveal-value").textContent = "";
  part(".reveal-mark").replaceChildren();
  if (dialog.open) dialog.close();
}

function forget(key, told) {
  if (shown.get(key) !== told) return;
  shown.delete(key);
  if (dialog.open && keyOf(item) === key) {
    hide();
    toast(strings.masked_again);
  }
}

function show(told) {
  const at = `${told.by} · ${new Date(told.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" })}`;
  part(".reveal-value").textContent = told.value;
  part(".reveal-mark").replaceChildren(...Array.from({ length: TILES }, () => make("span", {}, at)));
  const fields = { time: clockTime(new Date(told.until), language), n: told.left };
  part("#reveal-until").textContent = `${fill(strings.reveal_until, fields)} ${fill(strings.reveals_left, fields)}`;
  part(".reveal-form").hidden = true;
  part(".reveal-shown").hidden = false;
  part(".reveal-value").focus();
}

function ask(button) {
  item = button.dataset.item;
  const told = shown.get(keyOf(item));
  part(".reveal-form").hidden = false;
  part(".reveal-shown").hidden = true;
  part("#reveal-problem").hidden = true;
  part("#reveal-reason").value = "";
  const mask = document.querySelector(`[data-mask-of="${item}"]`)?.textContent;
  part("#reveal-what").textContent = mask || button.textContent;
  dialog.showModal();
  if (told) show(told);
}

async function send(event) {
  event.preventDefault();
  const key = keyOf(item);
  const button = part("[type=submit]");
  button.disabled = true;
  try {
    const body = { item, reason: part("#reveal-reason").value };
    const told = await call(`/desk/c/${head().dataset.ref}/reveal`, { body });
    shown.set(key, told);
    setTimeout(() => forget(key, told), Date.parse(told.until) - Date.parse(told.at));
    if (dialog.open && keyOf(item) === key) show(told);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    part("#reveal-problem").textContent = error.message;
    part("#reveal-problem").hidden = false;
  } finally {
    button.disabled = false;
  }
}

/** The head has changed: who has lost the case loses what was shown. */
function look() {
  fillMasks(place);
  if (head()?.dataset.composer === "ready") return;
  for (const [key, told] of shown) if (key.startsWith(`${head()?.dataset.ref} `)) forget(key, told);
}

export function prepareReveal() {
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-item]");
    if (button) ask(button);
  });
  part("form").addEventListener("submit", send);
  dialog.addEventListener("close", () => (part(".reveal-value").textContent = ""));
  place.addEventListener("htmx:afterSwap", look);
  document.addEventListener("wd-head", look);
}
