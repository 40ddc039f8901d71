/* The live connection: one stream for all topics of a page, resumed by cursor.

   Server-sent events over fetch(), so that a bearer token can travel in a header. When no byte comes
   for 20 s (some proxies hold streams back), long polling takes over and the stream is tried
   again later. Cursors belong to the connection: after any interruption it asks for what came
   after them, so nothing is missed; whoever applies events drops what it knows by number. */

const SILENCE_MS = 20_000;
const POLL_WAIT_S = 20;
const STREAM_AGAIN_MS = 60_000;
const HIDDEN_MS = 5_000;
const SHORTEST_MS = 2_000; // a stream that ends sooner counts as failed, so that no loop runs hot
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 8_000;
const LOST = "lost"; // why a round was dropped: the device has no network, or none that answers
const GONE_TRIES = 2; // after so many in vain the connection counts as lost

const sleep = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

class Refused extends Error {
  constructor(status, retryAfter) {
    super(`refused with ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Cut a stream of text into server-sent events: calls `onFrame({id, event, data})` for each. */
export function sseParser(onFrame) {
  let rest = "";
  let frame = { data: [] };
  const line = (text) => {
    if (text === "") {
      if (frame.data.length || frame.event || frame.retry) onFrame({ ...frame, data: frame.data.join("\n") });
      frame = { data: [] };
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return; // a heartbeat
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "data") frame.data.push(value);
    else if (name === "event" || name === "id" || name === "retry") frame[name] = value;
  };
  return (chunk) => {
    rest += chunk;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    lines.forEach(line);
  };
}

/** States: "connecting", "online" (stream), "polling", "offline", "stopped". */
export class LiveConnection {
  #topics = new Map();
  #options;
  #state = "stopped";
  #round = null; // AbortController of the present attempt
  #running = false;
  #tries = 0;
  #pollUntil = 0;
  #hiddenSince = 0;
  #retryHint = BACKOFF_MIN_MS;

  /**
   * @param {object} options
   * @param {() => string|null} [options.token] bearer token; without one the session cookie counts
   * @param {(topic: string, events: object[], cursor: number) => void} options.onEvents
   * @param {(topic: string, signal: object) => void} [options.onSignal] news without a number: who types …
   * @param {() => void} [options.onOpen] a stream has opened: signals that were sent before it did not come
   * @param {(state: string) => void} [options.onState]
   * @param {(status: number) => void} [options.onRefused] 401, 403 or 404: the connection has stopped
   */
  constructor(options) {
    this.#options = { base: "/live", token: () => null, onSignal() {}, onOpen() {}, onState() {}, onRefused() {}, ...options };
  }

  get state() {
    return this.#state;
  }

  /** Follow a topic from a cursor on; a running connection opens anew. */
  follow(topic, after) {
    this.#topics.set(topic, after);
    this.reconnect();
  }

  /** No longer follow a topic. */
  leave(topic) {
    if (this.#topics.delete(topic)) this.reconnect();
  }

  /** The cursor of a topic that is followed, else null. */
  cursor(topic) {
    return this.#topics.get(topic) ?? null;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    addEventListener("online", this.#onOnline);
    addEventListener("offline", this.#onOffline);
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#loop();
  }

  stop() {
    if (!this.#running) return;
    this.#running = false;
    removeEventListener("online", this.#onOnline);
    removeEventListener("offline", this.#onOffline);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#round?.abort();
    this.#setState("stopped");
  }

  /** Drop the present attempt and try again at once. */
  reconnect() {
    this.#tries = 0;
    this.#round?.abort();
  }

  #onOnline = () => {
    this.#pollUntil = 0;
    this.reconnect();
  };

  // What is still on its way would say "online" once more and then stay silent. Where the server is on
  // this very machine the next attempt succeeds without a network.
  #onOffline = () => {
    this.#setState("offline");
    this.#round?.abort(LOST);
  };

  #onVisibility = () => {
    if (document.hidden) {
      this.#hiddenSince = Date.now();
    } else if (this.#hiddenSince && Date.now() - this.#hiddenSince > HIDDEN_MS) {
      this.reconnect(); // a sleeping phone does not notice that its sockets died
    }
  };

  #setState(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }

  async #loop() {
    while (this.#running) {
      const round = new AbortController();
      this.#round = round;
      if (!this.#topics.size) {
        await sleep(86_400_000, round.signal);
        continue;
      }
      try {
        if (Date.now() < this.#pollUntil) await this.#poll(round);
        else await this.#stream(round);
        this.#tries = 0;
      } catch (error) {
        if (!this.#running) return;
        if (round.signal.reason === LOST) this.#round = new AbortController();
        else if (round.signal.aborted) continue; // reconnect() was called
        else if (this.#isFinal(error)) return;
        await this.#pause(error, this.#round);
      }
    }
  }

  #isFinal(error) {
    if (!(error instanceof Refused) || ![400, 401, 403, 404].includes(error.status)) return false;
    this.stop();
    this.#options.onRefused(error.status);
    return true;
  }

  async #pause(error, round) {
    this.#setState(navigator.onLine === false ? "offline" : "connecting");
    const full = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** this.#tries);
    this.#tries += 1;
    if (this.#tries > GONE_TRIES) this.#setState("offline");
    const asked = error instanceof Refused ? error.retryAfter * 1000 : 0;
    const jittered = BACKOFF_MIN_MS + Math.random() * (full - BACKOFF_MIN_MS);
    await sleep(Math.max(asked, jittered, this.#tries === 1 ? this.#retryHint * Math.random() : 0), round.signal);
  }

  async #request(path, extra, signal) {
    const names = [...this.#topics.keys()];
    const query = new URLSearchParams({
      topics: names.join(","),
      after: names.map((name) => this.#topics.get(name)).join(","),
      ...extra,
    });
    const token = this.#options.token();
    const response = await fetch(`${this.#options.base}/${path}?${query}`, {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      credentials: token ? "omit" : "same-origin",
      cache: "no-store",
      signal,
    });
    if (!response.ok) {
      throw new Refused(response.status, Number(response.headers.get("Retry-After")) || 0);
    }
    return response;
  }

