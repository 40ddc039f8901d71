/* Verdicts beside the links of a thread. Imports nothing, so that the chat can load it when there is a link.

   watchLinks(place, { ask(links) → { links: [verdict], strings }, report(link) }) looks at the links that are there
   and at those that come. A verdict: {code, tone, verdict, reason, host, instead}. */

const PAUSE_MS = 60;
const AT_ONCE = 50;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** What is said of one link: a word, and for what is not official the reason and a way to report it. */
function verdictOf({ code, tone, verdict, reason, instead }, link, strings, report) {
  const word = make("span", { class: "wd-verdict-word" }, verdict);
  const box = make("span", { class: `wd-verdict is-${tone}`, title: reason, "data-code": code }, word);
  if (tone === "good") return box;
  const more = make("span", { class: "wd-verdict-why" }, instead ? `${reason} ${strings.instead} ${instead}` : reason);
  if (tone === "bad") box.append(more);
  if (code === "fake") return box;
  const button = make("button", { type: "button", class: "wd-verdict-report" }, strings.report);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await report(link);
      button.replaceWith(make("span", { role: "status" }, strings.reported));
    } catch (error) {
      button.disabled = false;
      button.textContent = error.text || error.message || strings.not_reported;
    }
  });
  box.append(button);
  return box;
}

/** Follow the links of a thread until it goes. */
export function watchLinks(place, { ask, report }) {
  let timer = 0;
  const look = async () => {
    const fresh = [...place.querySelectorAll("a.wd-link:not([data-verdict])")].slice(0, AT_ONCE);
    if (!fresh.length || !place.isConnected) return;
    for (const link of fresh) link.dataset.verdict = "";
    try {
      const { links, strings } = await ask(fresh.map(({ href }) => href.slice(0, 2000)));
      const stays = place.atEnd;
      fresh.forEach((link, n) => {
        link.dataset.verdict = links[n].code;
        link.after(verdictOf(links[n], link.href, strings, report));
      });
      if (stays) place.scrollToEnd?.();
    } catch {
      return; // the real host is shown all the same
    }
    look();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  };
  new MutationObserver(later).observe(place, { childList: true, subtree: true });
  look();
}
