/* The desk: list, open conversation and live connection put together. */

import { LiveConnection } from "../common/live.js";
import { begin, openMenu } from "./acts.js";
import { fill } from "../common/text.js";
import { startAges } from "./ages.js";
import { alarmSignal, prepareAlarms } from "./alarms.js";
import { beat, offerSignal } from "./availability.js";
import { assistKeys } from "./assist.js";
import "./copies.js";
import "./files.js";
import "./pictures.js";
import "./mail.js";
import { OpenConversation } from "./conversation.js";
import { prepareKeys } from "./keys.js";
import { List } from "./list.js";
import { desk, fragment, prepareHtmx, signedOut, strings, suffix, toast } from "./page.js";
import { play } from "./alerts.js";
import { prepareFilters, forgetFilter } from "./filters.js";
import { Palette } from "./palette.js";
import { choose, keepView, preparePreferences } from "./preferences.js";
import { prepareReveal } from "./reveal.js";
import { undo } from "./undo.js";

const deskTopic = `desk:${desk.brand}`;
const topicOf = (ref) => `conversation:${ref}`;

const conversation = new OpenConversation((ref) => list.seen(ref));
const list = new List(
  (ref) => open(ref),
  (ref) => ref === conversation.ref && conversation.isRead,
);
const live = new LiveConnection({
  onEvents(topic, events) {
    if (topic !== deskTopic) {
      if (topic === topicOf(conversation.ref)) conversation.apply(events);
      return;
    }
    for (const { changed, more } of events) if (changed.length || more) list.changed(changed, more);
  },
  onSignal(topic, signal) {
    document.dispatchEvent(new CustomEvent("wd-signal", { detail: signal }));
    alarmSignal(signal);
    offerSignal(signal);
    if (topic === topicOf(conversation.ref)) conversation.signal(signal);
    else if (signal.what === "mention" && signal.ref !== conversation.ref) {
      toast(fill(signal.name ? strings.mentioned : strings.later_held_toast, signal), { open: signal.ref, seq: signal.seq });
    }
  },
  onOpen: () => conversation.connected(),
  onByte: () => beat(),
  onState: showState,
  onRefused(status) {
    if (status === 401) return signedOut();
    toast(strings.failed, { danger: true });
    if (!followed) return;
    live.leave(topicOf(followed)); // erased, or no longer theirs: the lists go on without it
    followed = null;
    live.start();
  },
});

function showState(state) {
  const place = document.getElementById("live-state");
  place.dataset.state = state;
  place.querySelector(".live-text").textContent = strings[`live_${state}`] || strings.live_offline;
  const banner = document.getElementById("offline-banner");
  banner.hidden = state !== "offline" && state !== "stopped";
  banner.textContent = banner.hidden ? "" : strings.offline_banner;
}

// --- which conversation is open -------------------------------------------------------------

let followed = null;

