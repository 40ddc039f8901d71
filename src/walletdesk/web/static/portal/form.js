/* The ticket form with scripts: fields change with the topic, a draft is kept, answers show while one types, and a
   ticket that is sent without a connection waits on this device. The page works without all this. */

import { FileTray, setUpFiles } from "../common/files.js";
import { fill, fullTime, icon, make, plural, readJson, uuid } from "../common/text.js";
import { ChatApi, Store } from "../widget/api.js";
import { Bridge } from "../widget/bridge.js";
import { Outbox } from "../widget/outbox.js";
import { secretShape } from "../widget/secrets.js";
import { fits, isUndecided } from "./shapes.js";

const SEARCH_MS = 700;
const KEEP_MS = 400;
const HOST_MS = 1_500; // a host that says nothing by then has nothing to say
const KNOWN_MS = 10_000; // on a known customer's device: the host may have another user by now
const AGAIN_MS = 5_000;
const TICKETS = 10;
const WORDS = 6; // of a short field: more may be a part of a phrase

const $ = (id) => document.getElementById(id);
const config = readJson("wd-config");
const strings = readJson("wd-strings");
const chat = new Store(`walletdesk:${config.brand}`); // the chat's: one session for both
const store = new Store(`walletdesk:${config.brand}:form`);
const api = new ChatApi({ brand: config.brand, language: config.language, store: chat });
const form = $("ticket");
const about = {}; // what the app told of the device
let tray = null;
let warned = ""; // what was warned of already: pressing Send again sends it
let searchTimer = 0;
let keepTimer = 0;
let heard = Promise.resolve(); // whose device this is
let turn = 0; // of who is signed in or out: an answer for an earlier one comes too late

const value = (name) => form.elements[name]?.value ?? "";
const fieldOf = (code) => form.querySelector(`[data-field="${code}"]`);
const isTransaction = () => value("reference_is") === "transaction";

function values() {
  const all = {};
  for (const { name, value: text, type, checked } of form.elements)
    if (name && name !== "id" && name !== "topic" && name !== "language" && (type !== "radio" || checked)) all[name] = text;
  return all;
}

// --- topic and fields -------------------------------------------------------------------

function choose(topic, words, given = values()) {
  const wanted = config.fields[topic];
  if (!wanted) return;
  if (form.elements.topic.value !== topic) $("answers").hidden = true;
  form.elements.topic.value = topic;
  $("topic-words").textContent = words;
  const all = [...$("all-fields").content.cloneNode(true).children];
  const kept = tray ? ["description", "files"].map(fieldOf) : []; // with what was attached
  const field = (each) => kept.find(({ dataset }) => dataset.field === each.dataset.field) ?? each;
  $("fields").replaceChildren(...all.filter((each) => wanted.includes(each.dataset.field)).map(field));
  $("topics").hidden = true;
  form.hidden = false;
  dress();
  put(given);
  const address = new URL(location.href);
  address.searchParams.set("topic", topic);
  history.replaceState(null, "", address);
}

/** Put values into the fields that are there. */
function put(given) {
  for (const [name, text] of Object.entries({ ...given, ...about })) {
    const field = form.elements[name];
    if (!field || name === "zone" || (name in about && field.value)) continue;
    field.value = text;
  }
  guessNetwork();
}

function dress() {
  form.elements.zone.value = -new Date().getTimezoneOffset();
  const button = $("attach");
  if (button && !tray) {
    button.hidden = false;
    button.textContent = "";
    tray = new FileTray({
      field: form.elements.description, button, list: $("tray"), drop: form,
      warned: { get: () => chat.read("warned"), set: () => chat.write("warned", true) },
      async target() {
        await heard;
        await api.ensureSession();
        return { url: "/chat/v1/files", headers: { Authorization: `Bearer ${api.token}` } };
      },
    });
    button.append(strings.file_add);
  }
  showKnown();
}

/** Who is signed in needs to say nothing about how to be reached. */
function showKnown() {
  const contact = fieldOf("contact");
  if (contact) contact.hidden = Boolean(api.session?.known);
}

