/* Shortcuts. They rest while somebody types or a dialog is open. */

const PAIR_MS = 1_200;

/** @param {Record<string, () => void>} actions by key; "g q" is g, then q */
export function prepareKeys(actions) {
  let first = "";
  let since = 0;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const pair = first && Date.now() - since < PAIR_MS ? `${first} ${key}` : key;
    first = key === "g" ? key : "";
    since = Date.now();
    const action = actions[pair];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
