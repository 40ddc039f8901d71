/* Loaded with the first message: the agent's code, a check of anything, verdicts of links. */

import { watchLinks } from "../common/verdicts.js";

let watched = null;
let shown = "";
let bar = null;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Show what belongs to the present state; called at every change. */
export async function look(thread, api, state) {
  if (!watched) {
    watched = thread;
    document.head.append(make("link", { rel: "stylesheet", href: new URL("../common/official.css", import.meta.url).href }));
    watchLinks(thread, {
      ask: (links) => api.identify("official/links", { conversation: api.conversation, links }),
      report: (link) => api.identify("official/report", { conversation: api.conversation, link }),
    });
  }
  const now = `${api.conversation} ${state?.agent ?? ""} ${state?.status ?? ""}`;
  if (now === shown) return;
  shown = now;
  const told = state?.agent ? await api.identify("official", { conversation: api.conversation }).catch(() => null) : { agent: null };
  if (shown !== now) return; // something else is asked for by now
  if (!told) return void (shown = ""); // asked again with the next change
  bar?.remove();
  bar = told.agent ? codeBar(told, api) : null;
  if (bar) document.querySelector(".middle").before(bar);
}

function codeBar({ agent, strings }, api) {
  const field = make("input", { class: "input", id: "official-check", maxlength: "4000", dir: "auto", autocomplete: "off", required: "" });
  const answer = make("output", { for: "official-check", role: "status" });
  const form = make("form", {}, make("p", {}, strings.about), make("label", { for: "official-check" }, strings.label),
    make("div", { class: "row" }, field, make("button", { class: "btn primary" }, strings.check)), answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { answers: [first] } = await api.identify("official/check", { conversation: api.conversation, text: field.value });
      answer.className = `is-${first.tone}`;
      answer.textContent = [first.verdict, first.reason, first.instead && `${strings.instead} ${first.instead}`].filter(Boolean).join(" · ");
    } catch {
      answer.className = "is-bad";
      answer.textContent = strings.failed;
    }
  });
  return make("details", { class: "wd-official" },
    make("summary", {}, make("span", {}, strings.code), make("code", {}, agent.code), make("span", { class: "wd-official-more" }, strings.check)), form);
}
