/* Saved filters: keeping the one that holds, forgetting one. */

import { call, desk, toast } from "./page.js";

export function prepareFilters() {
  const dialog = document.getElementById("keep");
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, shared } = event.target.elements;
    const body = { name: name.value, view: desk.view, query: desk.query, shared: Boolean(shared?.checked) };
    try {
      const { address } = await call("/desk/saved", { body });
      location.assign(address);
    } catch (error) {
      toast(error.message, { danger: true });
    }
  });
  // An empty choice has no place in an address.
  document.getElementById("filter").addEventListener("submit", ({ target }) => {
    for (const field of target.elements) if (field.name && !field.value) field.disabled = true;
  });
}

export async function forgetFilter(button) {
  try {
    await call(`/desk/saved/${button.dataset.id}/remove`, { body: {} });
    button.closest("li").remove();
  } catch (error) {
    toast(error.message, { danger: true });
  }
}
