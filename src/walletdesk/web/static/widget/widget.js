/* The chat of a customer: brings together session, live connection, start screen, thread, outbox and panel. */

import "../common/personal.js";
import "../common/thread.js";
import { LiveConnection } from "../common/live.js";
import { fill, icon, make, readJson, uuid } from "../common/text.js";
import { ChatApi, Store } from "./api.js";
import { offerCalls } from "./calls.js";
import { Composer } from "./composer.js";
import { ACTIVE, Device, isAnswer, topicOf } from "./device.js";
import { Embedder } from "./embedder.js";
import { prepareFiles } from "./files.js";
import { Home, articleOf } from "./home.js";
import { Identity } from "./identity.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";

const QUEUE_POLL_MS = 10_000;
const STATE_DELAY_MS = 150;
const STATE_AGAIN_MS = 3_000;
const BOT_TYPING_MS = 12_000;
const TYPING_MS = 6_000;
const TELL_TYPING_MS = 3_000;
const PAGES = 5; // of missed messages that are loaded at once; the rest comes on scrolling up
const STATE_KINDS = new Set(["handed_over", "claimed", "assigned", "released", "resolved", "reopened", "rated", "merged", "blocked", "unblocked", "undone"]);

const config = readJson("wd-config");
const strings = readJson("wd-strings");
const store = new Store(`walletdesk:${config.brand}`);
const api = new ChatApi({ brand: config.brand, language: config.language, store });
const thread = document.getElementById("thread");

let state = null;
let stateTimer = 0;
let typingTimer = 0;
let toldTyping = 0;
let articleFrom = "home";
const refused = new Map(); // id → what the server did not take, and why, until it is removed
let reading = 0; // the article that was pressed last
let blocked = false; // it is not known whose this device is
let settle;
const whose = new Promise((known) => (settle = known));

const isGone = (error) => error.status === 401 || error.status === 404;
const isCurrent = (item) => item.conversation === api.conversation || !item.conversation;

// --- starting -----------------------------------------------------------------------------

function openThread(events, unreadAfter = null) {
  thread.chain = api;
  thread.open({
    strings,
    language: config.htmlLanguage,
    languageNames: config.languageNames,
    events,
    more: events.length > 0 && events[0].seq > 1,
    loadBefore: (seq) => api.events({ before: seq }),
    unreadAfter,
  });
  for (const item of [...outbox.items, ...refused.values()].filter(isCurrent)) thread.addPending(item);
  refused.forEach(showRefused);
}

const showRefused = ({ id, why: text }) => thread.fail(id, { text, retry: false });

/** Show the conversation of this device, if there is one that the server still knows. */
async function resume() {
  if (api.session) {
    try {
      await device.load();
      await loadConversation();
      panel.showConnection(live.state);
    } catch (error) {
      if (!isGone(error)) return retryResume();
      renew(error);
    }
  }
  if (panel.view === "home" && (ACTIVE.has(state?.status) || outbox.items.some(isCurrent))) panel.show("chat");
  thread.scrollToUnread();
  show();
  outbox.flush();
  return null;
}

function retryResume() {
  panel.showConnection("offline");
  if (outbox.waiting) panel.show("chat");
  setTimeout(resume, 4_000 + Math.random() * 2_000);
}

async function loadConversation() {
  const ref = api.conversation;
  if (!ref) return;
  const [events, fresh] = await Promise.all([api.events(), api.state()]);
  const read = fresh.seen.customer.read;
  for (let page = 1; page < PAGES && events.length && events[0].seq > Math.max(read, 1); page += 1) {
    const before = await api.events({ before: Math.ceil(events[0].seq) });
    if (!before.length) break;
    events.unshift(...before);
  }
  if (ref !== api.conversation) return;
  state = fresh;
  const known = new Set(events.map((event) => event.client_id));
  outbox.drop((item) => known.has(item.id));
  openThread(events, read || null);
  thread.seen(state.seen.agent);
  device.opened(events, read);
  device.follow(ref, thread.lastSeq);
}

