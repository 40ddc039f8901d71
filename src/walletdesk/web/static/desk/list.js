/* The list: moving in it, and taking in what changed without losing place or focus. */

import { tell } from "./alerts.js";
import { desk, fragment, isPressed, language, strings, suffix } from "./page.js";
import { Selection } from "./select.js";

const GAP_MS = 700; // at most one request in this time, however fast things change

const rowsOf = () => [...document.querySelectorAll("#rows > .row")];
const rowOf = (ref) => document.getElementById(`row-${ref}`);

export class List {
  #onOpen;
  #isRead;
  #opened = null;
  #changed = new Set();
  #whole = false;
  #timer = 0;
  #last = 0;
  #busy = false;
  selection = new Selection();

  /**
   * @param {(ref: string) => void} onOpen called when a row is chosen
   * @param {(ref: string) => boolean} isRead whether the reader has it before their eyes
   */
  constructor(onOpen, isRead) {
    this.#onOpen = onOpen;
    this.#isRead = isRead;
    const column = document.getElementById("list-column");
    column.addEventListener("click", (event) => this.#onClick(event));
    column.addEventListener("keydown", (event) => this.#onKey(event));
    column.addEventListener("htmx:afterSettle", () => this.#drawn());
    this.#rove();
    this.#drawn();
  }

  /** The cursor from which the list must be told of changes, null while it is not there yet. */
  get cursor() {
    const cursor = document.getElementById("list").dataset.cursor;
    return cursor ? Number(cursor) : null;
  }

  /** Mark the open conversation's row. */
  set opened(ref) {
    this.#opened = ref;
    for (const row of rowsOf()) this.#mark(row);
    this.#rove(rowOf(ref));
  }

  /** Rows were loaded: those chosen show it, moments are told in the reader's own time zone. */
  #drawn() {
    this.selection.show();
    for (const time of document.querySelectorAll("#rows time[data-until]")) {
      const [day, now] = [new Date(time.dateTime), new Date()];
      const far = day - now > 20 * 3_600_000;
      const options = far ? { month: "short", day: "numeric" } : { hour: "numeric", minute: "2-digit" };
      time.textContent = new Intl.DateTimeFormat(language, options).format(day);
    }
  }

  /** Choose the row in which one is, as X does; with Shift, all from the last one chosen to it. */
  choose(range) {
    this.selection.toggle(this.#current() || rowsOf()[0], range);
  }

  #mark(row) {
    this.selection.mark(row);
    const open = row.dataset.ref === this.#opened;
    row.classList.toggle("is-open", open);
    const link = row.querySelector("a");
    if (open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (this.#isRead(row.dataset.ref)) this.#clear(row);
  }

  /** Take the dot away as soon as it was read; the server is told by the thread. */
  seen(ref) {
    const row = rowOf(ref);
    if (row) this.#clear(row);
  }

  #clear(row) {
    row.classList.remove("unread");
    row.querySelector(".dot")?.remove();
  }

  // --- moving ------------------------------------------------------------------------------

  /** Exactly one row can be reached by Tab. */
  #rove(row = null) {
    const rows = rowsOf();
    const chosen = row || rows.find((each) => each.querySelector('a[tabindex="0"]')) || rows[0];
    for (const each of rows) each.querySelector("a").tabIndex = each === chosen ? 0 : -1;
    return chosen;
  }

  #current() {
    const focused = document.activeElement?.closest?.(".row");
    return focused || rowOf(this.#opened) || null;
  }

  /** Go `step` rows on. With a conversation open beside the list, the next one opens too. */
  move(step) {
    const rows = rowsOf();
    if (!rows.length) return;
    const at = rows.indexOf(this.#current());
    const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    this.#rove(row).querySelector("a").focus();
    row.scrollIntoView({ block: "nearest" });
  }

  /** Put the focus back into the list. */
  focus() {
    const row = this.#rove(rowOf(this.#opened));
    (row?.querySelector("a") || document.getElementById("view-name")).focus?.();
  }

  #onClick(event) {
    const row = event.target.closest(".row");
    if (!row || event.target.closest(".row-pick") || event.ctrlKey || event.metaKey || event.button !== 0) return;
    event.preventDefault();
    if (event.shiftKey) return void this.selection.toggle(row, true);
    this.#onOpen(row.dataset.ref);
  }

  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.closest(".row")) return;
    event.preventDefault();
    this.move(step);
  }

