/* The open conversation: its thread, what is sent from it, its head, its actions. */

import "../common/thread.js";
import "./composer.js";
import "./rows.js";

import { fill, uuid } from "../common/text.js";
import { localTimes } from "./ages.js";
import { chainOf } from "./chain.js";
import { Deliveries } from "./deliveries.js";
import { Later } from "./later.js";
import { unofficial, watchThread } from "./links.js";
import { call, CallFailed, fragment, language, strings, toast } from "./page.js";
import { Presence } from "./presence.js";
import { goTo, rowTools } from "./rowtools.js";

const READ_GAP_MS = 1_000;
const BUSY_TRIES = 3;
const BUSY_MS = 1_000;
const TYPING_MS = 6_000;
const PANEL_MS = 400;
const PANEL_KINDS = new Set(["changed", "tagged", "untagged", "rated"]);

export class OpenConversation {
  #ref = null;
  #thread = null;
  #turn = 0;
  #sent = new Map(); // client id → what is on its way or failed, of any conversation
  #read = 0;
  #readTimer = 0;
  #typingTimer = 0;
  #panelTimer = 0;
  #later = null;
  #presence = new Presence();
  #deliveries = new Deliveries();
  #looked = null; // a text for later whose links were shown once
  #putOff = {}; // the last reply for later: one that was not answered keeps its id when it is tried again
  #onSeen;

