/* Ages that tick, in the words of web/desk/wording.py. */

import { fill, fullTime } from "../common/text.js";
import { language, strings } from "./page.js";

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
const THIN_S = 5 * MINUTE;
const GONE_S = 15 * MINUTE;
const TICK_MS = 10_000;

function age(seconds) {
  if (seconds < MINUTE) return strings.age_now;
  if (seconds < HOUR) return fill(strings.age_minutes, { n: Math.floor(seconds / MINUTE) });
  if (seconds < DAY) return fill(strings.age_hours, { n: Math.floor(seconds / HOUR) });
  return fill(strings.age_days, { n: Math.floor(seconds / DAY) });
}

function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const time of document.querySelectorAll(".row-age")) {
    const seconds = Math.max(0, (now - Date.parse(time.dateTime)) / 1000);
    const text = age(seconds);
    if (time.textContent !== text) time.textContent = text;
    if (!("waits" in time.dataset)) continue;
    time.classList.toggle("good", seconds < THIN_S);
    time.classList.toggle("thin", seconds >= THIN_S && seconds < GONE_S);
    time.classList.toggle("gone", seconds >= GONE_S);
  }
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = (Date.parse(time.dateTime) - now) / 1000;
    const words = left > 0 ? strings.clock_left : strings.clock_late;
    time.textContent = fill(words, { age: age(Math.max(MINUTE, Math.abs(left))) });
    const tone = left <= 0 ? "gone" : Date.parse(time.dataset.warn) <= now ? "thin" : "good";
    const { classList } = time.closest(".clock");
    for (const each of ["good", "thin", "gone"]) classList.toggle(each, each === tone);
  }
}

/** Write full moments in the reader's own time zone. */
export function localTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-full]")) {
    const at = new Date(time.dateTime);
    time.title = fullTime(at, language);
    const timeStyle = time.dataset.full === "date" ? undefined : "short";
    const today = time.dataset.full === "moment" && at.toDateString() === new Date().toDateString();
    const dateStyle = today ? undefined : time.dataset.full === "moment" ? "short" : "medium";
    time.textContent = new Intl.DateTimeFormat(language, { dateStyle, timeStyle }).format(at);
  }
}

export function startAges() {
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
}
