/* The agent's telephone: the server says what there is to see, this opens the line and rings. Loaded where calls are taken. */

import { Line, microphone } from "../common/line.js";
import { play } from "./alerts.js";
import { call, failed, fragment, toast } from "./page.js";

const LOOK_MS = 3_000; // while a call goes on, should a signal get lost
const IDLE_MS = 10_000;
const CHOSEN = "walletdesk:microphone";
const place = document.getElementById("telephone");
const shown = () => place.querySelector("[data-call][data-leg]");

let line = null; // { leg, call, line or telephone }
let looking = 0;
let quality = "ok";

/** Read anew what goes on; the line opens and closes with it. */
export async function look() {
  const open = [...place.querySelectorAll("details")].map((each) => each.open);
  if (!(await fragment("/desk/telephone", place))) return;
  place.querySelectorAll("details").forEach((each, at) => (each.open = open[at] ?? false));
  const now = shown();
  clearInterval(looking);
  if (now) looking = setInterval(look, LOOK_MS);
  if (line && line.leg !== now?.dataset.leg) close();
  if (now && !line) await answer(now.dataset);
  showQuality();
  microphones();
}

function close() {
  const was = line;
  line = null;
  if (!was.line?.over) was.line?.hangUp();
}

async function answer({ leg, opens, call: ref }) {
  const mine = (line = { leg, ref, line: null });
  if (!document.hasFocus()) play();
  let sound;
  try {
    sound = await microphone(localStorage.getItem(CHOSEN) || "").catch(() => microphone());
    if (line !== mine) throw new Error("over");
    const { token, sip } = JSON.parse(opens);
    const Kind = sip ? (await import("./sip-telephone.js")).SipLine : Line;
    mine.line = new Kind({ sound, on, quality: (word) => ((quality = word), showQuality()) });
    await mine.line.open(token ?? sip);
  } catch (error) {
    sound?.getTracks().forEach((track) => track.stop());
    if (line === mine) toast(error.name === "NotAllowedError" || error.name === "NotFoundError" ? place.dataset.refused : place.dataset.failed, { danger: true });
  }
}

function on({ t, reason }) {
  if (t === "gone" && reason === "failed") toast(place.dataset.failed, { danger: true });
  if (t !== "joined" && t !== "gone" && t !== "mode") return;
  if (t === "gone") line = null;
  look();
}

function showQuality() {
  const state = place.querySelector(".telephone-state");
  if (!state) return;
  state.hidden = quality === "ok";
  state.textContent = quality === "ok" ? "" : place.dataset[quality];
}

async function microphones() {
  const choice = document.getElementById("telephone-microphone");
  if (!choice || !line?.line) return;
  const found = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "audioinput");
  choice.replaceChildren(...found.map(({ deviceId, label }) => new Option(label || deviceId, deviceId)));
  choice.value = line.line.sound.getAudioTracks()[0]?.getSettings().deviceId ?? "";
}

async function press({ phone, call: ref = shown()?.dataset.call, on: wanted, ...more }) {
  const body = {};
  if (wanted) body.on = wanted === "true";
  for (const name of ["keys", "mode"]) if (more[name]) body[name] = more[name];
  if (more.membership) body.membership = Number(more.membership);
  if (phone === "mute" && line?.line) line.line.muted = body.on; // at once; the server's word follows
  await call(`/desk/telephone/${ref}/${phone}`, { body }).catch(failed);
  if (phone !== "keys") look();
}

place.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-phone]");
  if (button) press(button.dataset);
});
place.addEventListener("change", async ({ target }) => {
  if (target.id !== "telephone-microphone" || !line?.line) return;
  localStorage.setItem(CHOSEN, target.value);
  await line.line.speakInto(await microphone(target.value)).catch(() => toast(place.dataset.refused, { danger: true }));
});
setInterval(() => {
  const clock = place.querySelector(".telephone-time");
  if (!clock) return;
  const seconds = Number(clock.dataset.seconds++);
  clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}, 1_000);
document.addEventListener("wd-signal", ({ detail }) => detail.what === "telephone" && look());
document.addEventListener("wd-open", () => line || look());
setInterval(() => line || document.hidden || look(), IDLE_MS); // pages without a stream hear no signals
addEventListener("beforeunload", (event) => line && event.preventDefault()); // the line would be lost for a moment
look();
