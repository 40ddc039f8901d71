/* Chips under messages that name a transaction or an address. Loaded with the first such message.
   `thread.chain` is how to ask: { load(seqs), look(seqs), watch(seq, reference, on), open?(seq) }, or the chat's api.
   With `open` (the desk) a press shows all facts, and what is new is looked up by itself. */

const STYLE = new URL("./chips.css", import.meta.url).pathname;
const GATHER_MS = 60;
const POLL_MS = 1_200;
const POLLS = 30;
const NEW_MS = 15_000; // so old a message may still be taken up by the bot
let icon;
let make; // of text.js, which the page has already
const waiting = new WeakMap(); // thread → numbers of messages that are about to be asked for
const wanted = new Set(); // numbers of messages whose answer is shown when it comes

/** How a customer's page asks. */
function ask(api) {
  const at = async (query, body) => {
    const response = await fetch(`/chat/v1/chain${query}language=${api.language}`, {
      method: body ? "POST" : "GET",
      headers: { Accept: "application/json", Authorization: `Bearer ${api.token}`, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify({ conversation: api.conversation, ...body }),
      credentials: "omit",
      cache: "no-store",
    });
    if (!response.ok) throw new Error(response.status);
    return response.json();
  };
  return {
    load: (seqs) => at(`?conversation=${api.conversation}&seqs=${seqs}&`),
    look: ([seq]) => at("?", { seq }),
    watch: (seq, reference, on) => at("/watch?", { seq, reference, on }),
  };
}

/** A message that may name something has been shown. */
export function note(thread, seq, ...tools) {
  [icon, make] = tools;
  if (!document.querySelector(`link[href="${STYLE}"]`)) document.head.append(make("link", { rel: "stylesheet", href: STYLE }));
  if (!thread.chain.load) thread.chain = ask(thread.chain);
  if (!Object.hasOwnProperty.call(thread, "apply")) heed(thread);
  const seqs = waiting.get(thread);
  if (seqs) return seqs.add(seq);
  waiting.set(thread, new Set([seq]));
  setTimeout(() => {
    const all = [...waiting.get(thread)];
    waiting.delete(thread);
    refresh(thread, all, { auto: Boolean(thread.chain?.open) });
  }, GATHER_MS);
  return null;
}

/** What tells of an earlier message renews its chips. */
function heed(thread) {
  const { apply } = thread;
  thread.apply = (event) => {
    const taken = apply.call(thread, event);
    if (event.data.diagnosis) refresh(thread, [event.data.diagnosis]);
    return taken;
  };
}

/** Ask how these stand, show it, and ask again while something is being looked up. */
export async function refresh(thread, seqs, { auto = false, tries = POLLS } = {}) {
  const { chain } = thread;
  let answer;
  try {
    answer = await chain.load(seqs);
    const fresh = auto ? Object.keys(answer.messages).filter((seq) => !answer.messages[seq].state).map(Number) : [];
    if (fresh.length && chain.mayLook()) Object.assign(answer.messages, (await chain.look(fresh)).messages);
  } catch {
    return; // the message is there all the same; the next one asks anew
  }
  if (chain !== thread.chain) return; // another conversation was opened
  show(thread, answer);
  const isOpen = (seq) => answer.messages[seq].state === "asked" || (!answer.messages[seq].state && Date.now() - new Date(thread.event(seq)?.at) < NEW_MS);
  const open = Object.keys(answer.messages).map(Number).filter(isOpen);
  if (open.length && tries) setTimeout(() => chain === thread.chain && refresh(thread, open, { tries: tries - 1 }), POLL_MS);
}

export function show(thread, { messages, strings }) {
  const stay = thread.atEnd;
  for (const [seq, message] of Object.entries(messages)) {
    const body = thread.querySelector(`[data-seq="${seq}"] .wd-body`);
    const old = body?.querySelector(".wd-chain");
    const opened = old?.querySelector("[aria-expanded=true]")?.dataset.of;
    const box = make("div", { class: "wd-chain" }, ...message.chips.map((chip) => chipOf(thread, Number(seq), message, chip, strings)));
    if (old) old.replaceWith(box);
    else body?.querySelector(".wd-bubble")?.after(box);
    const awaited = message.state !== "asked" && wanted.delete(Number(seq));
    if (awaited) box.querySelector("[aria-expanded]")?.click();
    else if (opened && !thread.chain.open) box.querySelector(`[data-of="${CSS.escape(opened)}"]`)?.click();
  }
  if (stay) thread.scrollToEnd();
}

function chipOf(thread, seq, { state }, chip, strings) {
  const asked = state === "asked";
  const told = asked ? strings.looking : chip.title || (state === "failed" ? strings.failed : "");
  const look = asked ? "clock" : chip.tone === "good" ? "check-circle" : chip.tone === "bad" ? "shield" : "search";
  const button = make(
    "button",
    { type: "button", class: `chip wd-chain-chip is-${asked ? "asked" : chip.tone || "plain"}`, "data-of": chip.short, title: told ? null : strings.ask },
    icon(look),
    make("span", {}, [strings[chip.kind], chip.network].filter(Boolean).join(" · ")),
    make("code", { dir: "ltr" }, chip.short),
    told ? make("strong", {}, told) : null,
  );
  const one = make("div", {}, button);
  if (asked) button.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    if (thread.chain.open) return thread.chain.open(seq, button);
    if (asked) return null;
    if (!chip.title) wanted.add(seq);
    if (!chip.title) return run(thread, seq, thread.chain.look([seq]));
    const open = one.querySelector(".wd-chain-told");
    button.setAttribute("aria-expanded", String(!open));
    if (open) open.remove();
    else one.append(toldOf(thread, seq, chip, strings));
    return null;
  });
  if (chip.title && !thread.chain.open) button.setAttribute("aria-expanded", "false");
  return one;
}

/** Show what an action answered; a refusal leaves things as they are. */
async function run(thread, seq, action) {
  const { chain } = thread;
  let answer = null;
  try {
    answer = await action;
  } catch (error) {
    chain.failed?.(error);
  }
  if (chain !== thread.chain) return; // another conversation was opened
  if (answer) show(thread, answer);
  refresh(thread, [seq]);
}

function toldOf(thread, seq, chip, strings) {
  const list = (head, lines) => (lines.length ? [make("h4", {}, head), make("ul", {}, ...lines.map((line) => make("li", {}, line)))] : []);
  const act = (label, work) => {
    const button = make("button", { type: "button", class: "btn small" }, label);
    button.addEventListener("click", () => run(thread, seq, work()));
    return button;
  };
  return make(
    "div",
    { class: "wd-chain-told", dir: "auto" },
    make("p", {}, chip.summary),
    chip.sure ? make("p", { class: "quiet" }, chip.sure) : null,
    ...list(strings.steps, chip.steps),
    ...list(strings.never, chip.never),
    chip.watched ? make("p", { role: "status" }, strings.watched) : null,
    chip.watch ? act(chip.watched ? strings.unwatch : strings.watch, () => thread.chain.watch(seq, chip.reference, !chip.watched)) : null,
    act(strings.again, () => thread.chain.look([seq])),
  );
}
