/* The chat of a customer: brings together session, live connection, thread, outbox and panel. */

import "../common/personal.js";
import "../common/thread.js";
import { LiveConnection } from "../common/live.js";
import { fill, readJson, uuid } from "../common/text.js";
import { ChatApi, Store } from "./api.js";
import { Composer } from "./composer.js";
import { Embedder } from "./embedder.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";

const QUEUE_POLL_MS = 10_000;
const STATE_DELAY_MS = 150;
const STATE_AGAIN_MS = 3_000;
const TYPING_MS = 12_000;
const STATE_KINDS = new Set(["handed_over", "claimed", "assigned", "released", "resolved", "reopened", "rated"]);

const config = readJson("wd-config");
const strings = readJson("wd-strings");
const store = new Store(`walletdesk:${config.brand}`);
const api = new ChatApi({ brand: config.brand, language: config.language, store });
const thread = document.getElementById("thread");
const title = document.title;

let state = null;
let stateTimer = 0;
let typingTimer = 0;
let unread = 0;
let readSeq = 0;

const topicOf = (ref) => `conversation:${ref}`;

// --- starting -----------------------------------------------------------------------------

function openThread(events) {
  thread.open({
    strings,
    language: config.htmlLanguage,
    languageNames: config.languageNames,
    events,
    more: events.length > 0 && events[0].seq > 1,
    loadBefore: (seq) => api.events({ before: seq }),
  });
  readSeq = thread.lastSeq;
}

/** Show the conversation of this device, if there is one that the server still knows. */
async function resume() {
  openThread([]);
  outbox.restore();
  if (api.session) {
    try {
      await loadConversation();
    } catch (error) {
      if (error.status === 401 || error.status === 404) api.forget();
      else return retryResume();
    }
  }
  for (const item of outbox.items) thread.addPending(item);
  show();
  outbox.flush();
  return null;
}

function retryResume() {
  panel.showConnection("offline");
  setTimeout(resume, 4_000 + Math.random() * 2_000);
}

async function loadConversation() {
  const ref = api.conversation;
  const [events, fresh] = await Promise.all([api.events(), api.state()]);
  if (ref !== api.conversation) return;
  state = fresh;
  openThread(events);
  const known = new Set(events.map((event) => event.client_id));
  outbox.drop((item) => known.has(item.id));
  live.follow(topicOf(ref), thread.lastSeq);
  live.start();
}

function show() {
  panel.showHome(thread.lastSeq === 0 && outbox.waiting === 0);
  panel.showState(api.session && (thread.lastSeq || outbox.waiting) ? state ?? { status: "new", rating: null } : null, {
    waiting: outbox.waiting,
  });
}

/** The server no longer knows this device: go on with a new session and what was not sent yet. */
async function renewSession() {
  if (api.conversation) live.leave(topicOf(api.conversation));
  api.forget();
  state = null;
  await api.ensureSession();
  openThread([]);
  live.follow(topicOf(api.conversation), 0);
  live.start();
}

// --- sending ------------------------------------------------------------------------------

const outbox = new Outbox({
  store,
  async send(item) {
    const isNew = !api.session;
    await api.ensureSession();
    if (isNew) {
      live.follow(topicOf(api.conversation), 0);
      live.start();
    }
    try {
      return await api.send({ conversation: api.conversation, id: item.id, text: item.text });
    } catch (error) {
      if (error.status !== 401 && error.status !== 404) throw error;
      await renewSession();
      thread.addPending(item);
      return api.send({ conversation: api.conversation, id: item.id, text: item.text });
    }
  },
  onSent(item, answer) {
    thread.settle(item.id, answer);
    if (!answer.secret.length && thread.lastSeq <= answer.seq) awaitAnswer();
    refreshState();
    show();
  },
  onRefused(item, error) {
    thread.fail(item.id, { text: strings[`error_${error.code}`] || strings.error_failed, retry: false });
  },
  onWaiting(error, seconds) {
    const busy = error.status === 429 || error.status === 503;
    const why = busy ? fill(strings.waiting_seconds, { seconds }) : strings.waiting_for_connection;
    for (const item of outbox.items) thread.again(item.id, why);
  },
});

