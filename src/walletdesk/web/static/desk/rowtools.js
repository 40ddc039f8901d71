/* What can be done with one message: copy, quote, link. One set of buttons goes to the message under the
   pointer; with the keyboard Alt and the arrows choose a message and Tab leads to its buttons. */

import { copyText, icon, make, plainText } from "../common/text.js";
import { strings, toast } from "./page.js";

const SELECTOR = ".wd-message[data-seq], .wd-row[data-seq]:has(.wd-card)";

/** Bring a message onto the screen and mark it for a moment; earlier pages are fetched. */
export async function goTo(thread, seq) {
  const oldest = () => Number(thread.querySelector("[data-seq]")?.dataset.seq);
  for (let before = Infinity; oldest() > seq && oldest() < before; ) {
    before = oldest();
    await thread.loadOlder();
  }
  const row = thread.querySelector(`[data-seq="${seq}"]`);
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.classList.remove("is-target");
  requestAnimationFrame(() => row.classList.add("is-target"));
}

/** Tools of other parts: [icon, label, (event, row) => …]. */
export const moreTools = [];

export function rowTools(thread) {
  const tool = (name, label, run) => {
    const button = make("button", { type: "button", "aria-label": label, title: label }, icon(name));
    button.addEventListener("click", () => run(thread.event(Number(bar.closest("[data-seq]").dataset.seq)), bar.parentElement));
    return button;
  };
  const copy = async (text) => (await copyText(text)) && toast(strings.copied);
  const bar = make("div", { class: "wd-tools", role: "toolbar", "aria-label": strings.message_tools });
  bar.append(
    tool("copy", strings.copy, ({ text }) => copy(plainText(text, strings))),
    tool("reply", strings.quote, ({ text }) => thread.dispatchEvent(new CustomEvent("wd-quote", { detail: { text }, bubbles: true }))),
    tool("link", strings.copy_link, ({ seq, from }) => copy(location.origin + (from ? `/desk/all/${from.ref}/#${from.seq}` : `${location.pathname}#${seq}`))),
    ...moreTools.map((each) => tool(...each)),
  );
  const pick = (row) => {
    if (!row || bar.parentElement === row) return;
    thread.querySelector(".is-picked")?.classList.remove("is-picked");
    row.append(bar);
  };
  thread.addEventListener("pointerover", ({ target, pointerType }) => pointerType === "mouse" && pick(target.closest(SELECTOR)));
  thread.addEventListener("click", ({ target }) => {
    if (target.closest("a, button")) return;
    const row = target.closest(SELECTOR);
    pick(row);
    row?.classList.add("is-picked");
  });
  thread.addEventListener("keydown", (event) => {
    const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    const rows = [...thread.querySelectorAll(SELECTOR)];
    const at = rows.indexOf(thread.querySelector(".is-picked"));
    const row = rows[at < 0 ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, at + step))];
    if (!row) return;
    event.preventDefault();
    pick(row);
    row.classList.add("is-picked");
    row.scrollIntoView({ block: "nearest" });
    bar.firstChild.focus();
  });
}
