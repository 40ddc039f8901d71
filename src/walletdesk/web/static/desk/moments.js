/* The choice of a moment: usual ones and one's own, in the reader's time zone; sent with its offset. */

import { make } from "../common/text.js";
import { language, strings } from "./page.js";

const at = (days, hour) => {
  const moment = new Date();
  moment.setDate(moment.getDate() + days);
  moment.setHours(hour, 0, 0, 0);
  return moment;
};

function usual() {
  const now = new Date();
  const found = [["moment_hours", new Date(now.getTime() + 3 * 3_600_000)]];
  if (now.getHours() < 17) found.push(["moment_evening", at(0, 18)]);
  found.push(["moment_tomorrow", at(1, 9)], ["moment_week", at((8 - now.getDay()) % 7 || 7, 9)]);
  return found;
}

const local = (moment) => new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** Fill the choices of every form below `root`; a usual moment sends the form. */
export function prepareMoments(root) {
  for (const place of root.querySelectorAll("[data-moments]")) {
    const form = place.closest("form");
    const own = form.querySelector("[data-moment]");
    own.required = true;
    own.min = local(new Date());
    const format = new Intl.DateTimeFormat(language, { weekday: "short", hour: "numeric", minute: "2-digit" });
    place.replaceChildren(
      ...usual().map(([key, moment]) => {
        const button = make("button", { type: "button", class: "moment" }, make("span", {}, strings[key]), make("small", {}, format.format(moment)));
        button.addEventListener("click", () => {
          own.value = local(moment);
          form.requestSubmit();
        });
        return button;
      }),
    );
  }
}

// Before htmx reads the form.
document.addEventListener(
  "submit",
  ({ target }) => {
    const until = target.elements?.until;
    if (!until) return;
    const own = target.querySelector("[data-moment]");
    const hours = Number(target.elements.hours?.value);
    until.value = (own ? new Date(own.value) : new Date(Date.now() + hours * 3_600_000)).toISOString();
  },
  true,
);
