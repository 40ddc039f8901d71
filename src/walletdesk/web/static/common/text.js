/* Turns what people wrote into nodes, safely: by textContent only. And times, in the page's language. */

const PERSONAL = /⟦(?!s)([a-z]+):[0-9A-Z]{4,12}⟧/g; // common/personal.js
const SECRET = /⟦secret:([a-z_]{1,32})⟧/g;
// A link ends before white space, quotes, brackets and full-width punctuation.
const LINK = /https?:\/\/[^\s<>"'`{}|\\^⟦⟧，。；：！？、（）【】「」『』《》“”‘’]+/gi;
// Addresses and transaction hashes: hexadecimal, bech32, base58 (Bitcoin, TRON, Solana).
const HASH = /\b(?:0x[0-9a-f]{64}|0x[0-9a-f]{40}|[0-9a-f]{64}|(?:bc1|ltc1|addr1)[0-9a-z]{25,100}|[1-9A-HJ-NP-Za-km-z]{26,88})(?!\w)/gi;
const HASH_ENDS = [10, 8];
const TAIL = /[.,;:!?)\]]+$/;
const SPRITE = document.documentElement.dataset.icons || new URL("./icons.svg", import.meta.url).pathname;
const SHOWN_PATH = 36;

/** Make an element: attributes by name (class, not className), children as nodes or text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An icon of the sprite; hidden from screen readers, so give the control a name of its own. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/** Read a JSON script of the page; `fallback` when it is not there. */
export function readJson(id, fallback = null) {
  const script = document.getElementById(id);
  return script ? JSON.parse(script.textContent) : fallback;
}

/** Put fields into a translated text: "{name} joined". Unknown fields stay as they are. */
export function fill(template, fields = {}) {
  return String(template).replace(/\{(\w+)\}/g, (all, name) =>
    Object.prototype.hasOwnProperty.call(fields, name) ? String(fields[name]) : all,
  );
}

/** The text `key_one` or `key_other`, filled with n. */
export function plural(strings, key, n) {
  return fill(strings[n === 1 ? `${key}_one` : `${key}_other`], { n });
}

/** The address when it is http(s) without a user name in it (a classic disguise), else null. */
export function safeUrl(text, base = undefined) {
  try {
    const url = new URL(text, base);
    const plain = (url.protocol === "https:" || url.protocol === "http:") && !url.username && !url.password;
    return plain ? url : null;
  } catch {
    return null;
  }
}

