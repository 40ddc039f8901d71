/* The chat button on a wallet's own page. Served by /widget/<brand>/loader.js, which puts the brand's
   settings in front. Adds one element with a shadow root; the chat itself lives in an iframe on our
   origin, loaded when first opened, so that the wallet's page and the chat cannot read each other. */

(() => {
  const script = document.currentScript;
  const { page, language, accent, onAccent, side = "right", launcher = "round", strings } = script.walletdesk;
  const named = launcher === "label";
  const origin = new URL(script.src).origin;
  const key = `walletdesk:${page}`;
  const view = window.visualViewport;
  const phone = matchMedia("(max-width: 480px), (max-height: 480px)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let frame = null;
  let loaded = false;
  let open = false;
  let large = false;
  let unread = 0;

  const rtl = getComputedStyle(document.documentElement).direction === "rtl";
  const edge = (side === "left") !== rtl ? "left" : "right"; // mirrored where people read from the right

  const styled = (element, styles) => {
    for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value, "important");
    return element;
  };

  const remember = (value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(key);
      sessionStorage.setItem(key, value);
    } catch {
      // no storage: the chat just starts closed on the next page
    }
    return null;
  };

  const picture = (path) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const line = svg.appendChild(document.createElementNS(space, "path"));
    line.setAttribute("d", path);
    const look = { width: "26px", height: "26px", fill: "none", stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round", "stroke-linejoin": "round" };
    return styled(svg, look);
  };
  const speech = "M20.5 11.5a8 8 0 0 1-8.4 8c-1.2 0-2.4-.3-3.4-.7L4 20l1.3-4.2a7.6 7.6 0 0 1-1.2-4.3 8 8 0 0 1 8.2-7.9 8 8 0 0 1 8.2 7.9Z";
  const cross = "m6.5 9.5 5.5 5.5 5.5-5.5";

  const host = styled(document.createElement("div"), { all: "initial", position: "fixed", "z-index": "2147483000" });
  const root = host.attachShadow({ mode: "open" });
  const button = styled(document.createElement("button"), {
    position: "fixed", [edge]: "20px", bottom: "max(20px, env(safe-area-inset-bottom))", display: "grid", "place-items": "center",
    "grid-auto-flow": "column", gap: "8px", font: "600 15px/1 system-ui, sans-serif",
    width: named ? "auto" : "56px", height: named ? "52px" : "56px", padding: named ? "0 20px 0 16px" : "0", border: "0", "border-radius": "28px", background: accent, color: onAccent,
    cursor: "pointer", "box-shadow": "0 2px 6px rgb(16 20 32 / 16%), 0 12px 32px rgb(16 20 32 / 22%)",
  });
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  const badge = styled(document.createElement("span"), {
    position: "absolute", top: "-4px", right: "-4px", "min-width": "20px", height: "20px", padding: "0 6px", display: "none",
    "box-sizing": "border-box", "border-radius": "10px", background: "#c42b2b", color: "#fff",
    font: "600 12px/20px system-ui, sans-serif", "text-align": "center",
  });

  const show = () => {
    const label = open ? strings.close : strings.open;
    const news = unread ? (unread === 1 ? strings.unread_one : strings.unread_other).replace("{n}", unread) : "";
    button.setAttribute("aria-label", news ? `${label}. ${news}` : label);
    button.title = news || label;
    button.setAttribute("aria-expanded", String(open));
    button.replaceChildren(picture(open ? cross : speech), ...(named ? [strings.open] : []), badge);
    badge.textContent = String(Math.min(unread, 99));
    styled(badge, { display: unread && !open ? "block" : "none" });
    if (frame) layOut();
  };

  const layOut = () => {
    const full = phone.matches;
    const keyboard = full && view && view.scale < 1.01; // the keyboard covers the page; the frame ends above it
    styled(button, { display: (open && full) || launcher === "hidden" ? "none" : "grid" });
    styled(frame, {
      position: "fixed", border: "0", display: "block", background: "none",
      top: full ? (keyboard ? `${view.offsetTop}px` : "0") : "auto", bottom: full ? "auto" : launcher === "hidden" ? "20px" : "92px",
      left: "auto", right: "auto", [edge]: full ? "0" : "20px",
      width: full ? "100%" : `min(${large ? 720 : 400}px, calc(100vw - 40px))`,
      height: full ? (keyboard ? `${view.height}px` : "100%") : `min(${large ? 960 : 680}px, calc(100vh - 112px))`,
      "border-radius": full ? "0" : "16px", "box-shadow": "0 4px 12px rgb(16 20 32 / 10%), 0 24px 64px rgb(16 20 32 / 24%)",
      "color-scheme": "normal",
      transition: still.matches || keyboard ? "none" : "opacity 160ms ease, transform 160ms ease, width 160ms ease, height 160ms ease",
      opacity: open ? "1" : "0", transform: open ? "none" : "translateY(12px)",
      visibility: open ? "visible" : "hidden", "pointer-events": open ? "auto" : "none",
    });
    const page = document.documentElement.style; // the page behind a full screen does not scroll
    if (open && full) page.setProperty("overflow", "hidden");
    else if (page.overflow === "hidden") page.removeProperty("overflow");
  };

  // --- the wallet's own page and the chat: docs/develop/embed.md -------------------------
  const wallet = window.walletdeskSettings ?? {};
  let ready = false;
  let waiting = [];
  const say = (type, data = {}) => {
    if (ready) frame.contentWindow.postMessage(JSON.stringify({ walletdesk: 1, type, data }), origin);
    else waiting.push([type, data]);
  };
  const token = async () => {
    try {
      return await wallet.token();
    } catch {
      return undefined; // the wallet's server is away: nothing is said of who it is
    }
  };
  const sayToken = async () => {
    const now = wallet.token && (await token());
    if (now !== undefined) say("setToken", { token: now });
  };
  const hear = {
    async ready() {
      const { theme, locale } = wallet;
      ready = true;
      const now = wallet.token && (await token());
      say("init", JSON.parse(JSON.stringify({ theme, locale, token: now })));
      waiting.splice(0).forEach(([type, data]) => say(type, data));
    },
    needToken: sayToken,
  };
  addEventListener("message", (event) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow || typeof event.data !== "string") return;
    const { walletdesk, type } = JSON.parse(event.data);
    if (walletdesk === 1 && Object.keys(hear).includes(type)) hear[type]();
  });

  const tell = () => {
    if (loaded) frame.contentWindow.postMessage({ walletdesk: true, open, phone: phone.matches }, origin);
  };

  const load = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    const address = new URL(page, origin);
    if (language) address.searchParams.set("language", language);
    frame.src = address.href;
    frame.title = strings.title;
    frame.allow = "microphone";
    frame.addEventListener("load", () => {
      loaded = true;
      tell();
    });
    root.append(frame);
  };

  const toggle = (wanted, { focus = true } = {}) => {
    open = wanted;
    load();
    layOut();
    remember(open ? "open" : "closed");
    show();
    tell();
    if (!focus) return;
    if (open) frame.focus();
    else button.focus();
  };

  addEventListener("message", (event) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow || event.data?.walletdesk !== true) return;
    if (event.data.type === "close") toggle(false);
    if (event.data.type === "expand") {
      large = event.data.on === true;
      layOut();
    }
    if (event.data.type === "unread" && Number.isSafeInteger(event.data.n) && event.data.n >= 0) {
      unread = event.data.n;
      show();
    }
  });
  button.addEventListener("click", () => toggle(!open));
  phone.addEventListener("change", () => {
    show();
    tell();
  });
  if (view) for (const name of ["resize", "scroll"]) view.addEventListener(name, () => open && phone.matches && layOut());
  // Any element of the wallet's page can open the chat: <a href="…" data-walletdesk-open>
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-walletdesk-open]")) return;
    event.preventDefault();
    toggle(true);
  });

  const start = () => {
    if (launcher === "hidden") styled(button, { display: "none" });
    root.append(button);
    document.body.append(host);
    show();
    const before = remember();
    if (before === "open" && !phone.matches) toggle(true, { focus: false });
    else if (before) {
      load(); // it was used before: new answers show on the button
      show();
    }
  };
  window.walletdesk = {
    open: (about = {}) => {
      toggle(true);
      if (Object.keys(about).length) say("open", about);
    },
    close: () => open && toggle(false),
    signIn: () => frame && sayToken(), // before the chat was opened there is nobody to tell
    signOut() {
      load();
      say("logout");
    },
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
