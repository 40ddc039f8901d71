/* Moments of the oversight pages in the reader's own time zone, later rows too. */

import { localTimes } from "./ages.js";

localTimes();
document.body.addEventListener("htmx:afterSwap", () => localTimes());