$("topics").addEventListener("click", (event) => {
  const link = event.target.closest("[data-topic]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  choose(link.dataset.topic, link.textContent.trim());
  form.elements.description.focus();
});
$("change").addEventListener("click", (event) => {
  event.preventDefault();
  form.hidden = true;
  $("topics").hidden = false;
  $("topics").querySelector("a").focus();
});

// --- while typing -----------------------------------------------------------------------

function guessNetwork() {
  const field = form.elements.reference;
  if (!field) return;
  const text = field.value.trim();
  const networks = fits(text);
  $("reference-is").hidden = !isUndecided(text);
  const select = form.elements.network;
  if (!select) return;
  $("f-network-guess").textContent = networks.length ? fill(strings.looks_like, { networks: networks.map((each) => config.networks[each]).join(", ") }) : "";
  for (const option of select.options) option.hidden = networks.length > 0 && option.value !== "" && !networks.includes(option.value);
  if (networks.length === 1) select.value = networks[0];
  else if (networks.length && !networks.includes(select.value)) select.value = "";
}

form.addEventListener("input", ({ target }) => {
  if (target.name === "reference") guessNetwork();
  if (target.name === "description") {
    clearTimeout(searchTimer);
    searchTimer = setTimeout(search, SEARCH_MS);
  }
  if (target.getAttribute?.("aria-invalid")) showProblem(target.name, "");
  clearTimeout(keepTimer);
  keepTimer = setTimeout(keepDraft, KEEP_MS);
});

form.addEventListener("change", ({ target }) => {
  if (target.name !== "reference_is" || target.value !== "unsure") return;
  form.elements.reference.value = "";
  target.checked = false;
  guessNetwork();
  showProblem("reference", strings.looks_private_key);
});

/** Whether a value could be a secret, or a part of one that did not fit into its field. */
function sensitive([name, text]) {
  const isLong = form.elements[name]?.tagName === "INPUT" && text.trim().split(/\s+/).length > WORDS;
  return isLong || secretShape(text) !== null || (isUndecided(text) && !(name === "reference" && isTransaction()));
}

/** Keep what was written, but nothing that could be a secret. */
function keepDraft() {
  const kept = Object.entries(values()).filter((each) => each[1] && !sensitive(each));
  store.write("draft", { topic: value("topic"), words: $("topic-words").textContent, values: Object.fromEntries(kept) });
}

async function search() {
  const q = value("description").trim();
  if (q.length < 6 || secretShape(q)) return;
  const { articles } = await api.help("articles", { q }).catch(() => ({ articles: [] }));
  if (!articles.length || form.hidden) return;
  const link = ({ slug, title, lang }) => make("li", {}, make("a", { href: config.help + slug, target: "_blank", rel: "noopener", lang, "data-slug": slug }, title));
  const list = $("answers").querySelector("ul");
  list.replaceChildren(...articles.slice(0, 3).map(link));
  list.setAttribute("aria-label", plural(strings, "found", list.children.length));
  $("answers").hidden = false;
  $("helped").hidden = false;
}

$("helped").addEventListener("click", () => {
  const read = $("answers").querySelector(".was-read a, a[data-slug]");
  api.identify("deflected", { brand: config.brand, language: config.language, topic: value("topic"), slug: read.dataset.slug }).catch(() => {});
  store.remove("draft");
  form.hidden = true;
  $("solved").hidden = false;
  $("solved").focus();
});
$("answers").addEventListener("click", ({ target }) => {
  const item = target.closest("li");
  if (item) for (const each of item.parentNode.children) each.classList.toggle("was-read", each === item);
});

// --- problems ---------------------------------------------------------------------------

function showProblem(code, text) {
  const error = $(`f-${code}-error`);
  if (!error) return;
  error.textContent = text;
  error.hidden = !text;
  form.elements[code]?.[text ? "setAttribute" : "removeAttribute"]("aria-invalid", "true");
}

function showProblems(problems) {
  const links = Object.entries(problems).map(([code, text]) => {
    showProblem(code, text);
    const label = fieldOf(code)?.querySelector("label")?.firstChild.textContent.trim();
    return make("li", {}, label ? make("a", { href: `#f-${code}` }, label) : null, label ? `: ${text}` : text);
  });
  $("problems").querySelector("ul").replaceChildren(...links);
  $("problems").hidden = !links.length;
  if (links.length) $("problems").focus();
}

/** What must be mended before this leaves the browser; a warning only once. */
function check() {
  const problems = {};
  const looks = [];
  for (const [name, text] of Object.entries(values())) {
    const kind = secretShape(text);
    if (kind) looks.push([name, `${strings[`looks_${kind}`]} ${strings.look_again}`]);
  }
  const seen = JSON.stringify(looks.map(([name]) => [name, value(name)]));
  if (looks.length && seen !== warned) Object.assign(problems, Object.fromEntries(looks));
  warned = seen;
  if (!value("description").trim()) problems.description = strings.required;
  if (isUndecided(value("reference")) && !isTransaction()) problems.reference = $("reference-is").querySelector("legend").textContent;
  if (tray?.busy) problems.files = strings.wait_for_files;
  return problems;
}

// --- sending ----------------------------------------------------------------------------

const outbox = new Outbox({
  store,
  async send({ id, topic, values: all, files, language }) {
    await heard;
    await api.ensureSession();
    return api.identify("tickets", { id, topic, values: all, files, language });
  },
  onSent(item, answer) {
    const own = [{ ...answer, at: Date.now() }, ...(store.read("own") || [])].slice(0, TICKETS);
    store.write("own", own);
    store.remove("draft");
    location.assign(answer.url);
  },
  onRefused(item, error) {
    if (error.status === 401) {
      api.forget();
      return outbox.add(item);
    }
    waiting("");
    choose(item.topic, item.words, { ...item.values, ...error.told?.values });
    form.elements.id.value = item.id;
    if (error.told?.ask) $("reference-is").hidden = false;
    keepDraft();
    showProblems(error.told?.problems ?? { form: strings[`error_${error.code}`] || error.told?.message || strings.failed });
    return null;
  },
  onWaiting(error, seconds) {
    waiting(navigator.onLine && error.status ? fill(strings.busy, { seconds }) : strings.offline);
  },
  onElsewhere: () => waiting(""),
});

function waiting(text) {
  $("waiting").hidden = !text;
  $("waiting").querySelector("p").textContent = text;
  if (text) form.hidden = $("topics").hidden = true;
  else form.hidden = !value("topic");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const problems = check();
  showProblems(problems);
  if (Object.keys(problems).length) return;
  const all = values();
  const { website: _trap, ...rest } = all;
  waiting(strings.sending);
  outbox.add({ id: value("id"), topic: value("topic"), words: $("topic-words").textContent, values: rest, files: tray?.ids ?? [], language: config.language, sensitive: Object.entries(all).some(sensitive) });
  if (!navigator.onLine) waiting(strings.offline);
});

