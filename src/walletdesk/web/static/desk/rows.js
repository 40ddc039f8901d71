/* Rows of a thread that only staff see: notes, summaries, lines, and what theirs tell more than customers' do. */

import { articleLink, card, LINES, nameOf, ROWS, slots } from "../common/events.js";
import { fill, icon, make, richText } from "../common/text.js";

Object.assign(LINES, {
  escalated: { icon: "flag" },
  released: { icon: "inbox" },
  undone: { icon: "refresh" },
  feedback: { icon: "thumb-up" },
  tagged: { icon: "tag" },
  untagged: { icon: "tag" },
  changed: { icon: "tag" },
  scheduled: { icon: "clock" },
  routed: { icon: "users" },
  snoozed: { icon: "clock" },
  woken: { icon: "bell" },
  absorbed: { icon: "hand-over" },
  split: { icon: "external" },
  split_from: { icon: "external" },
  linked: { icon: "link" },
  unlinked: { icon: "link" },
  unblocked: { icon: "lock" },
  reported: { icon: "alert" },
  case: { icon: "shield" },
  complaint: { icon: "flag" },
  follow_up: { icon: "flag" },
  call: { icon: "call" },
});

function note(event, context) {
  const title = fill(context.strings.note_by, { name: nameOf(event, context) });
  const names = (event.staff_data?.mentions || []).map(({ name }) => name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  const tokens = names.length ? [[new RegExp(`@(?:${names.join("|")})`, "gu"), ([name]) => make("span", { class: "wd-mention" }, name)]] : [];
  return card(event, context, { className: "is-note", title, iconName: "note", text: event.text, tokens });
}

function summary(event, context) {
  const { strings } = context;
  const known = event.staff_data || {};
  const facts = ["reason", "topic", "language", "urgency"].map((name) => strings[`${name}_${known[name]}`] || known[name]);
  const row = card(event, context, { className: "is-summary", title: strings.summary_title, iconName: "bot", facts: facts.filter(Boolean) });
  const paragraphs = partsOf(event.text, known, strings).map(([name, said]) => make("p", { dir: "auto" }, name ? make("b", {}, `${name} `) : null, richText(said, strings)));
  row.querySelector("h3").after(...paragraphs);
  return row;
}

/** A summary's parts as [name or "", text] in the reader's language, as web/desk/bot_summary.py does: its text is in the brand's. */
function partsOf(text, { parts = [], in: language }, strings) {
  const lines = text.split("\n");
  if (parts.reduce((sum, [, count]) => sum + count, 0) !== lines.length) return [["", text]];
  const foreign = language !== document.documentElement.lang.toLowerCase();
  return parts
    .map(([code, count, label]) => [code, lines.splice(0, count).join("\n").slice(label)])
    .filter(([code, said]) => code !== "head" && said !== "-" && !(code === "chain" && foreign))
    .map(([code, said]) => [strings[`summary_${code}`] || "", said]);
}

function notice(event, context) {
  const { strings } = context;
  return card(event, context, {
    className: "is-warning",
    iconName: "shield",
    title: strings.secret_removed_title,
    text: strings.secret_removed_staff,
    facts: (event.data.kinds || []).map((kind) => strings[`secret_${kind}`] || strings.secret_other),
  });
}

Object.assign(ROWS, { note, summary, notice });

/** What was said in a conversation that goes on in this one says so. */
for (const [kind, rowFor] of Object.entries(ROWS)) {
  ROWS[kind] = (event, context) => {
    const row = rowFor(event, context);
    const { ref, seq } = event.from || {};
    const short = ref?.slice(0, 4).toUpperCase();
    if (ref) row.append(make("a", { class: "wd-from", href: `/desk/all/${ref}/#${seq}`, "data-open": ref }, fill(context.strings.joined_to_staff, { ref: short })));
    return row;
  };
}

slots.suggestion = (item, context) => (item.url ? articleLink(item, context) : make("span", { class: "badge", dir: "auto" }, item.title));
slots.line = (row, event, context) => {
  const { recording } = event.staff_data ?? {};
  if (recording) row.append(make("audio", { controls: true, preload: "none", class: "recording", src: `/desk/recordings/${recording}`, "aria-label": row.textContent }));
  const words = row.firstChild.querySelector("span");
  if (event.kind === "feedback" && !event.data.helped) words.previousSibling.replaceWith(icon("thumb-down"));
  const other = event.data.into || event.data.ref || event.staff_data?.ref;
  if (other) words.append(" · ", make("a", { href: `/desk/all/${other}/`, "data-open": other }, context.strings.open_it_staff));
  const record = { case: "cases/*/", complaint: "complaints/*/", follow_up: "surveys/follow-ups/#*" }[event.kind];
  if (record) words.append(" · ", make("a", { href: `/desk/${record.replace("*", event.staff_data[event.kind])}` }, context.strings.open_it_staff));
  if (event.kind === "escalated" && event.text) row.append(make("div", { class: "wd-card" }, make("p", { dir: "auto" }, richText(event.text, context.strings))));
  if (event.kind === "call" && event.text) {
    const { secret } = event.staff_data;
    row.append(make("div", { class: `wd-card${secret ? " is-warning" : ""}` }, secret ? make("strong", {}, context.strings.call_secret) : "", make("p", { dir: "auto" }, richText(event.text, context.strings))));
  }
  if (event.kind === "rated" && event.text) {
    row.append(make("div", { class: "wd-card" }, make("p", { dir: "auto" }, richText(event.text, context.strings))));
  }
};