function show() {
  panel.showState(api.session && (thread.lastSeq || outbox.items.some(isCurrent)) ? state ?? { status: "new", rating: null } : null, {
    waiting: outbox.waiting,
    known: Boolean(api.session),
  });
  if (thread.lastSeq) import("./official.js").then((m) => m.look(thread, api, state));
  const over = panel.view === "chat" && state?.status === "resolved" && state.rating === null;
  if (over || document.querySelector("#survey form")) import("./survey.js").then((m) => m.survey({ api, over, attempt, make, icon, say: (text) => panel.say(text) }));
  document.getElementById("intro").hidden = panel.view !== "chat" || thread.lastSeq > 0 || outbox.items.some(isCurrent);
}

function goTo(view) {
  panel.show(view);
  if (view === "home") {
    if (!blocked) device.load().catch(() => {});
    welcome();
  }
  if (view === "chat") thread.scrollToUnread();
  show();
  device.markRead();
}

const welcome = () => home.welcome().catch(() => {});

/** Open another conversation of this device. */
async function openConversation(ref) {
  if (ref !== api.conversation) {
    api.choose(ref);
    await switchTo();
  }
  goTo("chat");
  composer.focus();
}

async function switchTo() {
  state = null;
  device.opened([], 0);
  thread.typing(false);
  openThread([]);
  try {
    if (api.session) await loadConversation();
  } catch (error) {
    if (isGone(error)) renew(error);
    else retryResume();
  }
}

/** The next message begins another conversation. */
function startAnew() {
  if (!api.fresh && api.conversation) {
    api.choose(null);
    switchTo();
  }
  goTo("chat");
  composer.focus();
}

/** The server no longer knows this device or conversation: go on with new ones, and with what was not sent. */
function renew(error) {
  if (api.conversation) device.leave(api.conversation);
  if (error.status === 401) api.forget();
  else api.choose(null);
  state = null;
  openThread([]);
}

// --- sending ------------------------------------------------------------------------------

const outbox = new Outbox({
  store,
  async send(item) {
    // first the conversation may be unknown (404), then the whole device (401)
    for (let tries = 1; ; tries += 1) {
      const { token } = api;
      try {
        return await deliver(item);
      } catch (error) {
        if (!isGone(error) || tries > 2) throw error;
        item.conversation = null;
        if (api.token === token) renew(error); // else the customer has just signed in
      }
    }
  },
  onSent(item, answer) {
    if (item.conversation === api.conversation) {
      thread.settle(item.id, answer);
      if (!answer.secret.length && thread.lastSeq <= answer.seq) awaitAnswer();
    }
    refreshState();
    show();
  },
  onRefused(item, error) {
    item.why = strings[`error_${error.code}`] || strings.error_failed;
    refused.set(item.id, item);
    showRefused(item);
    if (!isCurrent(item)) panel.say(item.why); // it stands in its own conversation
  },
  onWaiting(error, seconds) {
    const busy = error.status === 429 || error.status === 503;
    const why = busy ? fill(strings.waiting_seconds, { seconds }) : strings.waiting_for_connection;
    for (const item of outbox.items) thread.again(item.id, why);
  },
  onElsewhere(item) {
    thread.discard(item.id);
    if (!api.conversation) api.ensureSession().then(switchTo).then(show, () => {});
  },
});

async function deliver(item) {
  if (!item.conversation) {
    await ensureChat();
    item.conversation = api.conversation;
    outbox.keep(item);
  }
  return api.send(item);
}

/** A session and a conversation that is followed: before the first message or file. */
async function ensureChat() {
  await whose;
  const began = !api.conversation;
  await api.ensureSession();
  if (began) device.follow(api.conversation, 0);
}

function send({ text, sensitive = false, files = [] }) {
  if (panel.view !== "chat" && thread.lastSeq) startAnew(); // from the start screen another matter begins
  const item = { id: uuid(), text, files, sensitive, conversation: api.conversation };
  panel.show("chat");
  thread.addPending(item);
  outbox.add(item);
  show();
  thread.scrollToEnd();
}

const botAnswers = () => !state || ["new", "bot"].includes(state.status);

function awaitAnswer() {
  if (botAnswers()) showTyping("", BOT_TYPING_MS);
}

function showTyping(name, ms) {
  thread.typing(true, name);
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => thread.typing(false), ms);
}

function tellTyping() {
  if (!["queued", "open"].includes(state?.status) || Date.now() - toldTyping < TELL_TYPING_MS) return;
  toldTyping = Date.now();
  api.typing().catch(() => {});
}

// --- following ----------------------------------------------------------------------------