  // --- what changed --------------------------------------------------------------------------

  /** Conversations changed; `more`: so many that the whole list is read again. */
  changed(refs, more) {
    refs.forEach((ref) => this.#changed.add(ref));
    this.#whole ||= more;
    this.#plan();
  }

  #plan() {
    if (isPressed()) return void setTimeout(() => this.#plan(), GAP_MS / 7);
    if (this.#timer || this.#busy || (!this.#changed.size && !this.#whole)) return;
    const wait = Math.max(0, this.#last + GAP_MS - Date.now());
    this.#timer = setTimeout(() => this.#refresh(), wait);
  }

  async #refresh() {
    this.#timer = 0;
    this.#busy = true;
    this.#last = Date.now();
    const refs = [...this.#changed];
    const whole = this.#whole;
    this.#changed.clear();
    this.#whole = false;
    const done = await (whole ? this.reload() : this.#take(refs));
    this.#busy = false;
    if (!done) {
      refs.forEach((ref) => this.#changed.add(ref));
      this.#whole ||= whole;
      if (!isPressed()) this.#last = Date.now() + 4 * GAP_MS; // the server has trouble: do not press it
    }
    this.#plan();
  }

  /** Read the whole list again. */
  async reload() {
    const scroll = document.getElementById("list").scrollTop;
    const focused = document.activeElement?.closest?.(".row")?.dataset.ref;
    const done = await fragment(`/desk/${desk.view}/list${suffix()}`, "#list", "outerHTML");
    document.getElementById("list").dataset.failed = done || isPressed() ? "" : strings.list_failed;
    document.getElementById("list").scrollTop = scroll;
    this.opened = this.#opened;
    if (focused) rowOf(focused)?.querySelector("a").focus();
    this.#announceCount();
    return done;
  }

  /** Read another view, from its top. False when what stands there is not it. */
  async show(view, query) {
    [desk.view, desk.query] = [view, query];
    this.selection.mode(false);
    this.#changed.clear();
    const done = await this.reload();
    const list = document.getElementById("list");
    list.scrollTop = 0;
    return done && list.dataset.view === view && list.dataset.query === query;
  }

  async #take(refs) {
    const query = new URLSearchParams(desk.query);
    const asked = desk.view + desk.query;
    for (const ref of refs) query.append("ref", ref);
    query.append("view", desk.view);
    if (this.#opened) query.append("open", this.#opened);
    const incoming = document.getElementById("incoming");
    const done = await fragment(`/desk/changed?${query}`, incoming);
    const fresh = new Map([...incoming.querySelectorAll(".row")].map((row) => [row.dataset.ref, row]));
    incoming.replaceChildren();
    if (asked !== desk.view + desk.query) return true; // another view was read since
    if (!done) return false;
    for (const ref of refs) this.#replace(ref, fresh.get(ref) || null);
    this.#rove();
    this.#drawn();
    this.#announceCount();
    tell(this.#isRead);
    document.dispatchEvent(new CustomEvent("wd-head"));
    return true;
  }

  #replace(ref, row) {
    const old = document.querySelector(`#rows > #row-${ref}`);
    const focused = old?.contains(document.activeElement);
    const neighbour = old && (old.nextElementSibling?.matches(".row") ? old.nextElementSibling : old.previousElementSibling);
    old?.remove();
    if (row && this.#insert(row)) {
      row.classList.toggle("is-fresh", !old);
      this.#mark(row);
      if (focused) row.querySelector("a").focus();
    } else if (focused) {
      neighbour?.querySelector("a")?.focus();
    }
  }

  /** Put a row where its key belongs; false when that is below what is loaded. */
  #insert(row) {
    const list = document.getElementById("rows");
    const after = rowsOf().find((each) => each.dataset.key > row.dataset.key);
    if (after) {
      after.before(row);
      return true;
    }
    if (list.querySelector(".more")) return false;
    list.append(row);
    return true;
  }

  #announceCount() {
    const waiting = Number(document.getElementById("attention").dataset.count);
    const title = document.title.replace(/^\(\d+\) /, "");
    document.title = waiting ? `(${waiting}) ${title}` : title;
  }
}

