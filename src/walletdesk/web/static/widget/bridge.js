/* The host around the chat: a wallet's app with a web view, or the page of a wallet with our loader.

   Each message is JSON, {"walletdesk": 1, "type": …, "data": {…}}, of the closed lists below. What is not
   listed, has another shape or another version is dropped, both ways. No message asks for a key, a phrase
   or a signature, and none could carry one back: see docs/develop/embed.md. */

const VERSION = 1;
const MOST = 20_000; // characters of a message
const text = (most) => (value) => typeof value === "string" && value.length <= most;
const one = (...of) => (value) => of.includes(value);
const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
const token = (value) => value === null || text(4096)(value);
const app = (value) => fits({ "device?": text(60), "version?": text(40) }, value);

/** What the host may say; `?` marks what may be absent. */
export const FROM_HOST = {
  init: { "token?": token, "locale?": text(35), "theme?": one("light", "dark", "auto"), "app?": app, "diagnostics?": one(true, false) },
  setToken: { token },
  open: { "topic?": text(200), "prefill?": text(2000), "tx?": text(128) },
  logout: {},
  diagnostics: { text: text(3000) },
};

/** What the chat may say. */
export const TO_HOST = {
  ready: {},
  needToken: {},
  unread: { n: (n) => Number.isSafeInteger(n) && n >= 0 },
  pickFile: {},
  openUrl: { url: (url) => text(2000)(url) && /^https:\/\//.test(url) },
  close: {},
  requestDiagnostics: {},
  copyAddressCheck: { address: text(128) },
};

function fits(shape, data) {
  if (data === null || typeof data !== "object" || Array.isArray(data)) return false;
  const names = Object.keys(shape).map((name) => name.replace("?", ""));
  return Object.keys(data).every((name) => names.includes(name)) && Object.entries(shape).every(([name, check]) => {
    const key = name.replace("?", "");
    return has(data, key) ? check(data[key]) : key !== name;
  });
}

/** Return the message of a text, or null when the closed list has no such message. */
export function parse(raw, list) {
  if (!text(MOST)(raw)) return null;
  try {
    const { walletdesk, type, data = {}, ...more } = JSON.parse(raw);
    const known = walletdesk === VERSION && has(list, type) && !Object.keys(more).length;
    return known && fits(list[type], data) ? { type, data } : null;
  } catch {
    return null;
  }
}

/** The way to the host, or null when there is none: a function that sends a text. */
function wayTo(receive, origins) {
  const { webkit, walletdeskHost, walletdeskAndroid, WalletdeskFlutter } = window;
  window.walletdeskReceive = receive; // for hosts that answer by running a script
  if (walletdeskHost?.postMessage) { // Android, WebMessageListener
    walletdeskHost.onmessage = (event) => receive(event.data);
    return (raw) => walletdeskHost.postMessage(raw);
  }
  const simple = webkit?.messageHandlers?.walletdesk ?? walletdeskAndroid ?? WalletdeskFlutter;
  if (simple?.postMessage) return (raw) => simple.postMessage(raw);
  if (window.parent === window) return null;
  const waiting = [];
  let origin = null; // the one that spoke first, of those that may
  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== (origin ?? event.origin) || !origins.includes(event.origin)) return;
    origin = event.origin;
    waiting.splice(0).forEach((raw) => window.parent.postMessage(raw, origin));
    if (typeof event.data === "string") receive(event.data);
  });
  return (raw) => (origin ? window.parent.postMessage(raw, origin) : waiting.push(raw));
}

export class Bridge {
  #send;
  #on;

  /** `on`: for each message of the host a function of its data. `origins`: who may embed the page. */
  constructor({ origins, on }) {
    this.#on = on;
    this.#send = wayTo((raw) => this.#receive(raw), origins);
    this.native = this.#send !== null && window.parent === window;
  }

  get hosted() {
    return this.#send !== null;
  }

  #receive(raw) {
    const message = parse(raw, FROM_HOST);
    if (message) this.#on[message.type](message.data);
  }

  tell(type, data = {}) {
    const raw = JSON.stringify({ walletdesk: VERSION, type, data });
    if (this.#send && parse(raw, TO_HOST)) this.#send(raw);
  }
}
