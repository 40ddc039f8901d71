/* The open conversation: its thread, what is sent from it, its head, its actions. */

import "../common/thread.js";
import "./composer.js";

import { uuid } from "../common/text.js";
import { localTimes } from "./ages.js";
import { call, CallFailed, fragment, language, strings, toast } from "./page.js";

const READ_GAP_MS = 1_000;

export class OpenConversation {
  #ref = null;
  #thread = null;
  #sent = new Map(); // client id → { mode, text }
  #read = 0;
  #readTimer = 0;
  #onSeen;

  /** @param {(ref: string) => void} onSeen called when its newest event has been on the screen */
  constructor(onSeen) {
    this.#onSeen = onSeen;
    this.place = document.getElementById("conversation");
    this.place.addEventListener("wd-send", ({ detail }) => this.#send(detail));
    this.place.addEventListener("wd-act", ({ detail }) => this.act(detail.act));
    this.place.addEventListener("wd-retry", ({ detail }) => this.#retry(detail.id));
    this.place.addEventListener("wd-discard", ({ detail }) => this.#discard(detail.id));
    this.place.addEventListener("wd-read", ({ detail }) => this.#seen(detail.seq));
    this.place.addEventListener("htmx:afterSwap", () => this.refreshed());
    document.addEventListener("wd-head", () => this.refreshed());
  }

  get ref() {
    return this.#ref;
  }

  get cursor() {
    return this.#thread?.lastSeq ?? 0;
  }

  get composer() {
    return this.place.querySelector("wd-composer");
  }

  /** Whether its holder has seen the newest event. */
  get isRead() {
    return this.#read > 0 && this.#read >= this.cursor;
  }

  get #head() {
    return document.getElementById("head");
  }

  /** Fetch and show a conversation. False when it was refused. */
  async open(ref) {
    this.place.setAttribute("aria-busy", "true");
    const done = await fragment(`/desk/c/${ref}/`, this.place);
    this.place.removeAttribute("aria-busy");
    if (done) this.attach();
    return done;
  }

  /** Bring the conversation that stands in the page to life. */
  attach() {
    this.#thread = this.place.querySelector("wd-thread");
    this.#ref = this.place.querySelector(".conversation")?.dataset.ref ?? null;
    this.#read = 0;
    this.#sent.clear();
    if (!this.#thread?.dataset.events) return; // nothing open, or alive already
    const events = JSON.parse(this.#thread.dataset.events);
    delete this.#thread.dataset.events;
    this.#thread.open({
      strings,
      language,
      events: events.map((event) => this.#named(event)),
      more: events.length > 0 && events[0].seq > 1,
      loadBefore: (seq) => this.#older(seq),
    });
    localTimes(this.place);
    this.refreshed();
  }

  /** Customers have no name of their own in the timeline: show the contact's. */
  #named(event) {
    return event.author === "customer" && !event.name ? { ...event, name: this.#head.dataset.label } : event;
  }

  async #older(seq) {
    const { events } = await call(`/desk/c/${this.#ref}/events?before=${seq}`);
    return events.map((event) => this.#named(event));
  }

  /** Take what the live connection told. */
  apply(events) {
    for (const event of events) {
      this.#sent.delete(event.client_id);
      this.#thread.apply(this.#named(event));
    }
  }

  /** The head was drawn anew: what the composer may do follows it. */
  refreshed() {
    const head = this.#head;
    if (!head || head.dataset.ref !== this.#ref) return;
    this.composer?.allow(head.dataset.composer, head.dataset.assignee);
    // Only what makes the choice pointless closes it: the head is drawn anew with every message.
    const dialog = document.getElementById("hand-over");
    if (dialog.dataset.of !== this.#holder()) dialog.close();
    if (head.dataset.composer === "ready" && this.cursor) this.#seen(this.cursor);
  }

  /** Whose the conversation is, as long as it can be handed over; empty when it cannot. */
  #holder() {
    const offered = this.#head.querySelector('[data-act="hand-over"]');
    return offered ? `${this.#ref} ${this.#head.dataset.assignee}` : "";
  }

  // --- acting --------------------------------------------------------------------------------

  /** Do what the head's button of this name does; nothing when it is not offered. */
  act(name) {
    const button = this.#head?.querySelector(`[data-act="${name}"]`);
    button?.click();
    return Boolean(button);
  }

  /** Open the choice of colleagues. */
  async chooseColleague(path) {
    const dialog = document.getElementById("hand-over");
    document.getElementById("hand-over-people").replaceChildren();
    dialog.dataset.of = this.#holder();
    dialog.showModal();
    await fragment(path, "#hand-over-people");
    dialog.querySelector(".people button")?.focus();
  }

  togglePanel() {
    const shown = document.getElementById("panel")?.classList.toggle("is-shown");
    this.#head?.querySelector('[data-act="panel"]')?.setAttribute("aria-expanded", String(shown));
  }

  // --- sending ---------------------------------------------------------------------------------

  #send({ mode, text }) {
    const id = uuid();
    this.#sent.set(id, { mode, text });
    const me = document.querySelector("#me .menu-title")?.firstChild.textContent.trim() || "";
    this.#thread.addPending({ id, text, kind: mode === "note" ? "note" : "message", name: me, author: "agent" });
    this.#deliver(id);
  }

  async #deliver(id) {
    const { mode, text } = this.#sent.get(id);
    const thread = this.#thread;
    try {
      const { event, secret } = await call(`/desk/c/${this.#ref}/${mode}`, { body: { id, text } });
      this.#sent.delete(id);
      thread.apply(event);
      if (secret.length) toast(strings.secret_masked);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      thread.fail(id, { text: error.message, retry: true });
    }
  }

  #retry(id) {
    if (!this.#sent.has(id)) return;
    this.#thread.again(id);
    this.#deliver(id);
  }

  #discard(id) {
    const { mode } = this.#sent.get(id) || { mode: "reply" };
    this.#sent.delete(id);
    const text = this.#thread.discard(id);
    this.composer?.giveBack(mode, text);
  }

  // --- reading ----------------------------------------------------------------------------------

  #seen(seq) {
    if (this.#head?.dataset.composer !== "ready" || seq <= this.#read || document.hidden) return;
    this.#read = seq;
    this.#onSeen(this.#ref);
    clearTimeout(this.#readTimer);
    const ref = this.#ref;
    this.#readTimer = setTimeout(() => {
      call(`/desk/c/${ref}/read`, { body: { seq } }).catch(() => {
        this.#read = 0; // told again with the next event
      });
    }, READ_GAP_MS);
  }
}
