/* Loaded at the first word of an answer that a model writes: its sentences, each once it was checked.
   What is shown here is stored nowhere: the answer itself takes its place, or the article does. */

const QUIET_MS = 70_000; // the longest that an answer may take
let row = null;
let said = [];
let timer = 0;

/** Show sentence `n` of the answer to message `of`. Not spoken: the whole answer is, when it comes. */
export function show(thread, { of, n, text }, strings, make) {
  const waiting = thread.querySelector(".wd-typing")?.closest("li");
  if (!waiting || thread.lastSeq > of) return;
  const atEnd = thread.atEnd;
  if (!row?.isConnected || row.dataset.of !== String(of)) begin(waiting, of, strings, make);
  said[n - 1] = text;
  row.querySelector(".wd-bubble").textContent = said.filter(Boolean).join(" ");
  clearTimeout(timer);
  timer = setTimeout(end, QUIET_MS);
  if (atEnd) thread.scrollToEnd();
}

function begin(waiting, of, strings, make) {
  end();
  said = [];
  const who = make("div", { class: "wd-who" }, make("strong", { dir: "auto" }, strings.bot_name), make("span", { class: "badge" }, strings.automatic));
  const body = make("div", { class: "wd-body" }, who, make("div", { class: "wd-bubble", dir: "auto" }));
  row = make("li", { class: "wd-row wd-message", "aria-hidden": "true", "data-of": String(of) }, waiting.firstChild.cloneNode(true), body);
  waiting.before(row);
  const watch = new MutationObserver((changes) => {
    const came = changes.flatMap((change) => [...change.addedNodes]).some((node) => node !== row && node.classList?.contains("wd-row"));
    if (came || !row?.isConnected) watch.disconnect(), end();
  });
  watch.observe(waiting.parentNode, { childList: true });
}

function end() {
  clearTimeout(timer);
  row?.remove();
  row = null;
}
