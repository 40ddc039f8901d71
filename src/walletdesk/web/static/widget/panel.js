/* What stands around the thread: status, queue, banner, rating, menu, home. Shows; decides nothing. */

import { fill } from "../common/text.js";

const $ = (id) => document.getElementById(id);
const TOAST_MS = 5_000;

export class Panel {
  #strings;
  #score = 0;
  #toastTimer = 0;

  constructor({ strings, on }) {
    this.#strings = strings;
    this.#wireMenu(on);
    this.#wireRating(on);
    $("person-button").addEventListener("click", on.person);
    $("topics").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) on.topic(button.textContent);
    });
    $("language").addEventListener("change", (event) => on.language(event.target.value));
    document.querySelector(".home-languages").addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      on.language(new URL(link.href).searchParams.get("language"));
    });
  }

  // --- what is shown ---------------------------------------------------------------------

  /** Show the greeting, or the thread. */
  showHome(home) {
    $("home").hidden = !home;
    $("thread").hidden = home;
  }

  /** Show where the conversation stands (the answer of /chat/v1/state, or null before the first). */
  showState(state, { waiting = 0 } = {}) {
    const status = state?.status ?? "new";
    const name = state?.agent;
    const key = status === "open" && !name ? "status_open_nobody" : `status_${status}`;
    $("status").textContent = fill(this.#strings[key], { name });
    $("dot").className = `dot${status === "queued" ? " is-waiting" : ""}${status === "resolved" ? " is-away" : ""}`;
    this.#showQueue(state?.queue);
    $("person-button").hidden = !(status === "bot" || status === "new") || state === null;
    $("rating").hidden = status !== "resolved" || state.rating !== null;
    $("finish").hidden = !["bot", "queued", "open"].includes(status);
    $("new").hidden = $("new-chip").hidden = status !== "resolved" || waiting > 0;
    $("forget").hidden = state === null;
    if (status !== "resolved") this.#score = 0;
  }

  #showQueue(queue) {
    $("queue").hidden = !queue;
    if (!queue) return;
    const { queue_next: next, queue_place: place, queue_note: note } = this.#strings;
    const text = queue.place === 1 ? next : fill(place, queue);
    if ($("queue-place").textContent !== text) $("queue-place").textContent = text;
    $("queue-note").textContent = note;
  }

  /** Show the state of the live connection. */
  showConnection(state) {
    const text = state === "offline" ? this.#strings.offline : "";
    clearTimeout(this.#toastTimer);
    $("banner").textContent = text;
    $("banner").classList.remove("is-calm");
    $("banner").hidden = !text;
  }

  /** Say something in passing. */
  say(text) {
    $("banner").textContent = text;
    $("banner").classList.add("is-calm");
    $("banner").hidden = false;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => ($("banner").hidden = true), TOAST_MS);
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
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      if ($("menu").hidden) on.close();
      else {
        this.#openMenu(false);
        button.focus();
      }
    });
    for (const [id, action] of [["new", on.fresh], ["new-chip", on.fresh], ["finish", on.finish], ["close", on.close]]) {
      $(id).addEventListener("click", () => {
        this.#openMenu(false);
        action();
      });
    }
    $("forget").addEventListener("click", () => {
      this.#openMenu(false);
      $("confirm").showModal();
    });
    $("confirm-no").addEventListener("click", () => $("confirm").close());
    $("confirm-yes").addEventListener("click", () => {
      $("confirm").close();
      on.forget();
    });
  }

  #openMenu(open) {
    $("menu").hidden = !open;
    $("menu-button").setAttribute("aria-expanded", String(open));
    if (open) $("language").focus();
  }

  // --- rating ----------------------------------------------------------------------------

  #wireRating(on) {
    const labels = [...document.querySelectorAll(".stars label")];
    $("rating").addEventListener("change", (event) => {
      if (event.target.name !== "score") return;
      this.#score = Number(event.target.value);
      labels.forEach((label, index) => label.classList.toggle("is-on", index < this.#score));
      $("rating-more").hidden = false;
    });
    $("rating").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#score) on.rate(this.#score, $("comment").value.trim());
    });
  }
}
