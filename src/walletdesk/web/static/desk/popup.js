/* A list to pick from, above the field that it serves. With `search` it has a field of its own; without,
   the field that is typed in hands its keys over (`key`) and says what to look for (`look`). */

import { make } from "../common/text.js";

const SHOWN = 60;

export class Popup {
  #host;
  #box = null;
  #list = null;
  #find = null;
  #options = null;
  #holder = null;
  #found = [];
  #at = 0;

  constructor(host) {
    this.#host = host;
  }

  #onPointer = ({ target }) => {
    if (!this.#box.contains(target) && !target.closest("[aria-haspopup]")) this.close();
  };

  get isOpen() {
    return this.#box !== null;
  }

  /**
   * @param {object} options
   * @param {string} options.label for screen readers
   * @param {(query: string) => object[]} options.items
   * @param {(item: object) => Node[]} options.row
   * @param {(item: object) => void} options.pick
   * @param {string} [options.search] placeholder of its own field
   * @param {boolean} [options.grid] many small cells instead of lines
   * @param {string} [options.none] what to say when nothing is found
   * @param {Node} [options.foot]
   * @param {HTMLElement} [options.field] where the focus goes back to
   */
  open(options) {
    this.close();
    this.#options = options;
    const { label, search, grid, foot, field } = options;
    this.#list = make("ul", { class: grid ? "popup-grid" : "popup-list", role: "listbox", id: "popup-list", tabindex: "-1", "aria-label": label });
    this.#list.addEventListener("pointermove", ({ target }) => this.#choose(this.#indexOf(target)));
    this.#list.addEventListener("click", ({ target }) => this.#pick(this.#indexOf(target)));
    this.#find = search ? make("input", { type: "search", class: "popup-find", placeholder: search, "aria-label": search, autocomplete: "off" }) : null;
    this.#box = make("div", { class: "popup", role: "dialog", "aria-label": label }, this.#find, this.#list, foot);
    this.#holder = this.#find || (foot ? this.#list : field); // who has the focus while one chooses
    const input = this.#holder;
    for (const [name, value] of input === this.#list ? [] : [["role", "combobox"], ["aria-controls", "popup-list"], ["aria-expanded", "true"]]) input.setAttribute(name, value);
    this.#find?.addEventListener("input", () => this.look(this.#find.value));
    this.#box.addEventListener("keydown", (event) => this.key(event) && event.stopPropagation());
    this.#host.append(this.#box);
    document.addEventListener("pointerdown", this.#onPointer); // while it is open: the host may go, the page stays
    this.look("");
    if (input !== field) input.focus();
  }

  close() {
    if (!this.#box) return;
    const { field } = this.#options;
    for (const name of ["role", "aria-controls", "aria-expanded", "aria-activedescendant"]) field?.removeAttribute(name);
    const back = this.#box.contains(document.activeElement);
    this.#box.remove();
    this.#box = null;
    document.removeEventListener("pointerdown", this.#onPointer);
    if (back) field?.focus();
  }

  /** Show what fits. Closes when nothing does and there is no field to change the question. */
  look(query) {
    const { items, row, none } = this.#options;
    this.#found = items(query.trim().toLocaleLowerCase()).slice(0, this.#options.grid ? 400 : SHOWN);
    if (!this.#found.length && !this.#find && !this.#options.foot) return this.close();
    const rows = this.#found.map((item, index) =>
      make("li", { role: "option", id: `popup-${index}`, "data-index": index, title: item.title, "aria-label": item.title }, ...row(item)),
    );
    this.#list.replaceChildren(...(rows.length || !none ? rows : [make("li", { class: "quiet popup-none" }, none)]));
    this.#list.hidden = !rows.length && !none;
    return this.#choose(0);
  }

  /** Take a key of the field. True when it was meant for the list. */
  key(event) {
    if (!this.isOpen || event.isComposing) return false;
    const inRow = this.#options.grid ? Math.max(1, Math.floor(this.#list.clientWidth / (this.#list.firstChild?.offsetWidth || 1))) : 1;
    const steps = { ArrowDown: inRow, ArrowUp: -inRow, ...(this.#options.grid && { ArrowRight: 1, ArrowLeft: -1 }) };
    if (event.key === "Escape") this.close();
    else if (event.target.closest(".popup-foot")) return false;
    else if (event.key in steps && this.#found.length) this.#choose((this.#at + steps[event.key] + this.#found.length) % this.#found.length);
    else if ((event.key === "Enter" || (event.key === "Tab" && !this.#find)) && this.#found.length) this.#pick(this.#at);
    else return false;
    event.preventDefault();
    return true;
  }

  #indexOf(target) {
    return Number(target.closest("[data-index]")?.dataset.index ?? -1);
  }

  #choose(index) {
    if (index < 0 || index >= this.#found.length) return;
    this.#list.children[this.#at]?.removeAttribute("aria-selected");
    this.#at = index;
    const chosen = this.#list.children[index];
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    this.#holder.setAttribute("aria-activedescendant", chosen.id);
  }

  #pick(index) {
    const item = this.#found[index];
    if (!item) return;
    const { pick, field } = this.#options;
    this.close();
    field?.focus();
    pick(item);
  }
}
