/* Files on the desk: staff read them by their session, and send them from the composer. */

import { slots } from "../common/events.js";
import { fileNames, filesOf, FileTray, setUpFiles } from "../common/files.js";
import { make } from "../common/text.js";
import { parts } from "./composer.js";
import { language, strings } from "./page.js";

const VARIANTS = ["display", "thumb", "file"];
const addressesOf = (id) => Object.fromEntries(VARIANTS.map((name) => [name, `/files/${id}/${name}`]));

setUpFiles({
  strings,
  language,
  addresses: async (ids) => Object.fromEntries(ids.map((id) => [id, addressesOf(id)])),
});
Object.assign(slots, { filesOf, fileNames });

parts.tray = (form) => {
  const button = make("button", { type: "button", class: "btn ghost small icon-only" });
  const list = make("ul", {});
  form.querySelector(".composer-tools").append(button);
  form.querySelector(".composer-foot").before(list);
  return new FileTray({
    button,
    list,
    field: form.querySelector("textarea"),
    drop: form.closest(".conversation") || form,
    target: () => ({
      url: "/desk/files",
      headers: { "X-CSRFToken": document.body.dataset.csrf, "X-Conversation": form.parentElement.dataset.ref },
    }),
  });
};