const live = new LiveConnection({
  token: () => api.token,
  onEvents(topic, events) {
    const ref = topic.slice(topicOf("").length);
    for (const event of events) {
      if (ref === api.conversation) onEvent(event);
      else device.cameElsewhere(ref, event);
    }
  },
  onSignal(topic, signal) {
    if (topic !== topicOf(api.conversation)) return;
    if (signal.what === "draft") import("./draft.js").then((m) => m.show(thread, signal, strings, make));
    if (signal.who !== "agent") return;
    if (signal.what === "typing") showTyping(signal.name, TYPING_MS);
    if (signal.what === "seen") thread.seen(signal);
  },
  onState: (connection) => panel.showConnection(connection),
  async onRefused(status) {
    device.leaveAll();
    await device.load().catch((error) => (status = error.status));
    renew({ status });
    show();
  },
});

function onEvent(event) {
  if (event.client_id) outbox.drop((item) => item.id === event.client_id);
  if (!thread.apply(event)) return;
  if (isAnswer(event)) thread.typing(false);
  if (STATE_KINDS.has(event.kind)) refreshState();
  if (event.kind === "absorbed" || event.kind === "undone") loadConversation().then(show, () => {});
  device.came(event);
  show();
}

/** This conversation was merged: it goes on in another one. */
async function goOn(ref) {
  device.leave(api.conversation);
  api.goOn(ref);
  await loadConversation();
  show();
}

function refreshState(delay = STATE_DELAY_MS) {
  clearTimeout(stateTimer);
  stateTimer = setTimeout(loadState, delay);
}

async function loadState() {
  const ref = api.conversation;
  if (!api.session || !ref) return null;
  try {
    const fresh = await api.state();
    if (ref !== api.conversation) return null;
    if (fresh.conversation !== ref) return goOn(fresh.conversation);
    state = fresh;
    thread.seen(state.seen.agent);
    if (!botAnswers()) thread.typing(false);
    show();
  } catch (error) {
    if (error.passing) return refreshState(STATE_AGAIN_MS);
  }
  if (state?.status === "queued") refreshState(QUEUE_POLL_MS);
  return null;
}

// --- what people press --------------------------------------------------------------------

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    const limited = error.status === 429 && fill(strings.try_again_in, { seconds: error.retryAfter || 60 });
    if (error.code !== "wrong_state") panel.say(limited || (error.status ? strings.error_action : strings.server_away));
  }
  refreshState(0);
}

function askForPerson() {
  if (!state || state.status === "new") send({ text: strings.want_person });
  else attempt(async () => (state = await api.askForPerson()));
}

async function forget() {
  live.stop();
  await api.endSession().catch(() => api.forget());
  forgetUnsent();
  location.reload();
}

/** Forget what others left unsent on this device. */
function forgetUnsent() {
  refused.clear();
  outbox.forget();
  composer.forget();
}

/** Show nothing of what this device held: it is not known whose it is. */
function block() {
  blocked = true;
  refused.clear();
  outbox.hold();
  composer.hold();
  live.stop();
  api.conversation = null;
  device.leaveAll();
  state = null;
  openThread([]);
  device.show();
  goTo("home");
}

/** It is known whose this device is: go on with what they left behind. */
function takeUp() {
  outbox.release();
  composer.takeUp();
  settle();
}

/** This device is somebody else's from now on; `kept`: what was written here came along. */
async function startAs(kept) {
  live.stop();
  blocked = false;
  if (!kept) forgetUnsent();
  takeUp();
  device.leaveAll();
  await switchTo();
  await device.load();
  if (ACTIVE.has(state?.status)) panel.show("chat");
  show();
  outbox.flush();
}

/** The host's language, unless one was chosen here. */
function speak(tag) {
  if (new URL(location.href).searchParams.has("language")) return;
  const kind = (code) => Object.values((({ language, script }) => ({ language, script }))(new Intl.Locale(code).maximize())).join();
  try {
    const code = Object.keys(config.languageNames).find((each) => kind(each) === kind(tag));
    if (code && code !== config.language) changeLanguage(code);
  } catch {
    // no language tag
  }
}

function changeLanguage(code) {
  const url = new URL(location.href);
  url.searchParams.set("language", code);
  location.replace(url);
}

async function saveTranscript() {
  const { save } = await import("./transcript.js");
  const text = await save(api);
  if (!text) return;
  articleFrom = panel.view;
  home.text(text);
  goTo("article");
}

