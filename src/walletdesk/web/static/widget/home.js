/* The start screen: search before contact, an article to read, own conversations, who answers when. */

import { avatar, clockTime, dayKey, dayName, fill, icon, make, plural, safeUrl } from "../common/text.js";

const $ = (id) => document.getElementById(id);
const PAUSE_MS = 250;
const SHORTEST = 2; // characters; one Chinese character alone says too little as well
const WAY = /^(?:https?|mailto|tel):/;
const ARTICLE = /^\/help\/[^/]+\/[^/]+\/([^/]+)$/;
const TAGS = new Set("h2 h3 h4 p ul ol li a strong em code pre blockquote hr br".split(" "));

/** The name of the article that an address of our help centre leads to, or null. */
export function articleOf(address) {
  const url = safeUrl(address, location.origin);
  return url && url.origin === location.origin ? ARTICLE.exec(url.pathname)?.[1] ?? null : null;
}

function nodes(tree) {
  return tree.map((node) => {
    if (typeof node === "string") return node;
    const [tag, address, children] = node;
    if (!TAGS.has(tag)) return nodes(children);
    const url = address && safeUrl(address, location.origin);
    return make(tag, url ? { href: url.href, target: "_blank", rel: "noopener noreferrer" } : {}, ...nodes(children));
  }).flat();
}

export class Home {
  #control = null;
  #timer = 0;
  #slug = "";

  /** `on`: read(slug), conversation(ref), ask(text), chat(); `help(path, query, signal)` asks the server. */
  constructor({ strings, language, help, on }) {
    Object.assign(this, { strings, language, help, on });
    $("q").addEventListener("input", () => this.#later());
    $("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
    $("ask-instead").addEventListener("click", () => on.ask($("q").value.trim()));
    $("topics").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) on.ask(button.textContent);
    });
    $("start-chat").addEventListener("click", on.chat);
    $("helped").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.#opinion(button.dataset.helped === "true");
    });
    $("article").addEventListener("click", (event) => {
      const slug = articleOf(event.target.closest("a")?.href);
      if (!slug) return;
      event.preventDefault();
      on.read(slug);
    });
  }

  // --- who answers when ------------------------------------------------------------------

  async welcome() {
    const { wait, hours, ways, call } = await this.help("welcome");
    const told = hours && fill(hours.text, { time: hours.at ? this.#when(new Date(hours.at)) : "" });
    for (const [id, text] of [["wait", wait], ["hours", told]]) {
      $(id).hidden = !text;
      $(id).lastChild.textContent = text || "";
    }
    if (call) this.on.call(call);
    $("ways").replaceChildren(...ways.map((way) => this.#way(way)));
  }

  /** "14:05", or with the day when it is not today. */
  #when(at) {
    const clock = clockTime(at, this.language);
    return dayKey(at) === dayKey(new Date()) ? clock : `${dayName(at, this.language)} ${clock}`;
  }

  #way({ name, address, href, wait }) {
    const link = WAY.test(href) ? make("a", { href, target: "_blank", rel: "noopener noreferrer" }, name) : name;
    return make("li", {}, icon("hand-over"), make("span", { dir: "auto" }, link, [address, wait].map((text) => (text ? ` · ${text}` : "")).join("")));
  }

  // --- own conversations -----------------------------------------------------------------

  /** Show the newest conversations; `unread(item)` says whether one has an answer that was not read. */
  conversations(items, unread) {
    $("mine").hidden = items.length === 0;
    const order = [...items.filter(unread), ...items.filter((item) => !unread(item))];
    const focused = document.activeElement.dataset.ref; // the list may change under somebody's hand
    $("conversations").replaceChildren(...order.map((item) => this.#row(item, unread(item))));
    if (focused) $("conversations").querySelector(`[data-ref="${focused}"]`)?.focus();
  }

  #row(item, isUnread) {
    const at = new Date(item.at);
    const when = this.#when(at);
    const person = item.author === "agent" && item.name;
    const state = isUnread ? this.strings.new_answer : this.strings[`list_${item.status}`];
    const text = make("span", { class: "tile-text" }, make("strong", { dir: "auto" }, item.preview), make("span", {}, [state, when].filter(Boolean).join(" · ")));
    const button = make("button", { type: "button", class: `tile${isUnread ? " is-unread" : ""}`, "data-ref": item.ref }, avatar(person || "", { bot: !person }), text);
    button.addEventListener("click", () => this.on.conversation(item.ref));
    return make("li", {}, button);
  }

  // --- search ----------------------------------------------------------------------------

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), PAUSE_MS);
  }

  clear() {
    $("q").value = "";
    this.#search();
  }

  async #search() {
    clearTimeout(this.#timer);
    this.#control?.abort();
    const text = $("q").value.trim();
    if ([...text].length < SHORTEST) return this.#show(null);
    const control = (this.#control = new AbortController());
    try {
      const { articles } = await this.help("articles", { q: text }, control.signal);
      if (!control.signal.aborted) this.#show(articles);
    } catch (error) {
      if (!control.signal.aborted) this.#show([], error.retryAfter ? fill(this.strings.try_again_in, { seconds: error.retryAfter }) : this.strings.no_search);
    }
    return null;
  }

  #show(articles, problem = "") {
    $("found").hidden = !articles;
    $("start").hidden = Boolean(articles);
    if (!articles) return;
    $("hits").replaceChildren(...articles.map((each) => this.#hit(each)));
    this.nothing ??= $("none").textContent;
    $("none").textContent = problem || this.nothing;
    $("none").hidden = articles.length > 0;
    $("found-said").textContent = articles.length ? plural(this.strings, "found", articles.length) : $("none").textContent;
  }

  #hit({ slug, title, summary, lang }) {
    const text = make("span", { class: "tile-text", lang }, make("strong", { dir: "auto" }, title), make("span", { dir: "auto" }, summary));
    const button = make("button", { type: "button", class: "tile" }, text);
    button.addEventListener("click", () => this.on.read(slug));
    return make("li", {}, button);
  }

  // --- an article ------------------------------------------------------------------------

  /** Fetch an article and lay it out. False when it is not `wanted` any more by then. */
  async read(slug, wanted) {
    const article = await this.help("article", { slug });
    if (!wanted()) return false;
    this.#slug = article.slug;
    $("article").lang = article.lang;
    $("article").replaceChildren(make("h2", {}, article.title), make("p", { class: "lead" }, article.summary), ...nodes(article.body));
    $("helped").hidden = false;
    $("thanks").hidden = true;
    return true;
  }

  /** Show a text instead of an article. */
  text(text) {
    $("article").replaceChildren(make("pre", { dir: "auto" }, text));
    $("helped").hidden = $("thanks").hidden = true;
  }

  #opinion(helped) {
    this.on.opinion(this.#slug, helped);
    $("helped").hidden = true;
    $("thanks").hidden = false;
    $(helped ? "back" : "start-chat").focus();
  }
}
