/* Shortcuts. They rest while somebody types or composes, and while a dialog or menu is open. */

const PAIR_MS = 1_200;
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** @param {Record<string, (event: KeyboardEvent) => void>} actions by key; "g q" is g, then q */
export function prepareKeys(actions) {
  let first = "";
  let since = 0;
  document.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || composing) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open], .menu:popover-open")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const pair = first && Date.now() - since < PAIR_MS ? `${first} ${key}` : key;
    first = key === "g" ? key : "";
    since = Date.now();
    const action = actions[pair];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}
