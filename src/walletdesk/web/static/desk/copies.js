/* Buttons that copy a number of the panel. */

import { copyText } from "../common/text.js";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy-text]");
  if (!button || !(await copyText(button.dataset.copyText))) return;
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 1_500);
});
