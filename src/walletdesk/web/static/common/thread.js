/* <wd-thread audience="customer|staff">: the timeline of one conversation.

   const thread = document.querySelector("wd-thread");
   thread.open({ strings, language, languageNames, events, more, loadBefore });
   thread.apply(event)                 an event of the live connection (known numbers are dropped)
   thread.addPending({ id, text })     an optimistic bubble of the reader; then
   thread.settle(id, { seq, text })    recorded: the stored text replaces what was typed
   thread.fail(id, { text, retry })    not recorded: says why, offers to try again
   thread.typing(true, name)           the other side (a person of this name, else the bot) prepares an answer
   thread.chain = …                    how chips.js asks; without it there are no chips
   thread.seen({ delivered, read })    how far the other side has come: told below the reader's last message

   Dispatches: wd-feedback {seq, helped}, wd-suggestion {title, url}, wd-retry {id},
   wd-discard {id}, wd-read {seq} (the newest event has been on the screen). */

import { feedbackRow, isOwn, isShown, rowOf, spokenText } from "./events.js";
import { avatar, clockTime, copyText, dayKey, dayName, fill, icon, make, plural, richText } from "./text.js";

const NEAR_END_PX = 80;
const LOAD_MORE_PX = 240;
const GROUP_MS = 5 * 60_000;

class WdThread extends HTMLElement {
  #context = null;
  #events = new Map(); // seq → event
  #rows = new Map(); // seq → row
  #pending = new Map(); // client id → { row, text, at }
  #more = false;
  #loading = false;
  #stuck = true; // the reader is at the end and wants to stay there when the room grows or shrinks
  #size = new ResizeObserver(() => this.#stuck && this.scrollToEnd());
  #unseen = 0;
  #unreadAfter = null; // a line says what came since the reader was here last
  #seen = null;
  #loadBefore = null;
  #scroll = make("div", { class: "wd-scroll", tabindex: "0" });
  #list = make("ol", { class: "wd-list" });
  #older = make("li", { class: "wd-older", hidden: true });
  #typing = null;
  #pill = make("div", { class: "wd-pill", hidden: true });
  #spoken = make("div", { class: "sr-only", "aria-live": "polite" });

  get audience() {
    return this.getAttribute("audience") || "customer";
  }

