/* Being there. A sign of life goes out every ten seconds, and whenever the stream brings a byte: timers of hidden
   pages sleep, streams do not. The answer names what to show; it is read again when that has changed. */

import { play } from "./alerts.js";
import { call, failed, fragment, toast } from "./page.js";

const BEAT_MS = 10_000;
const RING_MS = 3_000;
const place = document.getElementById("my-presence");
let last = 0;
let shown = "";
let ringing;

export async function beat(chosen) {
  if (!place || (!chosen && Date.now() - last < BEAT_MS / 2)) return;
  last = Date.now();
  const news = await call("/desk/presence", { body: chosen ? { chosen } : {}, quiet: true }).catch((error) => {
    if (chosen) failed(error);
  });
  if (!news) return;
  for (const radio of document.querySelectorAll('#me [name="presence"]')) radio.checked = radio.value === news.presence;
  if (news.key !== shown && (await fragment("/desk/presence/now", place))) shown = news.key;
  ring();
}

/** A call rings until it is answered, in whatever tab the desk is. */
function ring() {
  const rings = document.querySelector("[data-offer][data-rings]");
  if (rings) play();
  clearTimeout(ringing);
  ringing = rings && setTimeout(ring, RING_MS);
}

/** Take news of the desk's stream. */
export function offerSignal({ what, ref }) {
  if (what === "given") toast(place.dataset.given, { open: ref });
  if (what === "given" || what === "offer") {
    last = 0;
    beat();
  }
}

async function answer(what) {
  const offer = document.querySelector("[data-offer]");
  if (!offer) return;
  const taken = await call(`/desk/offers/${offer.dataset.offer}/${what}`, { body: {} }).catch(failed);
  if (taken) toast(place.dataset.given, { open: taken.ref });
  if (taken) document.dispatchEvent(new CustomEvent("wd-open", { detail: taken }));
  offer.remove();
  shown = "";
  last = 0;
  beat();
}

if (place) {
  setInterval(beat, BEAT_MS);
  addEventListener("load", () => beat());
  document.addEventListener("visibilitychange", () => beat());
  document.addEventListener("click", ({ target }) => {
    const act = target.closest("[data-offer-do]")?.dataset.offerDo;
    if (act) answer(act);
  });
  document.addEventListener("change", ({ target }) => target.name === "presence" && beat(target.value));
  document.addEventListener("keydown", (event) => {
    const act = event.altKey && { KeyY: "accept", KeyN: "decline" }[event.code];
    if (!act || !document.querySelector("[data-offer]")) return;
    event.preventDefault();
    answer(act);
  });
  setInterval(() => {
    const left = document.querySelector(".offer-time");
    if (left) left.value -= 1;
  }, 1_000);
}
