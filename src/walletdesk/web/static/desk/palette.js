/* The command palette: everything that can be gone to or done, by a few letters of its name. */

import { fill, icon, make, readJson } from "../common/text.js";
import { offers } from "./acts.js";
import { call, strings } from "./page.js";

const RECENT = "wd-recent";
const KEPT = 5;
const SHOWN = 12;
const PAUSE_MS = 180;

/** The words of a query all stand in a text: 0 at its beginning, 1 inside, -1 when one does not. */
export function match(query, text) {
  const words = query.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  const whole = text.toLocaleLowerCase();
  if (!words.every((word) => whole.includes(word))) return -1;
  return words.length && whole.startsWith(words[0]) ? 0 : 1;
}

function recent() {
  try {
    return JSON.parse(localStorage.getItem(RECENT)) || [];
  } catch {
    return [];
  }
}

function remember(name) {
  try {
    localStorage.setItem(RECENT, JSON.stringify([name, ...recent().filter((each) => each !== name)].slice(0, KEPT)));
  } catch {
    // nothing is remembered in this browser
  }
}

const insert = (text) => {
  const area = document.getElementById("composer-text");
  if (!area) return;
  area.focus();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

export class Palette {
  #dialog = document.getElementById("palette");
  #input = document.getElementById("palette-text");
  #list = document.getElementById("palette-list");
  #commands = readJson("wd-commands", []);
  #found = [];
  #items = [];
  #at = 0;
  #timer = 0;
  #act;
  #open;

  /** @param {(act: string) => void} act does what a command names; `open` shows a conversation */
  constructor(act, open) {
    this.#act = act;
    this.#open = open;
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.#list.addEventListener("click", ({ target }) => this.#choose(Number(target.closest("[role=option]")?.dataset.at ?? -1)));
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.show();
    });
  }

  show() {
    if (this.#dialog.open) return this.#dialog.close();
    this.#input.value = "";
    this.#found = [];
    this.#draw();
    return this.#dialog.showModal();
  }

  /** Commands of this page come first, then what the server lists. */
  #all() {
    const offered = offers();
    const here = [...document.querySelectorAll("[data-command], #head [data-act][id]")]
      .filter((each) => !each.dataset.do || offered.has(each.dataset.do))
      .map((each) => ({
        name: (each.querySelector("span")?.textContent || each.getAttribute("aria-label") || each.textContent).trim(),
        group: each.closest("#head, #act-menu") ? strings.palette_page : strings.palette_desk, icon: each.querySelector("use")?.href.baseVal.split("#")[1] || "bolt",
        keys: each.querySelector("kbd")?.textContent || "", run: () => each.click(),
      }));
    const known = new Set(this.#commands.map(({ name }) => name));
    return [...here.filter(({ name }) => name && !known.has(name)), ...this.#commands];
  }

  #draw() {
    const query = this.#input.value.trim();
    const last = recent();
    const rank = (command) => {
      const place = last.indexOf(command.name);
      return match(query, `${command.name} ${command.group}`) * 10 + (place < 0 ? KEPT : place);
    };
    const commands = this.#all().filter(({ name, group }) => match(query, `${name} ${group}`) >= 0);
    commands.sort((one, other) => rank(one) - rank(other));
    this.#items = [...commands.slice(0, SHOWN), ...this.#found];
    this.#at = 0;
    this.#list.replaceChildren(
      ...this.#items.map((item, at) =>
        make(
          "li",
          { role: "option", id: `palette-${at}`, "data-at": at, "aria-selected": String(at === 0) },
          icon(item.icon), make("span", { class: "palette-name", dir: "auto" }, item.name),
          make("small", {}, !query && last.includes(item.name) ? strings.palette_recent : item.group), item.keys ? make("kbd", {}, item.keys) : null,
        ),
      ),
    );
    this.#dialog.querySelector(".palette-none").hidden = this.#items.length > 0;
    this.#point();
  }

  #point() {
    for (const option of this.#list.children) option.setAttribute("aria-selected", String(Number(option.dataset.at) === this.#at));
    const option = this.#list.children[this.#at];
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  #typed() {
    this.#found = [];
    this.#draw();
    clearTimeout(this.#timer);
    const query = this.#input.value.trim();
    if (query.length > 1) this.#timer = setTimeout(() => this.#ask(query), PAUSE_MS);
  }

  async #ask(query) {
    const { conversations, articles } = await call(`/desk/find?${new URLSearchParams({ q: query })}`).catch(() => ({ conversations: [], articles: [] }));
    if (query !== this.#input.value.trim()) return;
    this.#found = conversations.map(({ ref, label, text }) => ({
      name: `${label} · ${text}`, group: strings.palette_found, icon: "chat", run: () => this.#open(ref),
    }));
    const links = document.getElementById("composer-text") ? articles : [];
    this.#found.push(
      ...links.map(({ title, url }) => ({
        name: title, group: strings.palette_articles, icon: "article", run: () => insert(`${title}\n${new URL(url, location.origin)}\n`),
      })),
    );
    this.#found.push({
      name: fill(strings.palette_search, { q: query }), group: strings.palette_desk, icon: "search",
      run: () => location.assign(`/desk/search/?${new URLSearchParams({ q: query })}`),
    });
    this.#draw();
  }

  #onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#items.length) {
      event.preventDefault();
      this.#at = (this.#at + step + this.#items.length) % this.#items.length;
      this.#point();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#choose(this.#at);
    }
  }

  #choose(at) {
    const item = this.#items[at];
    if (!item) return;
    this.#dialog.close();
    remember(item.name);
    if (item.run) item.run();
    else if (item.url) location.assign(item.url);
    else this.#act(item.act);
  }
}