/** A link that shows the host where it really leads (punycode for look-alikes), then the path. */
export function link(url) {
  const rest = url.href.slice(url.origin.length);
  const path = rest === "/" ? "" : rest;
  const shown = path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH - 1)}…` : path;
  return make(
    "a",
    { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow ugc", class: "wd-link", title: url.href },
    make("strong", {}, url.host),
    shown,
  );
}

/** The chip that stands where a secret was cut out. */
export function secretChip(kind, strings) {
  const word = strings[`secret_${kind}`] || strings.secret_other;
  return make("span", { class: "wd-secret" }, icon("lock"), word);
}

/** An address or hash, whole in the document and short on the screen; `copy` names its button. */
function hash(text, { copy }) {
  // long words of one case are words; base58 mixes digits, capitals and small letters
  if (!/\d/.test(text) || (!/^(0x|bc1|ltc1|addr1|[0-9a-f]{64}$)/i.test(text) && !(/[A-Z]/.test(text) && /[a-z]/.test(text)))) return null;
  const [head, tail] = HASH_ENDS;
  return make(
    "span",
    { class: "wd-hash", title: text },
    make("span", {}, text.slice(0, head)),
    make("span", { class: "wd-hash-middle" }, text.slice(head, -tail)),
    make("span", {}, text.slice(-tail)),
    copy ? make("button", { type: "button", class: "wd-copy", "data-copy": text, "aria-label": copy, title: copy }, icon("copy")) : null,
  );
}

/** What stands for something else in a text: [pattern, (match, strings) → node or null]. Other modules add theirs. */
export const textTokens = [[SECRET, (match, strings) => secretChip(match[1], strings)]];

const parts = [
  [LINK, (match) => {
    const url = safeUrl(match[0].replace(TAIL, ""));
    return url && [link(url), match[0].match(TAIL)?.[0] ?? ""];
  }],
  [HASH, (match, strings) => (match.input[match.index - 1] === "/" ? null : hash(match[0], strings))],
];

function cut(parent, text, strings, [[pattern, nodeOf], ...others]) {
  const rest = (piece) => (others.length ? cut(parent, piece, strings, others) : parent.append(piece));
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const node = nodeOf(match, strings);
    if (!node) continue;
    if (match.index > done) rest(text.slice(done, match.index));
    parent.append(...[node].flat());
    done = match.index + match[0].length;
  }
  if (done < text.length) rest(text.slice(done));
}

/** A person's text as nodes: quotes, links, hashes, chips, the rest as plain text (CSS keeps line breaks).
 *  `more` are further tokens of this text. */
export function richText(text, strings, more = []) {
  const nodes = document.createDocumentFragment();
  const all = [...textTokens, ...more, ...parts];
  for (const piece of text.split(/((?:^> ?.*(?:\n|$))+)/m)) {
    const isQuote = piece.startsWith(">");
    const place = isQuote ? make("blockquote", { class: "wd-quote" }) : nodes;
    if (piece) cut(place, isQuote ? piece.replace(/^> ?/gm, "").trimEnd() : piece, strings, all);
    if (isQuote) nodes.append(place);
  }
  return nodes;
}

/** Copy a text, also where the clipboard is closed to frames and plain http. Resolves with whether it worked. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { readonly: true, class: "sr-only" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** The same as one line of plain text, for screen readers, titles and previews. */
export function plainText(text, strings) {
  return text
    .replace(SECRET, (_all, kind) => `[${strings[`secret_${kind}`] || strings.secret_other}]`)
    .replace(PERSONAL, (_all, kind) => `[${strings[`personal_${kind}`]}]`);
}

// --- times ------------------------------------------------------------------------------

const formats = new Map();

function format(language, name, options) {
  const key = `${language} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, options));
  return formats.get(key);
}

/** "14:05" or "2:05 PM", as is usual in the language. */
export function clockTime(date, language) {
  return format(language, "time", { hour: "numeric", minute: "2-digit" }).format(date);
}

/** Day and time in full, for titles. */
export function fullTime(date, language) {
  return format(language, "full", { dateStyle: "full", timeStyle: "short" }).format(date);
}

/** Day and time in short, for sentences. */
export function shortTime(date, language) {
  return format(language, "short", { dateStyle: "medium", timeStyle: "short" }).format(date);
}

/** A key that is equal for two moments of the same local day. */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** "Today", "Yesterday", else "Tuesday, 3 March" (with the year when it is another one). */
export function dayName(date, language, now = new Date()) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
    return word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
  }
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return format(language, `day${year}`, { weekday: "long", day: "numeric", month: "long", year }).format(date);
}

// --- people -----------------------------------------------------------------------------

/** One or two letters for a name: "María Núñez" → "MN", "王小明" → "小明". */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  if (!words.length) return "?";
  if (/^\p{Script=Han}+$/u.test(words[0])) return [...words[0]].slice(-2).join("");
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters.map((word) => [...word][0]).join("").toLocaleUpperCase();
}

/** An avatar with initials in a colour that belongs to the name; `bot` gets the brand's. */
export function avatar(name, { bot = false, size = "" } = {}) {
  let tone = 0;
  for (const letter of name) tone = (tone * 31 + letter.codePointAt(0)) % 8;
  const classes = `avatar ${bot ? "bot" : `tone-${tone}`} ${size}`.trim();
  return make("span", { class: classes, "aria-hidden": "true" }, bot ? icon("bot") : initials(name));
}

/** A random UUID version 4, also where `randomUUID` is missing (http on a phone in the same network). */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
