/* The chat's own interface, /chat/v1 and POST /live/messages, with the session kept in this browser. */

/** A refusal or a lost connection. `code` is the server's, or "network"; `retryAfter` in seconds. */
export class ApiError extends Error {
  constructor(status, code, retryAfter = 0) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request can succeed later. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** A store that also works where the browser forbids localStorage (then for this page only). */
export class Store {
  #memory = new Map(); // what localStorage did not take

  constructor(name) {
    this.name = name;
  }

  read(part) {
    if (this.#memory.has(part)) return this.#memory.get(part);
    try {
      return JSON.parse(localStorage.getItem(`${this.name}:${part}`));
    } catch {
      return null;
    }
  }

  write(part, value) {
    this.#memory.delete(part);
    try {
      localStorage.setItem(`${this.name}:${part}`, JSON.stringify(value));
    } catch {
      this.#memory.set(part, value); // private mode or a full store
    }
  }

  /** The parts whose names begin so. */
  parts(start) {
    const names = new Set(this.#memory.keys());
    try {
      const own = `${this.name}:`;
      for (const key of Object.keys(localStorage)) if (key.startsWith(own)) names.add(key.slice(own.length));
    } catch {
      // memory has them
    }
    return [...names].filter((name) => name.startsWith(start));
  }

  remove(part) {
    this.#memory.delete(part);
    try {
      localStorage.removeItem(`${this.name}:${part}`);
    } catch {
      // as above
    }
  }
}

const TIMEOUT_MS = 15_000;

async function request(method, path, { token, body, signal } = {}) {
  const control = new AbortController();
  if (signal) signal.addEventListener("abort", () => control.abort());
  const timer = setTimeout(() => control.abort(), TIMEOUT_MS);
  let response;
  try {
    const headers = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    response = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store", signal: control.signal,
    });
    const isText = (response.headers.get("Content-Type") || "").startsWith("text/plain");
    const answer = response.status === 204 ? null : await (isText ? response.text() : response.json());
    if (response.ok) return answer;
    const wait = Number(response.headers.get("Retry-After")) || answer.retry_after || 0;
    throw Object.assign(new ApiError(response.status, answer.code || "failed", wait), { told: answer });
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(response && !response.ok ? response.status : 0, "network");
  } finally {
    clearTimeout(timer);
  }
}

/** One customer's access to the chat of a brand. The tabs of a device share the token; each has its own `conversation`. */
export class ChatApi {
  #starting = null;
  #later = null;

  constructor({ brand, language, store }) {
    this.brand = brand;
    this.language = language;
    this.store = store;
    this.conversation = this.session?.conversation ?? null;
    this.fresh = false; // the next message begins another conversation
  }

  get session() {
    return this.store.read("session");
  }

  get token() {
    return this.session?.token ?? null;
  }

  /** Make sure that there is a session; callers at the same time, also in other tabs, share one attempt. */
  async ensureSession() {
    if (this.session && this.conversation) return;
    const once = (make) => (navigator.locks ? navigator.locks.request(this.store.name, make) : make());
    this.#starting ??= once(() => this.#start()).finally(() => (this.#starting = null));
    await this.#starting;
  }

  async #start() {
    if (!this.session) {
      const { token, conversation } = await this.#open();
      if (!this.session) this.store.write("session", { token, conversation });
    } else if (this.fresh) return this.choose((await this.#post("conversations", {})).conversation);
    return this.choose(this.session.conversation);
  }

  /** Ask for a session; when the desk is flooded, compute first. */
  async #open(work = undefined) {
    try {
      return await request("POST", "/chat/v1/sessions", { body: { brand: this.brand, language: this.language, work } });
    } catch (error) {
      if (error.code !== "work_needed" || work || !window.crypto?.subtle) throw error;
      const { solve } = await import("./devices.js");
      return this.#open(await solve(error.told));
    }
  }

  /** Take over a session that the desk gave for showing who one is. */
  adopt(session) {
    this.store.write("session", session);
    this.conversation = session.conversation;
    this.fresh = !session.conversation;
  }

