/* Who the customer is: tokens and messages of the host, sign-out, and the way to other devices.

   A token that the desk refuses shows nothing of what this device held: the person decides whether to try
   again or to begin anew, without a history. */

import { Bridge } from "./bridge.js";

const HOST_MS = 1_500; // a host that says nothing by then has nothing to say
const KNOWN_MS = 10_000; // what a known customer wrote waits longer: the host may have another user by now
const AGAIN_MS = 5_000;
const ADDRESS = /^(0x[0-9a-f]{40}|T[1-9A-HJ-NP-Za-km-z]{33}|bc1[0-9a-z]{20,70})$/i;
const $ = (id) => document.getElementById(id);

export class Identity {
  #api;
  #config;
  #on;
  #first;
  #heard;
  #begun = false;
  #patience = 0;
  #turn = 0; // of who is signed in or out: an answer for an earlier one comes too late
  #blocked = false;

  /** `on`: changed(kept), blocked(), forget(), forgetUnsent(), open(text), say(text), language(code), theme(name). */
  constructor({ api, config, strings, on }) {
    this.#api = api;
    this.#config = config;
    this.strings = strings;
    this.#on = on;
    this.#first = new Promise((heard) => (this.#heard = heard)).finally(() => (this.#begun = true));
    this.bridge = new Bridge({
      origins: [location.origin, ...config.origins],
      on: {
        init: (data) => this.#init(data),
        setToken: ({ token }) => this.#hear(token),
        open: ({ topic, prefill, tx }) => on.open([topic, prefill, tx].filter(Boolean).join("\n")),
        logout: () => (this.#turn += 1, on.forget()),
        diagnostics: ({ text }) => on.open(text),
      },
    });
    this.#wire();
  }

  /** Resolves when it is known whose conversations may be shown; false: none. */
  async begin() {
    if (this.#config.byLink) return this.#continue();
    if (!this.bridge.hosted) return true;
    this.#patience = setTimeout(this.#heard, this.#api.session?.known ? KNOWN_MS : HOST_MS, true);
    this.bridge.tell("ready");
    return this.#first;
  }

  async #init({ token, locale, theme, app, diagnostics }) {
    if (theme) this.#on.theme(theme === "auto" ? "" : theme);
    $("diagnostics").hidden = !diagnostics;
    this.app = app;
    await this.#hear(token);
    if (locale) this.#on.language(locale);
  }

  /** A token signs in, null signs out, nothing says nothing. */
  async #hear(token) {
    clearTimeout(this.#patience);
    if (token !== undefined) this.#turn += 1;
    if (token) return this.signIn(token);
    if (token === null && this.#api.session?.known) return this.#on.forget();
    return this.#heard(true);
  }

  async signIn(token, turn = this.#turn) {
    if (turn !== this.#turn) return null;
    try {
      const answer = await this.#api.signIn(token, () => turn === this.#turn, this.#on.forgetUnsent);
      if (!answer) return null;
      this.#arrived(answer);
      const { device = "", version = "" } = this.app ?? {};
      this.#api.describe({ device, app_version: version, zone: new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "" }).catch(() => {});
    } catch (error) {
      if (error.passing) return setTimeout(() => this.signIn(token, turn), AGAIN_MS);
      this.#heard(false);
      this.#blocked = true;
      this.#on.blocked();
      if (!$("refused").open) $("refused").showModal();
    }
    return null;
  }

  #arrived({ token, conversation, kept }) {
    const changed = (this.#api.token !== token || this.#blocked) && this.#begun;
    this.#blocked = false;
    if (!kept && !this.#begun) this.#on.forgetUnsent();
    this.#api.adopt({ token, conversation, known: true });
    if ($("refused").open) $("refused").close();
    this.#heard(true);
    if (changed) this.#on.changed(kept);
  }

  /** On a device that came by a link: ask, then use it up. Its secret leaves the address at once. */
  #continue() {
    const link = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
    const leave = () => location.replace(this.#config.home);
    $("continue").showModal();
    $("continue-no").addEventListener("click", leave);
    $("continue-yes").addEventListener("click", async () => {
      try {
        const { token, conversation } = await this.#api.identify("links/opened", { link });
        this.#api.adopt({ token, conversation, known: true });
        leave();
      } catch (error) {
        if (error.code === "already_here") return leave();
        $("continue-said").textContent = this.strings[`error_${error.code}`] ?? this.strings.error_link_gone;
        $("continue-yes").hidden = true;
      }
      return null;
    });
    return new Promise(() => {});
  }

  // --- what people press -----------------------------------------------------------------

  #wire() {
    const lazily = (id, name) => $(id).addEventListener("click", async () => {
      const [{ [name]: run }] = await Promise.all([import("./devices.js"), this.#api.later(this.strings)]);
      run({ api: this.#api, config: this.#config, strings: this.strings, say: this.#on.say, arrived: (to) => this.#arrived(to) });
    });
    lazily("devices-open", "showDevices");
    lazily("wallet", "signInWithWallet");
    $("wallet").hidden = !(this.#config.chains.length && window.ethereum);
    $("diagnostics").addEventListener("click", () => this.bridge.tell("requestDiagnostics"));
    $("refused-again").addEventListener("click", () => this.bridge.tell("needToken"));
    $("refused-anew").addEventListener("click", () => this.#on.forget());
    $("refused").addEventListener("cancel", (event) => event.preventDefault());
    document.addEventListener("copy", () => {
      const copied = String(getSelection()).trim();
      if (ADDRESS.test(copied)) this.bridge.tell("copyAddressCheck", { address: copied });
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (event.target.matches("input[type=file]")) this.bridge.tell("pickFile");
      if (!this.bridge.native || !link || new URL(link.href).origin === location.origin) return;
      event.preventDefault(); // an app's web view stays with us: the system's browser opens the rest
      this.bridge.tell("openUrl", { url: link.href });
    });
  }
}