  async #stream(round) {
    let timer = 0;
    let silent = false;
    const watch = () => {
      this.#options.onByte?.();
      clearTimeout(timer);
      timer = setTimeout(() => {
        silent = true;
        round.abort();
      }, SILENCE_MS);
    };
    watch();
    try {
      const response = await this.#request("stream", {}, round.signal);
      if (!response.body) silent = true; // a browser that cannot read a stream as it comes
      const reader = response.body.getReader();
      await this.#read(reader, watch).finally(() => reader.cancel().catch(() => {}));
    } catch (error) {
      if (!silent) throw error;
      this.#pollUntil = Date.now() + STREAM_AGAIN_MS;
    } finally {
      clearTimeout(timer);
    }
  }

  #onReady() {
    this.#tries = 0;
    this.#setState("online");
    this.#options.onOpen();
  }

  async #read(reader, watch) {
    const decoder = new TextDecoder();
    const opened = Date.now();
    let bye = false;
    const parse = sseParser((frame) => {
      if (frame.retry) this.#retryHint = Math.min(Number(frame.retry) || BACKOFF_MIN_MS, BACKOFF_MAX_MS);
      if (frame.event === "ready") this.#onReady();
      else if (frame.event === "bye") bye = true;
      else if (frame.event === "signal") this.#signal(JSON.parse(frame.data));
      else if (frame.data) this.#deliver(JSON.parse(frame.data));
    });
    while (!bye) {
      const { done, value } = await reader.read();
      if (done) throw new TypeError("the stream broke off");
      watch();
      parse(decoder.decode(value, { stream: true }));
    }
    if (Date.now() - opened < SHORTEST_MS) throw new TypeError("the stream ended at once");
  }

  async #poll(round) {
    const timer = setTimeout(() => {
      this.#tries = Math.max(this.#tries, GONE_TRIES); // it was waited for long enough
      round.abort(LOST);
    }, (POLL_WAIT_S + 15) * 1000);
    try {
      const response = await this.#request("poll", { wait: POLL_WAIT_S }, round.signal);
      const { feeds, signals = [] } = await response.json();
      this.#setState("polling");
      feeds.forEach((feed) => this.#deliver(feed));
      signals.forEach((signal) => this.#signal(signal));
    } finally {
      clearTimeout(timer);
    }
  }

  #signal({ t: topic, s: signal }) {
    if (this.#topics.has(topic)) this.#options.onSignal(topic, signal);
  }

  #deliver({ t: topic, c: cursor, e: events }) {
    if (!this.#topics.has(topic)) return;
    this.#topics.set(topic, cursor);
    this.#options.onEvents(topic, events, cursor);
  }
}