  /** Show who one is: identify, wallet/challenge, wallet/verify, links/opened. With the session, if there is one. */
  identify(path, body) {
    return this.#post(path, body);
  }

  makeLink() {
    return this.#post("links", { conversation: this.conversation });
  }

  callCodes() {
    return request("GET", "/chat/v1/call/codes", { token: this.token });
  }

  devices() {
    return request("GET", "/chat/v1/devices", { token: this.token });
  }

  removeDevice(id) {
    return request("DELETE", `/chat/v1/devices/${id}`, { token: this.token });
  }

  describe(told) {
    return request("PUT", "/chat/v1/device", { token: this.token, body: told });
  }

  /** Speak of another conversation from now on; null begins one with the next message. */
  choose(conversation) {
    this.conversation = conversation;
    this.fresh = !conversation;
    if (conversation && this.session) this.store.write("session", { ...this.session, conversation });
  }

  /** Sign in by a token of the host; null when `isCurrent` says meanwhile that it is not asked for any more. */
  async signIn(token, isCurrent, forgetUnsent) {
    try {
      const answer = await this.identify("identify", { token, brand: this.brand });
      return isCurrent() ? answer : null;
    } catch (error) {
      if (!isCurrent()) return null;
      if (error.code !== "unauthorized") throw error;
      if (this.session?.known) forgetUnsent(); // this device's session is over: the token is still good
      this.forget();
      return this.signIn(token, isCurrent, forgetUnsent);
    }
  }

  forget() {
    this.store.remove("session");
    this.conversation = null;
    this.fresh = false;
  }

  state() {
    return this.#get("state", {});
  }

  async events(range = {}) {
    return (await this.#get("events", range)).events;
  }

  send({ conversation, id, text, files = [] }) {
    return request("POST", "/live/messages", { token: this.token, body: { conversation, id, text, ...(files.length && { files }) } });
  }

  async fileAddresses(files) {
    return (await this.#post("files/addresses", { files })).files;
  }

  askForPerson() {
    return this.#post("person", { conversation: this.conversation });
  }

  feedback(seq, helped) {
    return this.#post("feedback", { conversation: this.conversation, seq, helped });
  }

  survey(path, body) {
    return this.#post(path, { conversation: this.conversation, ...body });
  }

  /** Tell how far this device has received and shown the conversation. */
  seen(delivered, read) {
    return this.#post("seen", { conversation: this.conversation, delivered, read });
  }

  typing() {
    return this.#post("typing", { conversation: this.conversation });
  }

  finish() {
    return this.#post("finish", { conversation: this.conversation });
  }

  async conversations() {
    return (await this.#get("conversations", { language: this.language })).conversations;
  }

  transcript() {
    return this.#get("transcript", { language: this.language });
  }

  /** What needs no session: welcome, articles {q}, article {slug}. */
  help(path, query = {}, signal = undefined) {
    const all = new URLSearchParams({ brand: this.brand, language: this.language, ...query });
    return request("GET", `/chat/v1/${path}?${all}`, { signal });
  }

  /** Fetch the texts of what is loaded late, once; without them it still works. */
  async later(strings) {
    this.#later ??= this.help("texts").catch(() => (this.#later = null));
    Object.assign(strings, await this.#later);
  }

  opinion(slug, helped) {
    return request("POST", "/chat/v1/opinion", { body: { brand: this.brand, language: this.language, slug, helped } });
  }

  /** The conversation was merged into another one. */
  goOn(conversation) {
    this.store.write("session", { ...this.session, conversation });
  }

  async endSession() {
    if (this.token) await request("DELETE", "/chat/v1/session", { token: this.token });
    this.forget();
  }

  #get(path, query) {
    const all = new URLSearchParams({ conversation: this.conversation, ...query });
    return request("GET", `/chat/v1/${path}?${all}`, { token: this.token });
  }

  #post(path, body) {
    return request("POST", `/chat/v1/${path}`, { token: this.token, body });
  }
}
