/* A sound and a notification for a new message. Both are off until a person turns them on, and neither
   says what was written or by whom. */

import { fill } from "../common/text.js";
import { desk, strings, toast } from "./page.js";

const told = new Set();
let audio = null;

/** Two soft tones, made here: no file is loaded. */
export function play() {
  audio ??= new AudioContext();
  audio.resume?.();
  [660, 880].forEach((pitch, at) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const begin = audio.currentTime + at * 0.12;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.08, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.32);
  });
}

/** Ask the browser for leave; only a click may lead here. */
export async function allowNotifications() {
  const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
  if (answer !== "granted") toast(strings.notify_refused, { danger: true });
  return answer === "granted";
}

/** Tell of fresh messages, each once; `isRead` says what is before the reader's eyes anyway. */
export function tell(isRead) {
  const place = document.getElementById("alerts");
  const names = (place?.dataset.alerts || "").split(" ").filter((name) => name && !told.has(name));
  names.forEach((name) => told.add(name));
  const fresh = names.map((name) => name.split(":")[0]).filter((ref) => document.hidden || !isRead(ref));
  if (!fresh.length) return;
  if (desk.preferences.sound) play();
  if (!desk.preferences.notify || !document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const ref = fresh[fresh.length - 1];
  try {
    const shown = new Notification(fill(strings.alert_title, { ref: ref.slice(0, 4).toUpperCase() }), { tag: "walletdesk", silent: true });
    shown.addEventListener("click", () => {
      focus();
      document.dispatchEvent(new CustomEvent("wd-open", { detail: { ref } }));
    });
  } catch {
    // phones' browsers know notifications of service workers only
  }
}