  /** The highest number known, 0 when empty. */
  get lastSeq() {
    return Math.floor(Math.max(0, ...this.#events.keys()));
  }

  get firstSeq() {
    return Math.ceil(Math.min(...this.#events.keys()));
  }

  /** Show a conversation anew: everything that was shown before is dropped. */
  open({ strings, language, languageNames = {}, events, more = false, loadBefore = null, unreadAfter = null }) {
    this.#context = { strings, language, languageNames, audience: this.audience, send: this.#send };
    this.#more = more;
    this.#loadBefore = loadBefore;
    this.#loading = false;
    this.#unseen = 0;
    this.#seen = null;
    const news = unreadAfter === null ? null : events.find((e) => e.seq > unreadAfter && !e.from && e.kind === "message" && !isOwn(e, this.audience));
    this.#unreadAfter = news?.seq ?? null;
    for (const map of [this.#events, this.#rows, this.#pending]) map.clear();
    this.#list.replaceChildren(this.#older);
    this.#older.textContent = strings.loading_older;
    this.#list.setAttribute("aria-label", strings.thread_label);
    this.#build(strings);
    for (const event of events) this.#put(event);
    this.#refreshFeedback();
    this.scrollToUnread();
  }

  /** To the line of what is new, else to the end. */
  scrollToUnread() {
    const line = this.querySelector(".wd-unread");
    if (!line) return this.scrollToEnd();
    this.#scroll.scrollTop += line.getBoundingClientRect().top - this.#scroll.getBoundingClientRect().top;
    return this.#onScroll();
  }

  /** Whether the newest message is on the screen. */
  get atEnd() {
    return this.#isAtEnd();
  }

  #build(strings) {
    this.#typing = make(
      "li",
      { class: "wd-row", hidden: true },
      avatar("", { bot: true }),
      make("div", { class: "wd-typing", role: "img", "aria-label": strings.writing }, make("span"), make("span"), make("span")),
    );
    this.#list.append(this.#typing);
    const button = make("button", { type: "button", class: "btn small" });
    button.addEventListener("click", () => this.scrollToEnd({ smooth: true }));
    this.#pill.replaceChildren(button);
    this.#scroll.replaceChildren(this.#list);
    this.#scroll.setAttribute("aria-label", strings.thread_label);
    this.#scroll.onscroll = () => this.#onScroll();
    this.onclick = (event) => this.#copy(event.target.closest("[data-copy]"));
    this.#size.observe(this.#scroll);
    this.replaceChildren(this.#scroll, this.#pill, this.#spoken);
  }

  /** Take an event. Returns false when it was known already. */
  apply(event) {
    const known = this.#events.get(event.seq);
    if (known && !known.provisional) return false;
    const atEnd = this.#isAtEnd();
    this.#dropPending(event.client_id);
    const row = this.#put(event);
    this.#refreshFeedback();
    this.#refreshSeen();
    const mine = isOwn(event, this.audience) && (this.audience === "customer" || event.client_id !== undefined);
    if (row && !known) {
      row.classList.add("is-new");
      if (!mine) this.#spoken.append(make("p", {}, spokenText(event, this.#context)));
      while (this.#spoken.children.length > 3) this.#spoken.firstChild.remove();
    }
    if (atEnd || mine) this.scrollToEnd();
    else if (row && !known && event.kind === "message") this.#showPill(this.#unseen + 1);
    return true;
  }

  /** What other conversations said in the time of a page: theirs that stood there goes, these come. */
  join(page) {
    for (const [seq, row] of this.#rows) {
      if (seq % 1 === 0 || seq <= page[0].seq - 1) continue;
      for (const map of [this.#rows, this.#events]) map.delete(seq);
      row.remove();
    }
    page.forEach((event) => event.from && this.#put(event));
  }

  /** Show what the reader just sent, before the server has it. */
  addPending({ id, text, files = [], kind = "message", name = "", author = null }) {
    const at = new Date().toISOString();
    const event = { kind, name, text, at, data: { files }, author: author || (this.audience === "customer" ? "customer" : "agent") };
    const row = rowOf(event, this.#context);
    row.classList.add("is-pending", "is-new");
    const state = make("div", { class: "wd-state" }, this.#context.strings.sending);
    (row.querySelector(".wd-body, .wd-card") || row).append(state);
    this.#pending.set(id, { row, state, event });
    this.#list.insertBefore(row, this.#typing);
    this.#decorate(row.previousElementSibling);
    this.scrollToEnd();
  }

  /** The server recorded it: `text` is what was stored. */
  settle(id, { seq, text }) {
    const waiting = this.#pending.get(id);
    if (!waiting) return;
    this.#dropPending(id);
    if (!this.#events.has(seq)) this.#put({ ...waiting.event, seq, text, client_id: id, provisional: true });
    this.#refreshFeedback();
    this.#refreshSeen();
  }

  /** It was not recorded. With `retry` the reader may try again or take it back. */
  fail(id, { text, retry = true, label = this.#context.strings.retry }) {
    const waiting = this.#pending.get(id);
    if (!waiting) return;
    const { strings } = this.#context;
    const { row, state } = waiting;
    row.classList.replace("is-pending", "is-failed");
    state.classList.add("is-bad");
    const action = (name, label) => {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => this.#send(name, { id }));
      return button;
    };
    state.replaceChildren(
      make("span", { role: "alert" }, text),
      retry ? action("wd-retry", label) : "",
      action("wd-discard", strings.discard),
    );
  }

  /** A failed message is on its way again. */
  again(id, text = null) {
    const waiting = this.#pending.get(id);
    if (!waiting) return;
    waiting.row.classList.toggle("is-waiting", text !== null);
    waiting.row.classList.remove("is-failed");
    waiting.row.classList.add("is-pending");
    waiting.state.classList.remove("is-bad");
    waiting.state.replaceChildren(text ?? this.#context.strings.sending);
  }

  /** Take a failed message away. Returns its text, so that it can be edited. */
  discard(id) {
    const text = this.#pending.get(id)?.event.text ?? "";
    this.#dropPending(id);
    return text;
  }

  typing(on, name = "") {
    if (on) this.#typing.firstChild.replaceWith(avatar(name, { bot: !name }));
    if (this.#typing.hidden !== on) return;
    const atEnd = this.#isAtEnd();
    this.#typing.hidden = !on;
    if (on && atEnd) this.scrollToEnd();
  }

  seen(mark) {
    this.#seen = mark;
    this.#refreshSeen();
  }

  #refreshSeen() {
    if (!this.#seen) return;
    this.querySelectorAll(".wd-seen").forEach((mark) => mark.remove());
    const last = [...this.#events.values()].filter((e) => e.kind === "message" && !e.from).sort((a, b) => b.seq - a.seq)[0];
    if (!last || !isOwn(last, this.audience)) return;
    const word = last.seq <= this.#seen.read ? "read" : last.seq <= this.#seen.delivered ? "delivered" : "sent";
    const double = word === "sent" ? null : icon("check");
    const mark = make("div", { class: `wd-state wd-seen is-${word}` }, icon("check"), double, this.#context.strings[`mark_${word}`]);
    this.#rows.get(last.seq)?.querySelector(".wd-body")?.append(mark);
  }

  scrollToEnd({ smooth = false } = {}) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#scroll.scrollTo({ top: this.#scroll.scrollHeight, behavior: smooth && !calm ? "smooth" : "auto" });
    this.#stuck = true;
    this.#showPill(0);
    this.#read();
  }

  // --- rows ------------------------------------------------------------------------------

  #put(event) {
    this.#events.set(event.seq, event);
    if (event.kind === "redacted") this.#redact({ ...event.data.texts, ...event.staff_data?.texts });
    if (!isShown(event, this.audience)) return null;
    const old = this.#rows.get(event.seq);
    const row = rowOf(event, this.#context);
    row.dataset.seq = event.seq;
    if (event.from) row.classList.add("is-joined");
    this.#rows.set(event.seq, row);
    if (old) old.replaceWith(row);
    else this.#list.insertBefore(row, this.#placeFor(event.seq));
    this.#decorate(row);
    // what may be a hash or an address has chips
    if (/\w{25}/.test(event.text) && this.chain && !event.from) import("./chips.js").then((it) => it.note(this, event.seq, icon, make));
    return row;
  }

  /** The row before which a number belongs; usually it is the newest. */
  #placeFor(seq) {
    let place = this.#firstPending() || this.#typing;
    let previous = place.previousElementSibling;
    while (previous?.dataset.seq && Number(previous.dataset.seq) > seq) {
      place = previous;
      previous = place.previousElementSibling;
    }
    return place;
  }

  #firstPending() {
    const first = this.#pending.values().next();
    return first.done ? null : first.value.row;
  }

  /** Day break and grouping of a row and of the one after it. */
  #decorate(row) {
    for (const each of [row, row?.nextElementSibling]) {
      if (!each?.classList.contains("wd-row") || each === this.#typing) continue;
      const event = this.#eventOf(each);
      const before = this.#eventOf(each.previousElementSibling);
      if (!event) continue;
      const at = new Date(event.at);
      const newDay = !before || dayKey(new Date(before.at)) !== dayKey(at);
      each.querySelector(":scope > .wd-day:not(.wd-unread)")?.remove();
      const news = event.seq === this.#unreadAfter && event.seq !== undefined;
      each.querySelector(":scope > .wd-unread")?.remove();
      if (news) each.prepend(make("div", { class: "wd-day wd-unread" }, fill(this.#context.strings.unread_since, { time: clockTime(at, this.#context.language) })));
      if (newDay) each.prepend(make("div", { class: "wd-day" }, dayName(at, this.#context.language)));
      each.classList.toggle("is-continued", !newDay && !news && this.#continues(before, event, at));
      this.#stamp(each, event, at);
    }
  }

  #continues(before, event, at) {
    return (
      before.kind === "message" && event.kind === "message" && before.from?.ref === event.from?.ref && before.author === event.author &&
      before.name === event.name && at - new Date(before.at) < GROUP_MS
    );
  }

  /** Own bubbles of customers carry their time on hover and for screen readers only. */
  #stamp(row, event, at) {
    const bubble = row.querySelector(".wd-bubble");
    if (bubble) bubble.title = clockTime(at, this.#context.language);
  }

  #eventOf(row) {
    if (row?.dataset.seq) return this.#events.get(Number(row.dataset.seq));
    return [...this.#pending.values()].find((waiting) => waiting.row === row)?.event ?? null;
  }

  #dropPending(id) {
    const waiting = id && this.#pending.get(id);
    if (!waiting) return;
    const next = waiting.row.nextElementSibling;
    this.#pending.delete(id);
    waiting.row.remove();
    if (next) this.#decorate(next);
  }

  #redact(texts) {
    for (const [seq, text] of Object.entries(texts)) {
      const event = this.#events.get(Number(seq));
      if (!event) continue;
      event.text = text;
      const shown = this.#rows.get(Number(seq))?.querySelector(".wd-bubble, .wd-card p");
      shown?.replaceChildren(richText(text, this.#context.strings));
    }
  }

  /** "Did this help?" stands under the newest answer of the bot until it is answered or overtaken. */
  #refreshFeedback() {
    if (this.audience !== "customer") return;
    this.querySelectorAll(".wd-feedback").forEach((row) => row.remove());
    const newest = [...this.#events.values()].sort((a, b) => b.seq - a.seq);
    const answered = new Set(newest.filter((e) => e.kind === "feedback").map((e) => e.data.seq));
    const last = newest.find((e) => ["message", "handed_over", "resolved"].includes(e.kind));
    if (!last?.data.feedback || last.author !== "bot" || answered.has(last.seq) || this.#pending.size) {
      this.#thankFor(newest.find((e) => e.kind === "feedback"), last);
      return;
    }
    this.#rows.get(last.seq).querySelector(".wd-body").append(feedbackRow(last, this.#context));
  }

  #thankFor(feedback, last) {
    if (!feedback?.data.helped || feedback.data.seq !== last?.seq) return;
    const thanks = make("div", { class: "wd-feedback" }, icon("check"), this.#context.strings.feedback_thanks);
    this.#rows.get(last.seq)?.querySelector(".wd-body")?.append(thanks);
  }

  async #copy(button) {
    if (!button || !(await copyText(button.dataset.copy))) return;
    button.classList.add("is-done");
    this.#spoken.append(make("p", {}, this.#context.strings.copied));
    setTimeout(() => button.classList.remove("is-done"), 1_500);
  }

  // --- scrolling -------------------------------------------------------------------------

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #onScroll() {
    this.#stuck = this.#isAtEnd();
    if (this.#stuck) {
      this.#showPill(0);
      this.#read();
    }
    if (this.#scroll.scrollTop < LOAD_MORE_PX) this.loadOlder();
  }

  #read() {
    if (!document.hidden && this.#events.size) this.#send("wd-read", { seq: this.lastSeq });
  }

  #showPill(unseen) {
    this.#unseen = unseen;
    this.#pill.hidden = unseen === 0;
    if (unseen) {
      this.#pill.firstChild.replaceChildren(icon("arrow-down"), plural(this.#context.strings, "new_messages", unseen));
    }
  }

  /** Show the page before, if there is one. */
  async loadOlder() {
    if (!this.#more || this.#loading || !this.#loadBefore) return;
    this.#loading = true;
    this.#older.hidden = false;
    this.#older.textContent = this.#context.strings.loading_older;
    const load = this.#loadBefore;
    try {
      const events = await load(this.firstSeq);
      if (load !== this.#loadBefore) return; // another conversation is shown by now
      this.#more = events.length > 0 && events[0].seq > 1;
      const fromEnd = this.#scroll.scrollHeight - this.#scroll.scrollTop;
      for (const event of events.reverse()) if (!this.#events.has(event.seq)) this.#put(event);
      this.#older.hidden = true;
      this.#scroll.scrollTop = this.#scroll.scrollHeight - fromEnd;
    } catch {
      if (load !== this.#loadBefore) return;
      const again = make("button", { type: "button", class: "wd-text-button" }, this.#context.strings.retry);
      again.addEventListener("click", () => this.loadOlder());
      this.#older.replaceChildren(again);
    } finally {
      if (load === this.#loadBefore) this.#loading = false;
    }
  }

  /** An event that is known, else undefined. */
  event(seq) {
    return this.#events.get(seq);
  }

  #send = (name, detail) => {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  };
}

customElements.define("wd-thread", WdThread);
