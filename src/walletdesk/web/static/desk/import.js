/* How far an archive has come: uploaded by parts, then until the desk has answered. */

const bar = document.getElementById("import-progress");
const on = (name, run) => document.body.addEventListener(`htmx:${name}`, run);

on("beforeRequest", () => {
  bar.hidden = false;
  bar.value = 0;
});
on("xhr:progress", ({ detail: { loaded, total } }) => {
  if (loaded < total) bar.value = loaded / total;
  else bar.removeAttribute("value"); // it is all there: the desk works
});
on("afterRequest", () => (bar.hidden = true));
document.getElementById("archive").addEventListener("change", () => document.getElementById("import-result").replaceChildren());