  /** @param {(ref: string) => void} onSeen called when its newest event has been on the screen */
  constructor(onSeen) {
    this.#onSeen = onSeen;
    this.place = document.getElementById("conversation");
    this.place.addEventListener("wd-send", ({ detail }) => this.#send(detail));
    this.place.addEventListener("wd-act", ({ detail }) => this.act(detail.act));
    this.place.addEventListener("wd-retry", ({ detail }) => this.#retry(detail.id));
    this.place.addEventListener("wd-discard", ({ detail }) => this.#discard(detail.id));
    this.place.addEventListener("wd-later", ({ detail }) => this.#sendLater(detail));
    this.place.addEventListener("wd-quote", ({ detail }) => this.composer?.quote(detail.text));
    this.place.addEventListener("wd-typing", ({ detail }) => {
      call(`/desk/c/${this.#ref}/typing`, { body: detail, quiet: true }).catch(() => {}); // nobody waits for it
    });
    this.place.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-again]");
      if (button) this.#sendAgain(button);
    });
    this.place.addEventListener("wd-read", ({ detail }) => this.#seen(detail.seq));
    this.place.addEventListener("htmx:afterSwap", () => (localTimes(this.place), this.refreshed()));
    document.addEventListener("wd-head", () => this.refreshed());
    document.addEventListener("visibilitychange", () => this.refreshed()); // what came meanwhile is seen now
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

  /** Fetch and show a conversation. False when it was refused, or another was asked for meanwhile. */
  async open(ref) {
    const mine = ++this.#turn;
    const wanted = () => mine === this.#turn;
    this.place.setAttribute("aria-busy", "true");
    const done = await fragment(`/desk/c/${ref}/`, this.place, "innerHTML", wanted);
    if (wanted()) this.place.removeAttribute("aria-busy");
    if (done) this.attach();
    return done;
  }

  /** Stay with the conversation that is open: one that is on its way is not wanted any more. */
  stay(seq) {
    this.#turn += 1;
    this.place.removeAttribute("aria-busy");
    this.goTo(seq);
  }

  /** Bring the conversation that stands in the page to life. */
  attach() {
    this.#thread = this.place.querySelector("wd-thread");
    this.#ref = this.place.querySelector(".conversation")?.dataset.ref ?? null;
    this.#read = 0;
    this.#readTimer = 0; // the last one's is told all the same
    clearTimeout(this.#typingTimer);
    this.#presence.enter(this.#ref);
    if (!this.#thread?.dataset.events) return; // nothing open, or alive already
    const all = JSON.parse(this.#thread.dataset.events);
    this.#deliveries.clear();
    const events = this.#deliveries.take(all);
    delete this.#thread.dataset.events;
    this.#thread.chain = chainOf(this.#thread, this.#ref, () => this.#head?.dataset.composer !== "viewer");
    this.#thread.open({
      strings,
      language,
      events: events.map((event) => this.#named(event)),
      more: all.length > 0 && all[0].seq > 1,
      loadBefore: (seq) => this.#older(seq),
      unreadAfter: Number(this.#thread.dataset.unreadAfter) || null,
    });
    for (const event of all) this.#sent.delete(event.client_id);
    for (const [id, { ref }] of this.#sent) if (ref === this.#ref) this.#showSent(id);
    rowTools(this.#thread);
    watchThread(this.#thread, this.#ref);
    const thread = this.#thread;
    this.#later = new Later(this.place.querySelector(".later"), this.#ref, {
      giveBack: (text) => this.composer?.giveBack("reply", text) ?? false,
      sent: (event) => thread.apply(event),
    });
    localTimes(this.place);
    this.#showDeliveries();
    this.refreshed();
    if (/^#\d{1,9}$/.test(location.hash)) this.goTo(Number(location.hash.slice(1)));
  }

  /** Bring a message of this number onto the screen; nothing for 0. */
  goTo(seq) {
    if (seq) goTo(this.#thread, seq);
  }

  /** Customers have no name of their own in the timeline: show the contact's. */
  #named(event) {
    return event.author === "customer" && !event.name ? { ...event, name: this.#head.dataset.label } : event;
  }

  async #older(seq) {
    const thread = this.#thread;
    const { events } = await call(`/desk/c/${this.#ref}/events?before=${seq}`);
    if (thread !== this.#thread) return []; // another conversation is open by now
    setTimeout(() => this.#showDeliveries()); // once the rows stand
    return this.#deliveries.take(events).map((event) => this.#named(event));
  }

  /** A merge, or its undoing: what the other conversation said comes or goes, in each page that is shown. */
  async #join(ref = this.#ref, thread = this.#thread) {
    for (let before = thread.lastSeq + 1; thread.firstSeq < before; ) {
      const events = await this.#older(before).catch(() => []);
      if (!events.length || ref !== this.#ref) return;
      thread.join(events);
      before = Math.floor(events[0].seq);
    }
  }

  #showDeliveries() {
    const { atEnd } = this.#thread;
    this.#deliveries.show(this.#thread, strings, this.#head?.dataset.composer !== "viewer");
    if (atEnd) this.#thread.scrollToEnd();
  }

  /** Send once more what failed or came back. */
  async #sendAgain(button) {
    button.disabled = true;
    try {
      await call(`/desk/c/${this.#ref}/deliveries/${button.dataset.again}/again`, { body: {} });
    } catch {
      button.disabled = false;
    }
  }

  /** Take what the live connection told. */
  apply(events) {
    for (const event of this.#deliveries.take(events)) {
      this.#sent.delete(event.client_id);
      this.#thread.apply(this.#named(event));
      if (event.author === "customer") this.#customerTypes(false);
      else this.#presence.wrote(event.author_id);
      if (event.kind === "scheduled" || (event.kind === "message" && !this.#later.isEmpty)) this.#later.refresh();
      if (PANEL_KINDS.has(event.kind) || event.text?.includes("⟦")) this.#refreshPanel();
    }
    if (events.some(({ kind }) => kind === "delivery")) this.#refreshPanel();
    if (events.some(({ kind }) => kind === "absorbed" || kind === "undone")) this.#join();
    this.#showDeliveries();
  }

  /** The stream has opened anew: ask who else is here, for what was said meanwhile did not come. */
  connected() {
    this.#presence.hello();
  }

  /** Take news without a number: who types, how far the customer has come, who looks. */
  signal(news) {
    if (news.what === "viewing") this.#presence.heard(news);
    else if (news.what === "typing" && news.who === "customer") this.#customerTypes(true);
    else if (news.what === "seen" && news.who === "customer") this.#thread?.seen(news);
  }

  #customerTypes(on) {
    clearTimeout(this.#typingTimer);
    this.#thread?.typing(on, this.#head?.dataset.label);
    if (on) this.#typingTimer = setTimeout(() => this.#customerTypes(false), TYPING_MS);
  }

  #refreshPanel() {
    clearTimeout(this.#panelTimer);
    const ref = this.#ref;
    this.#panelTimer = setTimeout(async () => {
      const body = document.getElementById("panel-body");
      if (ref !== this.#ref || body.contains(document.activeElement)) return;
      await fragment(`/desk/c/${ref}/panel`, body, "outerHTML");
    }, PANEL_MS);
  }

  /** The head was drawn anew: what the composer may do follows it. */
  refreshed() {
    const head = this.#head;
    if (!head || head.dataset.ref !== this.#ref) return;
    this.composer?.allow(head.dataset.composer, head.dataset.assignee);
    this.#thread.seen({ delivered: Number(head.dataset.delivered), read: Number(head.dataset.read) });
    this.#presence.show();
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
    const of = this.#holder();
    dialog.dataset.of = of;
    dialog.showModal();
    if (!(await fragment(path, "#hand-over-people", "innerHTML", () => dialog.dataset.of === of))) return;
    dialog.querySelector(".people button")?.focus();
  }

  togglePanel() {
    const shown = document.getElementById("panel")?.classList.toggle("is-shown");
    this.#head?.querySelector('[data-act="panel"]')?.setAttribute("aria-expanded", String(shown));
  }

  // --- sending ---------------------------------------------------------------------------------

  #send({ mode, text, ...more }) {
    const id = uuid();
    const after = mode === "reply" ? { after: this.cursor } : {};
    const given = Object.entries(more).filter(([, value]) => (Array.isArray(value) ? value.length : value));
    this.#sent.set(id, { ref: this.#ref, mode, body: { id, text, ...after, ...Object.fromEntries(given) } });
    this.#showSent(id);
    this.#deliver(id);
  }

  /** Show what is on its way; also when one comes back to its conversation. */
  #showSent(id) {
    const { mode, body, failure } = this.#sent.get(id);
    const me = document.querySelector("#me .menu-title")?.firstChild.textContent.trim() || "";
    this.#thread.addPending({ id, text: body.text, files: body.files, kind: mode === "note" ? "note" : "message", name: me, author: "agent" });
    if (failure) this.#thread.fail(id, failure);
  }

  /** Send; a desk that is busy is asked again by itself, also when another conversation is open by then. */
  async #deliver(id, tries = 0, sent = this.#sent.get(id)) {
    const { ref, mode, body } = sent;
    try {
      const { event, secret } = await call(`/desk/c/${ref}/${mode}`, { body });
      this.#sent.delete(id);
      if (ref === this.#ref) this.#thread.apply(event);
      if (secret.length) toast(strings.secret_masked);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      if (error.status === 503 && tries < BUSY_TRIES) {
        setTimeout(() => this.#deliver(id, tries + 1, sent), BUSY_MS * 2 ** tries);
        return;
      }
      const second = error.answer?.code === "answered_meanwhile" ? error.answer : null;
      if (second) delete body.after; // asked once: trying again sends it
      const links = error.answer?.code === "unofficial_link" ? unofficial(error.answer) : null;
      if (links) body.links = true;
      const text = second ? fill(strings.answered_meanwhile, second) : links ?? error.message;
      sent.failure = { text, retry: error.status !== 400 && error.answer?.code !== "fake_link", label: second || links ? strings.send_anyway : undefined };
      if (ref === this.#ref) this.#thread.fail(id, sent.failure);
      else if (this.#sent.has(id)) toast(text, { danger: true, open: ref });
    }
  }

  async #sendLater({ done, over, ...body }) {
    const [ref, later] = [this.#ref, this.#later];
    const what = JSON.stringify([ref, body.text, body.files]); // not the time: "in an hour" is another one each time
    if (this.#putOff.what !== what) this.#putOff = { id: uuid(), what };
    const { id } = this.#putOff;
    if (this.#looked === body.text) body.links = true;
    try {
      const { reply, secret } = await call(`/desk/c/${ref}/scheduled`, { body: { id, ...body } });
      if (this.#putOff.id === id) this.#putOff = {};
      if (reply?.state === "cancelled") throw new CallFailed(409, strings.failed); // it had arrived, and was taken back since
      const moved = Math.abs(new Date(reply?.at) - new Date(body.at)) > 60_000; // tried again with another time
      if (moved) await call(`/desk/c/${ref}/scheduled/${reply.id}/change`, { body: { at: body.at, links: body.links } });
      done();
      if (secret.length) toast(strings.secret_masked);
      later.refresh();
    } catch (error) {
      const links = error.answer?.code === "unofficial_link";
      if (links) this.#looked = body.text;
      toast(links ? unofficial(error.answer, "unofficial_link_later") : error.message, { danger: true }); // the text stays where it is
    }
    over();
  }

  #retry(id) {
    if (!this.#sent.has(id)) return;
    this.#sent.get(id).failure = null;
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
        if (ref === this.#ref) this.#read = 0; // told again with the next event
      });
    }, READ_GAP_MS);
  }
}
