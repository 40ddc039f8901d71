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
  #memory = new Map();

  constructor(name) {
    this.name = name;
  }

  read(part) {
    try {
      return JSON.parse(localStorage.getItem(`${this.name}:${part}`)) ?? this.#memory.get(part) ?? null;
    } catch {
      return this.#memory.get(part) ?? null;
    }
  }

  write(part, value) {
    this.#memory.set(part, value);
    try {
      localStorage.setItem(`${this.name}:${part}`, JSON.stringify(value));
    } catch {
      // private mode or a full store: memory has it
    }
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

async function request(method, path, { token, body } = {}) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), TIMEOUT_MS);
  let response;
  try {
    const headers = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    response = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store", signal: control.signal,
    });
    const answer = response.status === 204 ? null : await response.json();
    if (response.ok) return answer;
    const wait = Number(response.headers.get("Retry-After")) || answer.retry_after || 0;
    throw new ApiError(response.status, answer.code || "failed", wait);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(response && !response.ok ? response.status : 0, "network");
  } finally {
    clearTimeout(timer);
  }
}

/** One customer's access to the chat of a brand. */
export class ChatApi {
  #starting = null;

  constructor({ brand, language, store }) {
    this.brand = brand;
    this.language = language;
    this.store = store;
  }

  get session() {
    return this.store.read("session");
  }

  get token() {
    return this.session?.token ?? null;
  }

  get conversation() {
    return this.session?.conversation ?? null;
  }

  /** Make sure that there is a session; callers at the same time share one attempt. */
  async ensureSession() {
    if (this.session) return this.session;
    this.#starting ??= request("POST", "/chat/v1/sessions", { body: { brand: this.brand, language: this.language } })
      .then(({ token, conversation }) => this.store.write("session", { token, conversation }))
      .finally(() => (this.#starting = null));
    await this.#starting;
    return this.session;
  }

  forget() {
    this.store.remove("session");
  }

  state() {
    return this.#get("state", {});
  }

  async events(range = {}) {
    return (await this.#get("events", range)).events;
  }

  send({ conversation, id, text }) {
    return request("POST", "/live/messages", { token: this.token, body: { conversation, id, text } });
  }

  askForPerson() {
    return this.#post("person", { conversation: this.conversation });
  }

  feedback(seq, helped) {
    return this.#post("feedback", { conversation: this.conversation, seq, helped });
  }

  rate(score, comment) {
    return this.#post("rating", { conversation: this.conversation, score, comment });
  }

  finish() {
    return this.#post("finish", { conversation: this.conversation });
  }

  async newConversation() {
    const { conversation } = await this.#post("conversations", {});
    this.store.write("session", { token: this.token, conversation });
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
