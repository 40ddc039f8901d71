/* Turns what people wrote into nodes, safely: by textContent only. And times, in the page's language. */

const SECRET = /⟦secret:([a-z_]{1,32})⟧/g;
// A link ends before white space, quotes, brackets and full-width punctuation.
const LINK = /https?:\/\/[^\s<>"'`{}|\\^⟦⟧，。；：！？、（）【】「」『』《》“”‘’]+/gi;
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

function appendLinks(parent, text) {
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TAIL, "");
    const url = safeUrl(address);
    if (!url) continue;
    parent.append(text.slice(done, match.index), link(url));
    done = match.index + address.length;
  }
  parent.append(text.slice(done));
}

/** A person's text as nodes: links, secret chips, the rest as plain text (CSS keeps line breaks). */
export function richText(text, strings) {
  const nodes = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(SECRET)) {
    appendLinks(nodes, text.slice(done, match.index));
    nodes.append(secretChip(match[1], strings));
    done = match.index + match[0].length;
  }
  appendLinks(nodes, text.slice(done));
  return nodes;
}

/** The same as one line of plain text, for screen readers, titles and previews. */
export function plainText(text, strings) {
  return text.replace(SECRET, (_all, kind) => `[${strings[`secret_${kind}`] || strings.secret_other}]`);
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
