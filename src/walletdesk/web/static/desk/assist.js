/* What helps to answer: replies of the panel go into the composer, a model rewrites and translates. Nothing is sent. */

import { fill, make, plainText } from "../common/text.js";
import { call, desk, failed, language, strings, toast } from "./page.js";
import { moreTools } from "./rowtools.js";
import { providers } from "./writing.js";

const POLL_MS = 400;
const composer = () => document.querySelector("wd-composer");

/** Have a model write; shows how far it is and a way to stop. Gives the text, null once stopped. */
async function write(ref, body) {
  const { id } = await call(`/desk/c/${ref}/assist/write`, { body });
  const path = `/desk/c/${ref}/assist/written/${id}`;
  const said = make("span", {}, strings.assist_writing);
  const stop = make("button", { type: "button", class: "btn small" }, strings.assist_stop);
  const run = make("div", { class: "toast assist-run" }, said, stop);
  let wanted = true;
  stop.addEventListener("click", () => {
    wanted = false;
    call(`${path}/cancel`, { body: {} }).catch(() => {}); // it ends by itself then
  });
  document.getElementById("toasts").append(run);
  try {
    while (wanted) {
      const { state, characters, text, message } = await call(path, { body: { text: body.text || "" } });
      if (state === "done") return wanted ? text : null;
      if (message && wanted) throw new Error(message);
      if (characters) said.textContent = fill(strings.assist_written, { n: characters });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return null;
  } finally {
    run.remove();
  }
}

async function asked(button) {
  const { write: kind } = button.dataset;
  const at = composer();
  const { ref } = at.dataset;
  const text = ["reply", "summary"].includes(kind) ? "" : at.text;
  if (!text.trim() && !["reply", "summary"].includes(kind)) return toast(strings.assist_no_draft);
  button.disabled = true;
  try {
    const found = await write(ref, { kind, text });
    if (!found) return null;
    if (kind === "summary") {
      const place = button.parentElement.querySelector(".assist-written");
      place.textContent = plainText(found, strings);
      place.hidden = false;
    } else if (composer()?.dataset.ref === ref) composer().insert(found, Boolean(text) && composer().text === text);
  } catch (error) {
    failed(error);
  } finally {
    button.disabled = false;
  }
  return null;
}

/** Put a reply of the panel into the composer. */
function insert(button) {
  const reply = button.closest("li").querySelector("[data-reply]");
  composer()?.suggest({ text: reply.textContent, macro: Number(reply.dataset.macro) || null });
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest(".assist [data-insert], .assist [data-write]");
  if (button) (button.dataset.write ? asked : insert)(button);
});

const nth = (number) => () => document.querySelectorAll(".assist [data-insert]")[number]?.click();

/** Keys that put the first, second or third reply in. */
export const assistKeys = { 1: nth(0), 2: nth(1), 3: nth(2) };

if (desk.writes) {
  providers.suggest.push({ label: strings.assist_suggest, run: ({ ref }) => write(ref, { kind: "reply" }) });
  providers.translate.push({ label: strings.assist_translate, run: ({ ref, text }) => (text.trim() ? write(ref, { kind: "translate", text }) : toast(strings.assist_no_draft)) });
  moreTools.push(["globe", strings.assist_translate, async ({ seq }, row) => {
    const text = await write(composer().dataset.ref, { kind: "translate", seq: Math.floor(seq) }).catch(failed);
    if (text !== undefined) row.querySelector(".assist-translation")?.remove();
    if (text) row.append(make("p", { class: "assist-translation", lang: language, title: strings.assist_translation, dir: "auto" }, plainText(text, strings)));
  }]);
}
