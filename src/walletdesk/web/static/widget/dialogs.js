/* Dialogs, also where browsers do not know them (Safari before 15.4): then without the keeping of the focus. */

export function openDialog(dialog) {
  if (dialog.showModal) return dialog.showModal();
  dialog.setAttribute("open", "");
  return dialog.querySelector("button").focus();
}

export function closeDialog(dialog) {
  if (dialog.close) return dialog.close();
  dialog.removeAttribute("open");
  return dialog.dispatchEvent(new Event("close"));
}
