/* How each kind of timeline event looks. Pure: event in, node out; <wd-thread> places the nodes. */

import { avatar, clockTime, fill, fullTime, icon, make, plainText, richText, safeUrl, shortTime } from "./text.js";

/** The icon of each event line; the desk adds those that only staff see. */
export const LINES = {
  handed_over: { icon: "hand-over" },
  claimed: { icon: "headset" },
  assigned: { icon: "user" },
  resolved: { icon: "check-circle", good: true },
  reopened: { icon: "refresh" },
  merged: { icon: "hand-over" },
  blocked: { icon: "lock" },
  rated: { icon: "star" },
};
/** What other modules add: `filesOf(event)` → node or null, `fileNames(event)` → text; the desk `line(row, event, context)`,
 *  what it adds to the row of an event line, and `suggestion(item, context)`. */
export const slots = { filesOf: null, fileNames: null, line: null, suggestion: null };

const CUSTOMER_HIDDEN = new Set(["feedback", "released", "undone"]);
const ANSWERS = { true: "yes", false: "no" };

/** Whether a kind has a row of its own for this audience. */
export function isShown(event, audience) {
  return event.kind !== "redacted" && !(audience === "customer" && CUSTOMER_HIDDEN.has(event.kind));
}

/** Whether the event stands on the reader's own side. */
export function isOwn(event, audience) {
  return (event.author === "customer") === (audience === "customer");
}

/** The name to show for an author. */
export function nameOf(event, { strings, audience }) {
  if (event.author === "bot") return strings.bot_name;
  if (event.author === "customer") return audience === "customer" ? strings.you : event.name || strings.customer;
  if (event.author === "system") return "";
  return event.name || strings.agent;
}

function time(event, { language }) {
  const at = new Date(event.at);
  return make("time", { datetime: event.at, title: fullTime(at, language) }, clockTime(at, language));
}

export function articleLink(source, { strings, language, languageNames }) {
  const url = safeUrl(source.url, location.origin);
  if (!url) return null;
  const foreign = source.language && source.language.toLowerCase() !== language.toLowerCase();
  const other = foreign ? languageNames[source.language] : null;
  return make(
    "a",
    { class: "wd-source", href: url.href, target: "_blank", rel: "noopener", "aria-label": fill(strings.source_label, { title: source.title }) },
    icon("article"),
    make("span", { dir: "auto" }, source.title),
    other ? make("span", { class: "badge" }, other) : null,
  );
}

function suggestion(item, context) {
  if (slots.suggestion) return slots.suggestion(item, context);
  const button = make("button", { type: "button", class: item.url ? "chip" : "chip wd-choice", dir: "auto" }, item.title);
  button.addEventListener("click", () => context.send("wd-suggestion", item));
  return button;
}

/** The row "Did this help?" under an answer of the bot. */
export function feedbackRow(event, context) {
  const { strings } = context;
  const answer = (helped, name, text) => {
    const button = make("button", { type: "button", class: "btn small", "data-helped": String(helped) }, icon(name), text);
    button.addEventListener("click", () => context.send("wd-feedback", { seq: event.seq, helped }));
    return button;
  };
  return make(
    "div",
    { class: "wd-feedback", role: "group", "aria-label": strings.did_this_help },
    make("span", {}, strings.did_this_help),
    answer(true, "thumb-up", strings.yes),
    answer(false, "thumb-down", strings.no),
  );
}

