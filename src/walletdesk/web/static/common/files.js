/* Files of messages: how they stand in a thread, and the tray of a composer.

   setUpFiles({ strings, language, addresses, later })   once per page; `addresses(ids)` → {id: {display, thumb, file}};
                                                  `later()` brings the viewer's texts where they are not there yet
   filesOf(event)                                 a node with the event's files, or null
   new FileTray({ form, field, list, button, drop, target, warned })
     tray.ids, tray.busy, tray.clear()            what goes with the message; whether something is on its way
   `target()` → {url, headers}, asked before each upload. The field gets an `input` event at every change.
   The viewer of pictures is loaded when the first one is opened. */

import { fill, icon, make, uuid } from "./text.js";

const ACCEPT = "image/png,image/jpeg,image/webp,image/gif,application/pdf,text/plain,.log,.csv,.json,video/mp4,video/webm";
const MOST = 10;
const BYTES = { image: 10_000_000, text: 2_000_000 };
const SIDE = 240;
const FRESH_MS = 240_000; // an address works for five minutes
const GATHER_MS = 20;

const uploaded = new Map(); // id → what the server told of a file of this page
const known = new Map(); // id → { at, found: promise of addresses }
let page = {};
let asked = null;

export function setUpFiles(options) {
  page = options;
}

const isPicture = ({ type }) => type.startsWith("image/");

/** "1.4 MB", in the page's language. */
function sizeText(bytes) {
  const units = ["byte", "kilobyte", "megabyte"];
  const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  const style = { style: "unit", unit: units[step], unitDisplay: step ? "short" : "long", maximumFractionDigits: step === 2 ? 1 : 0 };
  return new Intl.NumberFormat(page.language, style).format(bytes / 1000 ** step);
}

/** The addresses of a file for this reader: those that are asked for together are fetched together. */
export function addressOf(id, { fresh = false } = {}) {
  const kept = known.get(id);
  if (kept && !fresh && Date.now() - kept.at < FRESH_MS) return kept.found;
  asked ??= { ids: [], found: new Promise((done) => setTimeout(done, GATHER_MS)).then(() => {
    const { ids } = asked;
    asked = null;
    return page.addresses(ids);
  }) };
  asked.ids.push(id);
  const found = asked.found.then((all) => all[id]);
  known.set(id, { at: Date.now(), found });
  found.catch(() => known.delete(id));
  return found;
}

export async function download(file) {
  const addresses = await addressOf(file.id).catch(() => null);
  if (addresses) make("a", { href: addresses.file || addresses.display, download: file.name, target: "_blank", rel: "noopener" }).click();
}

function picture(file) {
  const scale = Math.min(1, SIDE / file.width, SIDE / file.height);
  const [width, height] = [file.width, file.height].map((side) => Math.max(24, Math.round(side * scale)));
  const label = fill(page.strings.file_picture, file);
  const image = make("img", { alt: label, width, height, draggable: "false" });
  const button = make("button", { type: "button", class: "wd-picture", title: file.name }, image);
  button.file = file;
  button.addEventListener("click", () => Promise.all([import("./viewer.js"), page.later?.()]).then(([{ view }]) => view(button, { strings: page.strings, addressOf, download, fill, icon, make })));
  const load = (fresh) => addressOf(file.id, { fresh }).then(({ thumb }) => (image.src = thumb));
  const gone = () => button.replaceWith(make("span", { class: "wd-file is-gone" }, icon("file"), page.strings.file_gone));
  image.addEventListener("error", () => load(true).catch(gone), { once: true });
  load(false).catch(gone);
  return button;
}

function other(file) {
  const size = sizeText(file.size);
  const label = fill(page.strings.file_download, { name: file.name, size });
  const name = make("span", { class: "wd-file-name", dir: "auto" }, file.name);
  const button = make("button", { type: "button", class: "wd-file", "aria-label": label, title: file.name }, icon("file"), name, make("small", {}, size));
  button.addEventListener("click", () => download(file));
  return button;
}

/** The files of an event; a message on its way names them by their ids. */
export function filesOf(event) {
  const files = (event.data?.files || []).map((file) => (typeof file === "string" ? uploaded.get(file) : file)).filter(Boolean);
  return files.length ? make("div", { class: "wd-files" }, ...files.map((file) => (isPicture(file) ? picture(file) : other(file)))) : null;
}

/** The names of an event's files, to be spoken. */
export const fileNames = (event) =>
  (event.data?.files || []).map(({ name }) => name).join(", ");

export class FileTray {
  #items = [];
  #input = make("input", { type: "file", multiple: true, accept: ACCEPT, hidden: true });

