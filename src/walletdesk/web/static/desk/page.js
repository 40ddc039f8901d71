/* What every part of the desk needs: texts, calls to the server, toasts. */

import { fill, make, readJson } from "../common/text.js";

export const strings = readJson("wd-strings", {});
export const desk = readJson("wd-desk", {});

/** What follows the address of a view: its filter. */
export const suffix = () => (desk.query ? `?${desk.query}` : "");

export const language = document.documentElement.lang || "en";

const TOAST_MS = 6_000;

/** Show a short message; `danger` for what went wrong, `open` a conversation to go to, `seq` where in it. */
export function toast(text, { danger = false, open = null, seq = 0 } = {}) {
  const look = open ? make("a", { href: `/desk/all/${open}/#${seq}`, "data-open": open }, strings.look) : null;
  const shown = make("div", { class: `toast${danger ? " danger" : ""}`, role: danger ? "alert" : null }, text, look && " ", look);
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}

/** What to tell about a refusal that the server sent as JSON. */
export function refusalText(answer) {
  if (answer?.code === "already_taken" && answer.name) return fill(strings.already_taken, { name: answer.name });
  return answer?.message || strings.failed;
}

/** A call failed: `status` as the server answered (0: it did not), `text` for people, `answer` as sent. */
export class CallFailed extends Error {
  constructor(status, text, answer = null) {
    super(text);
    this.status = status;
    this.answer = answer;
  }
}

/** Call the server with JSON; `keepalive` outlives the page, `quiet` says nothing of a lost sign-in. Throws CallFailed. */
export async function call(path, { body = undefined, keepalive = false, quiet = false } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = document.body.dataset.csrf;
  }
  let response;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      keepalive,
      signal: AbortSignal.timeout(15_000),
    });
  } catch {
    throw new CallFailed(0, strings.no_answer);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.status === 401 && !quiet) signedOut();
  if (!response.ok) throw new CallFailed(response.status, refusalText(answer), answer);
  return answer;
}

/** Say why something could not be done. */
export const failed = (error) => toast(error.message || strings.failed, { danger: true });

/** The sign-in is over: say so, then lead there. */
export function signedOut() {
  toast(strings.signed_out, { danger: true });
  setTimeout(() => location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`), 1_500);
}

const PRESS_MS = 1500; // a press that lasts longer was let go outside of the window
let pressedAt = -PRESS_MS;
addEventListener("pointerdown", () => (pressedAt = performance.now()), true);
for (const name of ["pointerup", "pointercancel"]) {
  addEventListener(name, () => setTimeout(() => (pressedAt = -PRESS_MS)), true); // after its click
}

/** Whether a button of the mouse is down: what is under it must not be replaced, or the click is lost. */
export const isPressed = () => performance.now() - pressedAt < PRESS_MS;

/** Fetch a fragment by htmx and put it at a place. Resolves once it is there, with false when refused.
 *  What nobody asked for is put off, and so refused, while something is being clicked; what is not
 *  `wanted` any more when it comes is refused too. */
export async function fragment(path, target, swap = "innerHTML", wanted = () => true) {
  const place = typeof target === "string" ? document.querySelector(target) : target;
  let refused = false;
  const hold = (event) => {
    if (event.detail.requestConfig.elt !== source) return;
    if (wanted() && !(isPressed() && isBackground(event.detail))) return;
    event.detail.shouldSwap = false;
    refused = true;
  };
  document.body.addEventListener("htmx:beforeSwap", hold);
  const watch = (event) => {
    if (event.detail.pathInfo?.requestPath === path) refused = true;
  };
  const names = ["htmx:responseError", "htmx:sendError", "htmx:timeout"];
  names.forEach((name) => document.body.addEventListener(name, watch));
  // A source of its own: htmx lets a second request of one element wait, and says that it is done.
  const source = document.body.appendChild(make("span", { hidden: true }));
  try {
    await window.htmx.ajax("GET", path, { target: place, swap, source });
  } catch {
    refused = true;
  } finally {
    source.remove();
    document.body.removeEventListener("htmx:beforeSwap", hold);
    names.forEach((name) => document.body.removeEventListener(name, watch));
  }
  return !refused;
}

/** Reads that nobody asked for are tried again by themselves: they fail without a word. */
const isBackground = ({ pathInfo }) => /^\/desk\/(changed|\w+\/list)\b/.test(pathInfo?.requestPath || "");

/** Have htmx send our token, ask for refusals as JSON, and show them. */
export function prepareHtmx() {
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers.Accept = "text/html, application/json";
    if (detail.verb !== "get") detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
  });
  // a head that was asked for before another conversation was opened comes too late
  document.body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (detail.target.id !== "head") return;
    const fresh = detail.fragment.id === "head" ? detail.fragment : detail.fragment.querySelector("#head");
    if (fresh && fresh.dataset.ref !== detail.target.dataset.ref) detail.shouldSwap = false;
  });
  document.body.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status === 401) return signedOut();
    if (isBackground(detail)) return null;
    let answer = null;
    try {
      answer = JSON.parse(detail.xhr.responseText);
    } catch {
      // a page instead of JSON: the general sentence will do
    }
    return toast(refusalText(answer), { danger: true });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, ({ detail }) => {
      if (!isBackground(detail)) toast(strings.no_answer, { danger: true });
    });
  }
}