function send({ text, sensitive = false }) {
  const item = { id: uuid(), text, sensitive };
  thread.addPending(item);
  outbox.add(item);
  show();
  thread.scrollToEnd();
}

const botAnswers = () => !state || ["new", "bot"].includes(state.status);

function awaitAnswer() {
  if (!botAnswers()) return;
  thread.typing(true);
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => thread.typing(false), TYPING_MS);
}

// --- following ----------------------------------------------------------------------------

const live = new LiveConnection({
  token: () => api.token,
  onEvents(topic, events) {
    if (topic !== topicOf(api.conversation)) return;
    for (const event of events) onEvent(event);
  },
  onState: (connection) => panel.showConnection(connection),
  onRefused: () => {
    api.forget();
    state = null;
    openThread([]);
    show();
  },
});

function onEvent(event) {
  if (event.client_id) outbox.drop((item) => item.id === event.client_id);
  if (!thread.apply(event)) return;
  if (event.author !== "customer") {
    thread.typing(false);
    if (event.kind === "message" || event.kind === "claimed") countUnread(event);
  }
  if (STATE_KINDS.has(event.kind)) refreshState();
  show();
}

function countUnread(event) {
  if (event.seq <= readSeq || (embedder.open && !document.hidden && document.hasFocus())) return;
  unread += 1;
  showUnread();
}

function showUnread() {
  panel.showUnread(unread, title);
  embedder.tell("unread", { n: unread });
}

function markRead() {
  if (!embedder.open || document.hidden) return;
  readSeq = thread.lastSeq;
  if (unread) {
    unread = 0;
    showUnread();
  }
}

function refreshState(delay = STATE_DELAY_MS) {
  clearTimeout(stateTimer);
  stateTimer = setTimeout(loadState, delay);
}

async function loadState() {
  if (!api.session) return;
  try {
    state = await api.state();
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
    if (error.code !== "wrong_state") panel.say(strings.error_action);
  }
  refreshState(0);
}

function askForPerson() {
  if (!state || state.status === "new") send({ text: strings.want_person });
  else attempt(async () => (state = await api.askForPerson()));
}

async function startAnew() {
  await attempt(async () => {
    live.leave(topicOf(api.conversation));
    await api.newConversation();
    state = null;
    openThread([]);
    live.follow(topicOf(api.conversation), 0);
  });
  show();
  composer.focus();
}

async function forget() {
  live.stop();
  await api.endSession().catch(() => api.forget());
  store.remove("outbox");
  location.reload();
}

function changeLanguage(code) {
  const url = new URL(location.href);
  url.searchParams.set("language", code);
  location.replace(url);
}

const panel = new Panel({
  strings,
  on: {
    topic: (text) => send({ text }),
    person: askForPerson,
    language: changeLanguage,
    finish: () => attempt(() => api.finish()),
    fresh: startAnew,
    forget,
    close: () => embedder.tell("close"),
    rate: (score, comment) =>
      attempt(async () => {
        await api.rate(score, comment);
        panel.say(strings.rated_thanks);
      }),
  },
});

const composer = new Composer({ limit: config.length, strings, onSend: send });

const embedder = new Embedder({
  onOpen() {
    markRead();
    composer.focus();
  },
});

thread.addEventListener("wd-feedback", ({ detail }) => attempt(() => api.feedback(detail.seq, detail.helped)));
thread.addEventListener("wd-suggestion", ({ detail }) => send({ text: detail.title }));
thread.addEventListener("wd-discard", ({ detail }) => {
  const text = thread.discard(detail.id);
  if (!composer.value) composer.value = text;
  composer.focus();
  show();
});
thread.addEventListener("wd-read", markRead);
document.addEventListener("visibilitychange", markRead);
addEventListener("focus", markRead);
addEventListener("storage", (event) => {
  // another tab began, ended or forgot the conversation of this device
  if (event.key === `${store.name}:session` && event.newValue !== event.oldValue) location.reload();
});

resume();