function read(slug) {
  return attempt(async () => {
    const now = () => panel.view + composer.value + document.getElementById("q").value;
    const turn = ++reading;
    const before = now();
    // who has gone elsewhere meanwhile, or begun to write, stays there
    if (!(await home.read(slug, () => turn === reading && before === now()))) return;
    if (panel.view !== "article") articleFrom = panel.view;
    goTo("article");
    const reader = document.getElementById("reader");
    reader.scrollTop = 0;
    reader.focus();
  });
}

function back() {
  const from = panel.view;
  if (from === "chat") home.clear();
  goTo(from === "article" ? articleFrom : "home");
  document.getElementById(panel.view === "home" ? "q" : "text").focus();
}

const panel = new Panel({
  strings,
  store,
  on: {
    back,
    person: askForPerson,
    language: changeLanguage,
    finish: () => attempt(() => api.finish()),
    fresh: startAnew,
    forget,
    transcript: () => attempt(saveTranscript),
    expand: (on) => embedder.tell("expand", { on }),
    close: () => embedder.tell("close"),
    escape: () => (panel.view === "article" ? back() : embedder.tell("close")),
  },
});

const home = new Home({
  strings,
  language: config.htmlLanguage,
  help: (path, query, signal) => api.help(path, query, signal),
  on: {
    read,
    conversation: openConversation,
    ask: (text) => send({ text }),
    call: (told) => offerCalls({ api, ensureChat, make, icon, ...told, failed: strings.error_action, write: () => (goTo("chat"), composer.focus()) }),
    chat: () => (ACTIVE.has(state?.status) ? goTo("chat") : startAnew()),
    opinion: (slug, helped) => api.opinion(slug, helped).catch(() => {}),
  },
});

const tray = prepareFiles({ strings, language: config.htmlLanguage, api, store, ensureChat });
const composer = new Composer({ limit: config.length, strings, store, onSend: send, onTyping: tellTyping, tray });

const identity = new Identity({
  api,
  config,
  strings,
  on: {
    changed: (kept) => startAs(kept).catch(() => {}),
    forgetUnsent,
    blocked: block,
    forget,
    say: (said) => panel.say(said),
    language: speak,
    theme: (name) => store.read("theme") || (document.documentElement.dataset.theme = name),
    open(said) {
      panel.show("chat");
      if (said && !composer.value) composer.value = said;
      show();
      composer.focus();
    },
  },
});

const embedder = new Embedder({
  bridge: identity.bridge,
  onOpen() {
    device.markRead();
    if (panel.view === "home") welcome();
    if (matchMedia("(pointer: fine)").matches) composer.focus(); // elsewhere the keyboard would cover the half
  },
});

const device = new Device({ api, live, panel, home, embedder, thread });

thread.addEventListener("wd-feedback", ({ detail }) => attempt(() => api.feedback(detail.seq, detail.helped)));
thread.addEventListener("wd-suggestion", ({ detail }) => send({ text: detail.title }));
thread.addEventListener("wd-discard", ({ detail }) => {
  refused.delete(detail.id);
  const text = thread.discard(detail.id);
  if (!composer.value) composer.value = text;
  composer.focus();
  show();
});
for (const [target, name] of [[thread, "wd-read"], [document, "visibilitychange"], [window, "focus"]]) {
  target.addEventListener(name, () => device.markRead());
}
thread.addEventListener("click", (event) => {
  const slug = articleOf(event.target.closest(".wd-source")?.href);
  if (!slug || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  read(slug);
});
for (const name of ["online", "offline"]) addEventListener(name, () => panel.showConnection(name));
addEventListener("storage", (event) => {
  // another tab wrote a message, or began or ended the session of this device
  if (event.storageArea !== localStorage || !(event.key || "").startsWith(`${store.name}:`)) return;
  const [name, now, before] = [event.key.slice(store.name.length + 1), event.newValue, event.oldValue];
  const item = now && outbox.adopt(name, now);
  if (item && isCurrent(item)) thread.addPending(item);
  const token = (text) => (text ? JSON.parse(text).token : null);
  if (name === "session" && token(now) !== token(before)) location.reload();
});

openThread([]);
welcome();
identity.begin().then((known) => {
  if (!known) return;
  takeUp();
  openThread([]);
  resume();
});
