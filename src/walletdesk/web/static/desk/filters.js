/* Saved filters: keeping the one that holds, forgetting one. */

import { call, desk, failed } from "./page.js";

export function prepareFilters() {
  const dialog = document.getElementById("keep");
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, shared } = event.target.elements;
    const body = { name: name.value, view: desk.view, query: desk.query, shared: Boolean(shared?.checked) };
    const kept = await call("/desk/saved", { body }).catch(failed);
    if (kept) location.assign(kept.address);
  });
  // An empty choice has no place in an address.
  document.getElementById("filter").addEventListener("submit", ({ target }) => {
    for (const field of target.elements) if (field.name && !field.value) field.disabled = true;
  });
}

export async function forgetFilter(button) {
  await call(`/desk/saved/${button.dataset.id}/remove`, { body: {} }).then(() => button.closest("li").remove(), failed);
}