function message(event, context) {
  const { strings, audience } = context;
  const own = isOwn(event, audience);
  const body = make("div", { class: "wd-body" });
  const who = make("div", { class: "wd-who" }, make("strong", { dir: "auto" }, nameOf(event, context)));
  if (event.author === "bot") who.append(make("span", { class: "badge" }, strings.automatic));
  who.append(time(event, context));
  body.append(own && audience === "customer" ? make("div", { class: "sr-only" }, strings.you) : who);
  const files = slots.filesOf?.(event);
  if (event.text || !files) body.append(make("div", { class: "wd-bubble", dir: "auto" }, richText(event.text, strings)));
  if (files) body.append(files);
  const { sources = [], suggestions = [] } = event.data;
  const links = sources.map((item) => articleLink(item, context)).filter(Boolean);
  if (links.length) body.append(make("div", { class: "wd-sources" }, ...links));
  const ideas = suggestions.map((item) => suggestion(item, context)).filter(Boolean);
  if (ideas.length) body.append(make("div", { class: "wd-suggestions" }, ...ideas));
  const row = make("li", { class: `wd-row wd-message${own ? " is-own" : ""}` });
  if (!own) row.append(avatar(nameOf(event, context), { bot: event.author === "bot" }));
  row.append(body);
  return row;
}

/** A row that stands out: a note, a warning. */
export function card(event, context, { className, title, iconName, text, facts = [], tokens = [] }) {
  return make(
    "li",
    { class: "wd-row" },
    make(
      "div",
      { class: `wd-card ${className}` },
      make("h3", {}, icon(iconName), make("span", { dir: "auto" }, title), time(event, context)),
      text ? make("p", { dir: "auto" }, richText(text, context.strings, tokens)) : null,
      slots.filesOf?.(event),
      facts.length ? make("div", { class: "wd-facts" }, ...facts.map((f) => make("span", { class: "badge" }, f))) : null,
    ),
  );
}

function notice(event, context) {
  const { strings } = context;
  return card(event, context, {
    className: "is-warning",
    iconName: "shield",
    title: strings.secret_removed_title,
    text: strings.secret_removed_advice,
  });
}

/** The fields of an event line: times in the reader's words, codes by their names. */
function fieldsOf(event, context) {
  const { strings, language } = context;
  const fields = { ...event.staff_data, ...event.data };
  for (const [name, value] of Object.entries(fields)) {
    const named = strings[`${fields.field || name}_${value}`];
    const isTime = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);
    fields[name] = isTime ? shortTime(new Date(value), language) : named || (value ?? "");
  }
  return { to: "", ...fields, name: nameOf(event, context) || strings.automatic };
}

/** The sentence of an event line, in the reader's words; a kind without one is told by its name. */
export function lineText(event, context) {
  const { strings, audience } = context;
  const more = event.staff_data || {};
  const detail = event.data.reason || more.reason || more.state || more.field || ANSWERS[event.data.helped] || `by_${event.author}`;
  const key = `line_${event.kind}`;
  const keys = [`${key}_${detail}_to_${audience}`, `${key}_${detail}`, `${key}_${more.state}`, `${key}_to_${audience}`, key, event.text || "line_other"];
  const found = keys.find((each) => each in strings);
  return fill(strings[found] || event.text || event.kind, { ...fieldsOf(event, context), kind: event.kind });
}

function line(event, context) {
  const look = LINES[event.kind] || { icon: "info" };
  const row = make(
    "li",
    { class: "wd-row" },
    make(
      "div",
      { class: `wd-line${look.good ? " is-good" : ""}` },
      icon(look.icon), make("span", { dir: "auto" }, lineText(event, context)), time(event, context),
    ),
  );
  slots.line?.(row, event, context);
  return row;
}

/** What makes the row of a kind that is more than a line; the desk adds its own. */
export const ROWS = { message, notice };

/** Make the row of an event. */
export function rowOf(event, context) {
  return (ROWS[event.kind] || line)(event, context);
}

/** What a screen reader is told when the event arrives. */
export function spokenText(event, context) {
  const { strings } = context;
  if (event.kind === "notice") return `${strings.secret_removed_title}. ${strings.secret_removed_advice}`;
  if (event.kind === "summary") return strings.summary_title;
  if (!ROWS[event.kind]) return lineText(event, context);
  return fill(strings.spoken_message, { name: nameOf(event, context), text: [plainText(event.text, strings), slots.fileNames?.(event)].filter(Boolean).join(" ") });
}
