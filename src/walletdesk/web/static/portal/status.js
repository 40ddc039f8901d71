/* The status page with scripts: times of here, files, copying the address, and a look whether something is new. */

import { FileTray, setUpFiles } from "../common/files.js";
import { copyText, fullTime, make, readJson } from "../common/text.js";

const LOOK_MS = 15_000;
const $ = (id) => document.getElementById(id);
const config = readJson("wd-config");
const strings = readJson("wd-strings");
const form = $("add");
const here = new URL(".", form.action).pathname; // not of this page: what was refused is answered where it was sent

for (const each of document.querySelectorAll("[data-time]")) each.textContent = fullTime(new Date(each.dateTime), config.htmlLanguage);

setUpFiles({ strings, language: config.htmlLanguage, addresses: async () => ({}) });
const button = $("attach");
const label = button.textContent;
button.textContent = "";
button.hidden = false;
const tray = new FileTray({ field: form.elements.text, button, list: $("tray"), drop: form, target: async () => ({ url: `${here}files`, headers: {} }) });
button.append(label);
form.addEventListener("submit", (event) => {
  if (tray.busy) return event.preventDefault();
  form.append(...tray.ids.map((id) => make("input", { type: "hidden", name: "files", value: id })));
  return null;
});

$("copy").hidden = false;
$("copy").addEventListener("click", async () => {
  if (await copyText($("address").value)) $("copy").lastElementChild.textContent = strings.copied;
});

async function look() {
  if (document.hidden) return;
  const now = await fetch(`${here}state`, { headers: { Accept: "application/json" }, cache: "no-store" }).then((answer) => answer.json()).catch(() => null);
  if (!now || now.cursor === undefined || (now.cursor === config.cursor && now.status === config.status)) return;
  const busy = form.elements.text.value || tray.ids.length || tray.busy || $("address").closest("details").open;
  if (!busy) return location.replace($("news").querySelector("a").href);
  $("news").querySelector("p").textContent = strings.news;
  $("news").hidden = false;
}
setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", look);
