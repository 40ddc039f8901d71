/* The conversations of this device: which of them are followed, what is unread, how far was read. */

const OTHERS = 4; // followed beside the one that is open; the server takes eight topics
const SEEN_MS = 400;

/** Where a conversation is not over. */
export const ACTIVE = new Set(["bot", "queued", "open"]);
export const isAnswer = (event) => event.author !== "customer" && event.kind === "message";
export const topicOf = (ref) => `conversation:${ref}`;

export class Device {
  #followed = new Set();
  #items = []; // as the server lists them
  #unread = 0; // answers in the conversation that is open
  #read = 0;
  #timer = 0;

  constructor({ api, live, panel, home, embedder, thread }) {
    Object.assign(this, { api, live, panel, home, embedder, thread });
    this.title = document.title;
  }

  /** Fetch the list for the start screen, and follow those that are not over. */
  async load() {
    if (!this.api.session) return;
    this.#items = await this.api.conversations();
    const active = this.#items.filter((item) => ACTIVE.has(item.status) && item.ref !== this.api.conversation).slice(0, OTHERS);
    const wanted = new Set([this.api.conversation, ...active.map((item) => item.ref)]);
    for (const ref of this.#followed) if (!wanted.has(ref)) this.leave(ref);
    for (const item of active) if (!this.#followed.has(item.ref)) this.follow(item.ref, item.answer);
    this.show();
  }

  follow(ref, cursor) {
    this.#followed.add(ref);
    this.live.follow(topicOf(ref), cursor);
    this.live.start();
  }

  leave(ref) {
    this.#followed.delete(ref);
    this.live.leave(topicOf(ref));
  }

  leaveAll() {
    for (const ref of this.#followed) this.leave(ref);
    this.#items = [];
  }

  /** Another conversation is shown, read up to a number. */
  opened(events, read) {
    this.#read = read;
    this.#unread = events.filter((event) => event.seq > read && !event.from && isAnswer(event)).length;
    this.show();
  }

  get #looking() {
    return this.embedder.open && !document.hidden && this.panel.view === "chat";
  }

  #isUnread = (item) => (item.ref === this.api.conversation ? this.#unread > 0 : item.answer > item.read);

  /** Something came into the conversation that is open. */
  came(event) {
    if (event.seq > this.#read && (isAnswer(event) || event.kind === "claimed") && !(this.#looking && document.hasFocus())) {
      this.panel.sound();
      this.#unread += 1;
      this.show();
    }
    this.#tellSeen();
  }

  /** Something came into another one. */
  cameElsewhere(ref, event) {
    const item = this.#items.find((each) => each.ref === ref);
    if (!item || !isAnswer(event) || event.seq <= item.answer) return;
    Object.assign(item, { answer: event.seq, preview: event.text, at: event.at, author: event.author, name: event.name });
    this.panel.sound();
    this.show();
  }

  show() {
    const all = this.#unread + this.#items.filter((item) => item.ref !== this.api.conversation && this.#isUnread(item)).length;
    this.panel.showUnread(all, this.title);
    this.embedder.tell("unread", { n: all });
    this.home.conversations(this.#items, this.#isUnread);
  }

  markRead() {
    if (!this.#looking) return;
    if (this.#unread) {
      this.#unread = 0;
      this.show();
    }
    this.#tellSeen();
  }

  /** Tell the desk how far this device has received and shown the conversation. */
  #tellSeen() {
    const { api, thread } = this;
    if (this.#looking && thread.atEnd) this.#read = Math.max(this.#read, thread.lastSeq);
    const item = this.#items.find((each) => each.ref === api.conversation);
    if (item) item.read = Math.max(item.read, this.#read);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (api.session && api.conversation && thread.lastSeq) api.seen(thread.lastSeq, this.#read).catch(() => {});
    }, SEEN_MS);
  }
}
