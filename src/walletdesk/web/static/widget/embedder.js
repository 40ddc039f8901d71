/* The wallet's page around our iframe. Speaks only to the origin that said hello from the parent window;
   which sites may be that parent is decided by the page's frame-ancestors policy. */

export class Embedder {
  #origin = null;
  #waiting = [];
  #bridge;
  open;

  constructor({ onOpen, bridge }) {
    const embedded = window.parent !== window;
    this.#bridge = bridge;
    this.open = !embedded;
    document.documentElement.classList.toggle("is-embedded", embedded);
    document.getElementById("close").hidden = !embedded && !bridge.native;
    if (!embedded) return;
    addEventListener("message", (event) => {
      if (event.source !== window.parent || event.data?.walletdesk !== true) return;
      if (this.#origin !== null && event.origin !== this.#origin) return;
      this.#origin = event.origin;
      this.#waiting.splice(0).forEach(([type, fields]) => this.tell(type, fields));
      const opens = event.data.open === true && !this.open;
      this.open = event.data.open === true;
      document.getElementById("expand").hidden = event.data.phone !== false;
      if (opens) onOpen();
    });
  }

  /** Tell the loader: "close", "expand" with {on}, or "unread" with {n}. */
  tell(type, fields = {}) {
    if (this.#bridge.native) this.#bridge.tell(type, fields);
    if (window.parent === window) return;
    if (this.#origin === null) this.#waiting.push([type, fields]);
    else window.parent.postMessage({ walletdesk: true, type, ...fields }, this.#origin);
  }
}