async function open(ref, { push = true, seq = 0 } = {}) {
  if (ref === conversation.ref && document.body.dataset.pane === "thread") return conversation.stay(seq);
  if (!(await conversation.open(ref))) return;
  if (followed && followed !== ref) live.leave(topicOf(followed));
  followed = ref;
  live.follow(topicOf(ref), conversation.cursor);
  if (push) history.pushState(here(ref), "", `/desk/${desk.view}/${ref}/${suffix()}${seq ? `#${seq}` : ""}`);
  document.body.dataset.pane = "thread";
  list.opened = ref;
  conversation.goTo(seq);
}

function back({ push = true } = {}) {
  document.body.dataset.pane = "list";
  if (push) history.pushState(here(), "", `/desk/${desk.view}/${suffix()}`);
  list.focus();
}

// --- which view the list shows ----------------------------------------------------------------

const here = (ref = null) => ({ ref, view: desk.view, query: desk.query });
let turn = 0;
let shown = Promise.resolve();
const tabOf = (view) => document.querySelector(`.rail [data-view="${CSS.escape(view)}"]`);

/** Read another view into the list; the conversation stays open. What fails is loaded as a page. */
async function show(view, query = "", { push = true } = {}) {
  const address = `/desk/${view}/${query && `?${query}`}`;
  const mine = ++turn;
  for (const link of document.querySelectorAll(".rail-views a")) {
    if (link.getAttribute("href") === address) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  shown = shown.then(() => mine !== turn || list.show(view, query));
  const there = await shown;
  if (mine !== turn) return null; // one pressed on another view meanwhile
  if (!there) return location.assign(address);
  document.body.dataset.pane = "list";
  if (push) history.pushState(here(), "", address);
  const name = document.getElementById("view-name").textContent;
  const brand = document.querySelector(".rail-name").textContent;
  document.querySelector("h1").textContent = `${brand}: ${name}`;
  document.title = document.title.replace(/^(\(\d+\) )?.*$/, (_all, count) => `${count || ""}${name} · ${brand}`);
  document.querySelector('[data-act="filter"]').dataset.url = `/desk/${view}/filter${suffix()}`;
  return keepView();
}

/** Show the view to which a link leads; false when it leads somewhere else. */
function showLinked(link) {
  const [, view] = link.pathname.match(/^\/desk\/([\w-]+)\/$/) || [];
  if (!view || !tabOf(view)) return false;
  document.getElementById("more-views").hidePopover();
  show(view, link.search.slice(1));
  return true;
}

addEventListener("popstate", async ({ state }) => {
  const { ref = null, view = desk.view, query = desk.query } = state || {};
  if (view !== desk.view || query !== desk.query) await show(view, query, { push: false });
  if (ref) open(ref, { push: false });
  else back({ push: false });
});

// --- buttons and keys ---------------------------------------------------------------------------

const acts = {
  back: () => back(),
  panel: () => conversation.togglePanel(),
  shortcuts: () => document.getElementById("shortcuts").showModal(),
  close: (button) => button.closest("dialog").close(),
  "hand-over": (button) => conversation.chooseColleague(button.dataset.url),
  more: openMenu,
  palette: () => palette.show(),
  select: () => list.selection.mode(),
  filter: showFilter,
  "keep-filter": () => document.getElementById("keep").showModal(),
  "forget-filter": (button) => forgetFilter(button),
  "try-sound": play,
};

async function showFilter() {
  const dialog = document.getElementById("filter");
  dialog.showModal();
  const { url } = document.querySelector('[data-act="filter"]').dataset;
  if (!(await fragment(url, "#filter-choice"))) dialog.close();
  dialog.querySelector("#filter-choice input")?.focus();
}

/** What the palette names: an action of this page, or a preference such as "theme:dark". */
function perform(act) {
  const [name, value] = act.split(":");
  if (name === "language") document.querySelector(`#me .languages button[value="${value}"]`)?.click();
  else if (value !== undefined) choose(name, value);
  else acts[name]?.();
}

const palette = new Palette(perform, (ref) => open(ref));
document.addEventListener("wd-open", ({ detail }) => open(detail.ref));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) acts[button.dataset.act]?.(button);
  else if (event.target.matches("dialog")) event.target.close(); // a click beside it
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  if (link.dataset.open) open(link.dataset.open, { seq: Number(link.hash.slice(1)) });
  else if (!link.matches("#rail a, #chips a") || !showLinked(link)) return;
  event.preventDefault();
});

const go = (view) => () => show(view).then(() => list.focus());

prepareKeys({
  j: () => list.move(1),
  k: () => list.move(-1),
  r: () => conversation.composer?.write("reply"),
  n: () => conversation.composer?.write("note"),
  c: () => conversation.act("claim"),
  a: () => conversation.act("hand-over"),
  e: () => conversation.act("resolve"),
  s: () => begin("snooze"),
  u: () => begin("escalate"),
  ".": openMenu,
  x: ({ shiftKey }) => list.choose(shiftKey),
  f: showFilter,
  z: undo,
  "/": () => location.assign("/desk/search/"),
  "?": acts.shortcuts,
  ...assistKeys,
  Escape: () => list.focus(),
  "g q": go("queue"),
  "g m": go("mine"),
  "g a": go("all"),
});

document.addEventListener("wd-leave", () => list.focus());

// --- start ------------------------------------------------------------------------------------------

async function start() {
  prepareHtmx();
  preparePreferences();
  prepareFilters();
  prepareReveal();
  prepareAlarms();
  startAges();
  conversation.attach();
  history.replaceState(here(conversation.ref), "");
  if (conversation.ref) {
    followed = conversation.ref;
    live.follow(topicOf(followed), conversation.cursor);
    live.start();
    while (!(await list.reload())) await new Promise((resolve) => setTimeout(resolve, 3_000));
    list.opened = conversation.ref;
  }
  live.follow(deskTopic, list.cursor);
  live.start();
}

start();
