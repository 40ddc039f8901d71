/* The line above the desk that tells those who oversee it of odd behaviour. */

import { fill } from "../common/text.js";
import { call, strings } from "./page.js";

const ASK_MS = 45_000; // a signal comes at once; this is for screens that missed it
const banner = document.getElementById("alarm-banner");

async function look() {
  const told = await call("/desk/alarms/waiting", { quiet: true }).catch(() => null);
  if (!told) return; // what is shown stays
  const { waiting } = told;
  banner.hidden = !waiting;
  banner.querySelector("span").textContent = fill(strings[waiting === 1 ? "alarms_one" : "alarms_other"], { n: waiting });
}

export function prepareAlarms() {
  if (!banner) return;
  look();
  setInterval(() => document.hidden || look(), ASK_MS);
}

/** Take news of the desk's stream. */
export function alarmSignal(signal) {
  if (banner && signal.what === "alarm") look();
}