  constructor(options) {
    this.options = options;
    const { button, drop, field, list } = options;
    list.classList.add("wd-tray");
    button.setAttribute("aria-label", page.strings.file_add);
    button.title = page.strings.file_add;
    button.append(icon("clip"));
    button.after(this.#input);
    button.addEventListener("click", () => this.#input.click());
    this.#input.addEventListener("change", () => {
      this.add([...this.#input.files]);
      this.#input.value = "";
    });
    field.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
    drop.addEventListener("drop", (event) => this.#take(event, event.dataTransfer));
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (event) => {
        const over = name === "dragover" && this.#isFree && event.dataTransfer.types.includes("Files");
        if (over) event.preventDefault();
        drop.classList.toggle("is-dropping", over);
      });
    }
  }

  get #isFree() {
    return this.options.button.offsetParent !== null;
  }

  get ids() {
    return this.#items.filter((item) => item.told).map((item) => item.told.id);
  }

  get busy() {
    return this.#items.some((item) => item.request);
  }

  clear() {
    for (const item of [...this.#items]) this.#remove(item);
  }

  #take(event, given) {
    if (!given?.files.length || !this.#isFree) return;
    event.preventDefault();
    this.add([...given.files]);
  }

  /** Take files in; pictures after a word about what must not be seen in them. */
  async add(files) {
    if (files.some(isPicture) && !(await this.#warn())) files = files.filter((file) => !isPicture(file));
    for (const file of files) {
      const item = { file, key: uuid(), node: make("li", {}), told: null, request: null };
      this.#items.push(item);
      this.options.list.append(item.node);
      if (this.#items.length > MOST) this.#fail(item, page.strings.file_too_many);
      else if (file.size > (BYTES[file.type.split("/")[0]] || 20_000_000)) this.#fail(item, page.strings.file_too_large);
      else this.#send(item);
    }
    this.options.field.focus();
  }

  #warn() {
    const { warned } = this.options;
    if (!warned || warned.get()) return true;
    return new Promise((done) => {
      const { strings } = page;
      const button = (value, look, text) => make("button", { value, class: `btn ${look}` }, text);
      const dialog = make(
        "dialog",
        { "aria-labelledby": "photo-title" },
        make("h2", { id: "photo-title" }, strings.file_warning_title),
        make("p", {}, strings.file_warning),
        make("form", { method: "dialog", class: "warning-actions" }, button("yes", "primary", strings.file_warning_ok), button("", "", strings.discard)),
      );
      dialog.addEventListener("close", () => {
        const agreed = dialog.returnValue === "yes";
        if (agreed) warned.set();
        dialog.remove();
        done(agreed);
      });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  async #send(item) {
    const request = (item.request = new XMLHttpRequest());
    this.#draw(item, make("progress", { max: "100", value: "0", "aria-label": item.file.name }));
    try {
      const { url, headers } = await this.options.target();
      if (item.request !== request) return;
      request.open("POST", url);
      const all = { ...headers, Accept: "application/json", "Accept-Language": page.language, "Content-Type": "application/octet-stream" };
      const named = { "X-File-Id": item.key, "X-File-Name": encodeURIComponent(item.file.name.toWellFormed?.() ?? item.file.name) };
      for (const [name, value] of Object.entries({ ...all, ...named })) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded, total }) => (item.node.querySelector("progress").value = (loaded / total) * 99);
      request.onload = () => this.#answered(item, request);
      request.onerror = () => this.#fail(item, page.strings.file_failed, true);
      request.send(item.file);
    } catch {
      this.#fail(item, page.strings.file_failed, true);
    }
  }

  #answered(item, request) {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // a page of a proxy: the general sentence will do
    }
    if (request.status !== 201) {
      const passing = request.status === 429 || request.status >= 500;
      this.#fail(item, answer.message || page.strings.file_failed, passing);
      return;
    }
    item.request = null;
    item.told = answer.file;
    uploaded.set(answer.file.id, answer.file);
    this.#draw(item, answer.secret.length ? make("small", { class: "is-bad", role: "status" }, page.strings.file_secret) : make("small", {}, sizeText(answer.file.size)));
  }

  #fail(item, text, again = false) {
    item.request = null;
    const retry = make("button", { type: "button", class: "btn small" }, page.strings.retry);
    retry.addEventListener("click", () => this.#send(item));
    this.#draw(item, make("small", { class: "is-bad", role: "alert" }, text), again ? retry : null);
  }

  #draw(item, ...state) {
    const { file, node } = item;
    const remove = make("button", { type: "button", class: "btn ghost small icon-only", "aria-label": fill(page.strings.file_remove, file) }, icon("close"));
    remove.addEventListener("click", () => {
      this.#remove(item);
      this.options.field.focus();
    });
    item.seen ??= isPicture(file) ? make("img", { src: (item.url = URL.createObjectURL(file)), alt: "" }) : icon("file");
    const body = make("div", {}, make("span", { class: "wd-file-name", dir: "auto" }, item.told?.name || file.name));
    body.append(state[0]);
    node.replaceChildren(item.seen, body, state[1] || "", remove);
    this.#changed();
  }

  #remove(item) {
    const { request } = item;
    item.request = null;
    request?.abort();
    URL.revokeObjectURL(item.url);
    this.#items = this.#items.filter((other) => other !== item);
    item.node.remove();
    this.#changed();
  }

  #changed() {
    this.options.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