// --- the app around the page ------------------------------------------------------------

function host() {
  const bridge = new Bridge({
    origins: [location.origin, ...config.origins],
    on: {
      init: ({ token, theme, app }) => {
        if (theme && theme !== "auto") document.documentElement.dataset.theme = theme;
        Object.assign(about, app?.device && { device: app.device }, app?.version && { app_version: app.version });
        put({});
        hear(token);
      },
      setToken: ({ token }) => hear(token),
      open: ({ prefill, tx }) => put({ ...(prefill && { description: prefill }), ...(tx && { reference: tx }) }),
      logout: () => {
        turn += 1;
        heard = Promise.resolve();
        forget();
      },
      diagnostics: () => {},
    },
  });
  if (!bridge.hosted) return;
  document.documentElement.classList.toggle("is-hosted", true);
  let spoke;
  heard = new Promise((resolve) => (spoke = resolve));
  const patience = setTimeout(spoke, api.session?.known ? KNOWN_MS : HOST_MS);
  bridge.tell("ready");

  /** A token signs in, null signs out, nothing says nothing. */
  function hear(token) {
    clearTimeout(patience);
    if (token !== undefined) {
      turn += 1;
      heard = signIn(token, turn);
    }
    spoke(token !== undefined && heard);
  }
}

async function signIn(token, own) {
  if (token === null && api.session?.known) forget();
  if (token) {
    try {
      const known = await api.signIn(token, () => own === turn, forgetUnsent);
      if (!known) return heard;
      if (!known.kept) forgetUnsent();
      api.adopt({ token: known.token, conversation: known.conversation, known: true });
    } catch (error) {
      if (error.passing && api.session?.known) { // never a ticket in the name of whoever was here before
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        return own === turn ? signIn(token, own) : heard;
      }
      if (!error.passing) api.forget();
    }
  }
  return showKnown();
}

function forget() {
  api.forget();
  forgetUnsent();
  showKnown();
}

/** Forget what others left on this device. */
function forgetUnsent() {
  outbox.forget();
  for (const part of ["draft", "own"]) store.remove(part);
}

// --- beginning --------------------------------------------------------------------------

function showOwn() {
  const own = store.read("own") || [];
  $("own").hidden = !own.length;
  $("own").querySelector("ul").replaceChildren(...own.map(({ number, url, at }) =>
    make("li", {}, make("a", { href: url }, icon("tag"), ` ${number}`), ` ${fullTime(new Date(at), config.htmlLanguage)}`)));
}

setUpFiles({ strings, language: config.htmlLanguage, addresses: async () => ({}) });
for (const each of document.querySelectorAll("[data-time]")) each.textContent = fullTime(new Date(each.dateTime), config.htmlLanguage);
const asked = value("topic");
if (asked && !$("problems").hidden) dress();
else if (asked) choose(asked, $("topic-words").textContent, {});
if (!form.elements.id.value) form.elements.id.value = uuid();
host();

/** It is known whose device this is, or nobody says: go on with what they left behind. */
function takeUp() {
  const draft = store.read("draft");
  if (form.hidden && draft?.topic && Object.keys(draft.values).length > 1) choose(draft.topic, draft.words, draft.values);
  else if (draft?.topic === value("topic") && !value("description") && $("problems").hidden) put(draft.values);
  showOwn();
  outbox.release();
  if (!outbox.waiting) return;
  waiting(navigator.onLine ? strings.sending : strings.offline);
  outbox.flush();
}
if (api.session?.known) heard.then(takeUp);
else takeUp();
