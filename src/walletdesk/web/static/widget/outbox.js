/* Messages on their way: one after the other, again until the server has them, never doubled.

   Each carries a UUID, and the server answers a repeated one as it did the first time, so sending again
   is always safe. What waits is kept in this browser under a name of its own, so that neither a reload nor
   another tab loses it; a text that looked like a secret is kept in memory only.

   Until it is known whose this device is, nothing leaves and nothing of an earlier visit is shown: what
   waits then was written by whoever sits here now, and goes out in their name. */

const KEPT = "out:";

const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

export class Outbox {
  #items = [];
  #busy = false;
  #timer = 0;
  #tries = 0;
  #held = true;

  /**
   * @param {object} options
   * @param {(item: {id: string, text: string}) => Promise<object>} options.send
   * @param {import("./api.js").Store} options.store
   * @param {(item: object, answer: object) => void} options.onSent
   * @param {(item: object, error: Error) => void} options.onRefused it will not be tried again by itself
   * @param {(error: Error, seconds: number) => void} options.onWaiting all of them wait
   * @param {(item: object) => void} options.onElsewhere another tab has sent it
   */
  constructor(options) {
    this.options = options;
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  get waiting() {
    return this.#items.length;
  }

  get items() {
    return [...this.#items];
  }

  /** It is known whose this device is: take up what an earlier visit left behind. */
  release() {
    this.#held = false;
    for (const name of this.options.store.parts(KEPT)) this.#takeUp(this.options.store.read(name));
    this.#items.sort((a, b) => a.at - b.at);
  }

  /** It is no longer known: what waits stays in the store only. */
  hold() {
    this.#held = true;
    this.#items = [];
  }

  #takeUp(item) {
    if (!item?.id || this.#items.some((known) => known.id === item.id)) return null;
    this.#items.push(item);
    return item;
  }

  add(item) {
    item.at = Date.now();
    this.#items.push(item);
    this.keep(item);
    this.flush();
  }

  /** Take up what another tab has just written down. Returns it, or null when it is not new or no message. */
  adopt(name, text) {
    const item = !this.#held && name.startsWith(KEPT) ? this.#takeUp(JSON.parse(text)) : null;
    if (item) this.flush();
    return item;
  }

  /** Drop messages, such as those that the server turned out to have. */
  drop(isGone) {
    for (const item of this.#items.filter(isGone)) this.options.store.remove(KEPT + item.id);
    this.#items = this.#items.filter((item) => !isGone(item));
  }

  /** Send what waits, now. */
  flush() {
    clearTimeout(this.#timer);
    this.#tries = 0;
    this.#run();
  }

  async #run() {
    if (this.#busy || this.#held) return;
    this.#busy = true;
    try {
      while (!this.#held && this.#items.length && (await this.#sendFirst()));
    } finally {
      this.#busy = false;
    }
  }

  /** One tab sends at a time, and looks whether another has sent the message meanwhile. */
  #sendFirst() {
    const { store } = this.options;
    return navigator.locks ? navigator.locks.request(`${store.name}:out`, () => this.#sendItem()) : this.#sendItem();
  }

  async #sendItem() {
    const item = this.#items[0];
    if (!item) return false;
    if (!item.sensitive) {
      const kept = this.options.store.read(KEPT + item.id);
      if (!kept) {
        this.drop((other) => other.id === item.id);
        this.options.onElsewhere(item);
        return true;
      }
      item.conversation = kept.conversation;
    }
    try {
      const answer = await this.options.send(item);
      this.drop((other) => other.id === item.id);
      this.#tries = 0;
      this.options.onSent(item, answer);
      return true;
    } catch (error) {
      if (error.passing) {
        this.#wait(error);
        return false;
      }
      this.drop((other) => other.id === item.id);
      this.options.onRefused(item, error);
      return true;
    }
  }

  #wait(error) {
    const backoff = BACKOFF_MS[Math.min(this.#tries, BACKOFF_MS.length - 1)];
    const ms = Math.max(error.retryAfter * 1000, backoff * (0.75 + Math.random() / 2));
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#run(), ms);
    this.options.onWaiting(error, Math.ceil(ms / 1000));
  }

  /** Write an item down, as it is now. */
  keep(item) {
    if (!item.sensitive) this.options.store.write(KEPT + item.id, item);
  }

  /** Forget what others wrote on this device: all, or while it is held all but what was written just now. */
  forget() {
    if (!this.#held) this.drop(() => true);
    const own = new Set(this.#items.map((item) => KEPT + item.id));
    for (const name of this.options.store.parts(KEPT)) if (!own.has(name)) this.options.store.remove(name);
    for (const item of this.#items) {
      item.conversation = null;
      this.keep(item);
    }
  }
}
