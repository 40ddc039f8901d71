/* Search as you type. The form works without it: Enter asks the server for a page of results. */

const PAUSE_MS = 200;
const form = document.querySelector("[data-suggest]");
const input = form?.querySelector("input");
const box = document.getElementById("suggestions");
const said = document.getElementById("suggestions-said");
let timer = 0;
let control = null;

function show(articles) {
  const rows = articles.map(({ title, url, lang }) => {
    const link = document.createElement("a");
    Object.assign(link, { href: url, textContent: title, lang, dir: "auto" });
    const row = document.createElement("li");
    row.append(link);
    return row;
  });
  box.firstElementChild.replaceChildren(...rows);
  box.hidden = rows.length === 0;
}

async function ask() {
  control?.abort();
  const text = input.value.trim();
  if ([...text].length < 2) return show([]);
  control = new AbortController();
  const { signal } = control;
  try {
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal });
    if (!answer.ok) return show([]);
    const found = await answer.json();
    show(found.articles);
    said.textContent = found.said;
  } catch {
    if (!signal.aborted) show([]); // no connection: the page of results will say so
  }
  return null;
}

function step(by) {
  const links = [input, ...box.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement) + by;
  if (!box.hidden && at >= 0) links[Math.min(at, links.length - 1)].focus();
}

if (form) {
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("compositionend", () => (timer = setTimeout(ask, PAUSE_MS)));
  form.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && !event.isComposing) {
      event.preventDefault();
      step(by);
    }
    if (event.key === "Escape" && !box.hidden) {
      show([]);
      input.focus();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) show([]);
  });
}
