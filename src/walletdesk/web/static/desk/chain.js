/* What the chain says about the messages of the open conversation: how chips ask, and the facts in a dialog. */

import { copyText, icon, make } from "../common/text.js";
import { localTimes } from "./ages.js";
import { call, failed, fragment, strings, toast } from "./page.js";

/** How the chips of a conversation ask the desk. */
export function chainOf(thread, ref, mayLook) {
  const path = `/desk/c/${ref}/chain`;
  const chain = {
    mayLook,
    failed,
    load: (seqs) => call(`${path}?seqs=${seqs}`, { quiet: true }),
    look: (seqs, again = false) => call(`${path}/look`, { body: { seqs, again } }),
    watch: (seq, reference, on) => call(`${path}/${seq}/watch`, { body: { reference, on } }),
    open: (seq) => open(seq),
  };

  async function open(seq) {
    const body = make("div", { class: "chain-body" });
    const close = make("button", { type: "button", class: "btn ghost small icon-only", "aria-label": strings.close }, icon("close"));
    const dialog = make("dialog", { class: "sheet chain-sheet", "aria-label": strings.chain_title }, make("header", { class: "sheet-head" }, make("h2", {}, strings.chain_title), close), body);
    const draw = async () => (await fragment(`${path}/${seq}`, body)) && localTimes(body);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    body.addEventListener("click", async ({ target }) => {
      const button = target.closest("button");
      const { reference } = target.closest("[data-reference]")?.dataset ?? {};
      if (!button) return;
      const { evidence, watch, unwatch, lookAgain } = button.dataset;
      try {
        if (evidence !== undefined) return (await copyText(evidence)) && toast(strings.copied);
        if (lookAgain !== undefined) await chain.look([seq], true);
        else if (watch !== undefined || unwatch !== undefined) await chain.watch(seq, reference, watch !== undefined);
        else return;
      } catch (error) {
        return failed(error);
      }
      (await import("../common/chips.js")).refresh(thread, [seq]);
      await draw();
    });
    document.body.append(dialog);
    dialog.showModal();
    await draw();
  }
  return chain;
}
