/* What stands around the thread: head, status, queue, banner, menu, looks. Shows; decides nothing. */

import { avatar, fill } from "../common/text.js";
import { closeDialog, openDialog } from "./dialogs.js";

const $ = (id) => document.getElementById(id);
const TOAST_MS = 6_000;
const KEYBOARD_PX = 120;

/** Two soft tones. Browsers allow it once the person has touched the page. */
function chime() {
  if (navigator.userActivation?.hasBeenActive === false) return;
  try {
    const audio = new (window.AudioContext || window.webkitAudioContext)();
    [660, 880].forEach((pitch, index) => {
      const [tone, volume, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + index * 0.12];
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.05, at);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    });
    setTimeout(() => audio.close(), 1_000);
  } catch {
    // no sound here
  }
}

export class Panel {
  #strings;
  #store;
  #toastTimer = 0;
  #lost = ""; // what the banner says as long as it lasts
  #logo = $("logo").textContent;

  constructor({ strings, store, on }) {
    this.#strings = strings;
    this.#store = store;
    this.#wireLooks();
    this.#wireMenu(on);
    $("person-button").addEventListener("click", on.person);
    $("back").addEventListener("click", on.back);
    $("transcript").addEventListener("click", on.transcript);
    $("expand").addEventListener("click", () => {
      const on_ = $("expand").getAttribute("aria-pressed") !== "true";
      $("expand").setAttribute("aria-pressed", String(on_));
      on.expand(on_);
    });
    $("language").addEventListener("change", (event) => on.language(event.target.value));
    document.querySelector(".languages").addEventListener("click", (event) => {
      const code = new URL(event.target.href || location.href).searchParams.get("language");
      if (!code || event.target.target) return;
      event.preventDefault();
      on.language(code);
    });
  }

  /** Light, dark or as the device; sound; and on phones room for the keyboard. */
  #wireLooks() {
    const show = (theme) => (theme ? (document.documentElement.dataset.theme = theme) : delete document.documentElement.dataset.theme);
    $("theme").value = this.#store.read("theme") || "";
    show($("theme").value);
    $("theme").addEventListener("change", () => {
      this.#store.write("theme", $("theme").value);
      show($("theme").value);
    });
    $("sound").checked = this.#store.read("sound") !== false;
    $("sound").addEventListener("change", () => {
      this.#store.write("sound", $("sound").checked);
      this.sound();
    });
    const view = window.parent === window ? window.visualViewport : null; // the loader sees to its own frame
    if (!view) return;
    view.addEventListener("resize", () => {
      const covered = view.scale < 1.01 && innerHeight - view.height > KEYBOARD_PX;
      $("chat").style.setProperty("height", covered ? `${view.height}px` : "");
    });
  }

  sound() {
    if ($("sound").checked) chime();
  }

  // --- what is shown ---------------------------------------------------------------------

  /** Show "home", "article" or "chat". */
  show(view) {
    $("chat").dataset.view = view;
    for (const [id, name] of [["home", "home"], ["reader", "article"], ["thread", "chat"]]) $(id).hidden = view !== name;
    $("back").hidden = view === "home";
  }

  get view() {
    return $("chat").dataset.view;
  }

  /** Show where the conversation stands (the answer of /chat/v1/state, or null before the first). */
  showState(state, { waiting = 0, known = false } = {}) {
    const status = state?.status ?? "new";
    const name = state?.agent;
    const shown = this.view === "chat" ? status : "new";
    const key = shown === "open" && !name ? "status_open_nobody" : `status_${shown}`;
    $("status").textContent = fill(this.#strings[key], { name });
    $("dot").className = `dot is-${shown}`;
    $("logo").replaceChildren(name && this.view === "chat" ? avatar(name) : this.#logo);
    this.#showQueue(state?.queue);
    $("person-button").hidden = !(status === "bot" || status === "new") || state === null;
    $("finish").hidden = !["bot", "queued", "open"].includes(status);
    $("transcript").hidden = !state || status === "new";
    $("new-chip").hidden = status !== "resolved" || waiting > 0;
    $("new").hidden = !state || status === "new";
    $("forget").hidden = $("devices-open").hidden = !known;
  }

  #showQueue(queue) {
    $("queue").hidden = !queue;
    if (!queue) return;
    const place = queue.place === 1 ? this.#strings.queue_next : fill(this.#strings.queue_place, queue);
    const text = queue.wait ? `${place} · ${queue.wait}` : place;
    for (const [id, told] of [["queue-place", text], ["queue-advice", queue.advice]]) {
      if ($(id).textContent !== told) $(id).textContent = told;
    }
  }

  /** Show the state of the live connection. */
  showConnection(state) {
    const lost = navigator.onLine === false ? this.#strings.offline : this.#strings.server_away;
    this.#lost = state === "offline" ? lost : "";
    this.#say(this.#lost);
  }

  /** Say something in passing. */
  say(text) {
    this.#say(text, true);
    this.#toastTimer = setTimeout(() => this.#say(this.#lost), TOAST_MS);
  }

  #say(text, calm = false) {
    clearTimeout(this.#toastTimer);
    $("banner").textContent = text;
    $("banner").hidden = !text;
    $("banner").classList.toggle("is-calm", calm);
  }

  showUnread(count, title) {
    document.title = count ? fill(this.#strings.title_unread, { n: count, title }) : title;
  }

  // --- menu ------------------------------------------------------------------------------

  #wireMenu(on) {
    const button = $("menu-button");
    button.addEventListener("click", () => this.#openMenu($("menu").hidden));
    document.addEventListener("click", (event) => {
      if (!event.target.closest("#menu, #menu-button")) this.#openMenu(false);
    });
    $("menu").addEventListener("focusout", (event) => {
      if (event.relatedTarget && !event.relatedTarget.closest("#menu, #menu-button")) this.#openMenu(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return null;
      if ($("menu").hidden) return on.escape(event);
      this.#openMenu(false);
      button.focus();
      return null;
    });
    for (const [id, action] of [["new", on.fresh], ["new-chip", on.fresh], ["finish", on.finish], ["close", on.close]]) {
      $(id).addEventListener("click", () => {
        this.#openMenu(false);
        action();
      });
    }
    $("forget").addEventListener("click", () => {
      this.#openMenu(false);
      openDialog($("confirm"));
    });
    $("confirm-no").addEventListener("click", () => closeDialog($("confirm")));
    $("confirm-yes").addEventListener("click", () => {
      closeDialog($("confirm"));
      on.forget();
    });
  }

  #openMenu(open) {
    $("menu").hidden = !open;
    $("menu-button").setAttribute("aria-expanded", String(open));
    if (open) $("language").focus();
  }
}
