/* What the composer offers besides typing: macros, emoji, colleagues to call, a time to send. */

import { fullTime, make } from "../common/text.js";
import { call, failed, language, strings, toast } from "./page.js";

const DAY_MS = 86_400_000;
const EMOJI = new URL("./emoji.json", import.meta.url);

let people = null;
let emoji = null;

const has = (query, ...texts) => texts.some((text) => text?.toLocaleLowerCase().includes(query));

/** Prepared replies: a searchable list; `use({text, macro})` gets the one that was picked. */
export async function openMacros(popup, { ref, field, use }) {
  const { macros } = (await call(`/desk/c/${ref}/macros`).catch(failed)) ?? {};
  return macros && popup.open({
    label: strings.macros,
    search: strings.macro_find,
    none: macros.length ? strings.nothing_found : strings.macro_none,
    field,
    items: (query) => {
      const found = macros.filter((macro) => has(query, macro.name, macro.shortcut, macro.text));
      return query ? found.sort((a, b) => (b.shortcut === query) - (a.shortcut === query)) : found;
    },
    row: (macro) => [
      make("span", { class: "popup-top" }, make("strong", { dir: "auto" }, macro.name), macro.shortcut ? make("kbd", {}, `/${macro.shortcut}`) : null,
        ...macro.does.map((each) => make("span", { class: "tag" }, each))),
      make("span", { class: "popup-text", dir: "auto" }, macro.text),
    ],
    pick: async ({ id }) => {
      try {
        const { text, missing } = await call(`/desk/c/${ref}/macros/${id}`);
        use({ text, macro: id });
        if (missing.length) toast(`${strings.macro_missing} ${missing.join(", ")}`);
      } catch (error) {
        failed(error);
      }
    },
  });
}

/** Emoji by category, found by words in three languages. Loaded when first asked for. */
export async function openEmoji(popup, { field, use }) {
  try {
    emoji ??= (await (await fetch(EMOJI)).json()).flatMap(({ items }) => items.map(([sign, words]) => ({ sign, words, title: words.split(" ")[0] })));
  } catch {
    return toast(strings.no_answer, { danger: true });
  }
  return popup.open({
    label: strings.emoji,
    search: strings.emoji_find,
    none: strings.nothing_found,
    grid: true,
    field,
    items: (query) => emoji.filter(({ words }) => has(query, words)),
    row: ({ sign }) => [sign],
    pick: ({ sign }) => use(sign),
  });
}

/** Colleagues whose name begins with what stands after the @. */
export async function openPeople(popup, { field, query, use, wanted }) {
  try {
    people ??= (await call("/desk/people")).people;
  } catch {
    return null; // a note can be written without calling anybody
  }
  if (!wanted()) return null; // more was typed while the names were on their way
  if (!popup.isOpen) {
    popup.open({
      label: strings.people,
      field,
      items: (text) => people.filter(({ name }) => has(` ${text}`, ` ${name}`)),
      row: ({ name, initials, tone, team }) => [
        make("span", { class: "popup-top" }, make("span", { class: `avatar tiny tone-${tone}`, "aria-hidden": "true" }, initials), make("strong", { dir: "auto" }, name), make("span", { class: "quiet" }, team)),
      ],
      pick: use,
    });
  }
  return popup.isOpen && popup.look(query);
}

function atClock(days, hours) {
  const at = new Date(Date.now() + days * DAY_MS);
  at.setHours(hours, 0, 0, 0);
  return at;
}

function presets(now = new Date()) {
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return [
    [strings.later_hour, new Date(now.getTime() + 3_600_000)],
    [strings.later_evening, atClock(0, 18)],
    [strings.later_tomorrow, atClock(1, 9)],
    [strings.later_monday, atClock(untilMonday, 9)],
  ].filter(([, at], index) => at - now > 60_000 && !(index === 3 && untilMonday === 1));
}

const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** When to send: usual times, or one's own in the reader's time zone. */
export function openLater(popup, { field, use }) {
  const own = make("input", { type: "datetime-local", min: local(new Date()), value: local(atClock(1, 9)), "aria-label": strings.later_own });
  const set = make("button", { type: "button", class: "btn small" }, strings.later_set);
  const choose = () => {
    const at = new Date(own.value);
    if (Number.isNaN(at.getTime())) return own.focus();
    popup.close();
    return use(at);
  };
  set.addEventListener("click", choose);
  own.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), choose()));
  popup.open({
    label: strings.later,
    field,
    items: () => presets().map(([name, at]) => ({ name, at })),
    row: ({ name, at }) => [make("span", { class: "popup-top" }, make("strong", {}, name), make("span", { class: "quiet" }, fullTime(at, language)))],
    pick: ({ at }) => use(at),
    foot: make("div", { class: "popup-foot" }, make("label", {}, make("span", {}, strings.later_own), own), set),
  });
}

/** What other parts can offer in the composer (docs/develop/composer.md). */
export const providers = { translate: [], suggest: [] };
