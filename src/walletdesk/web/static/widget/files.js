/* Files in the chat: read by addresses made for this device, sent before the message that names them. */

import { slots } from "../common/events.js";
import { fileNames, filesOf, FileTray, setUpFiles } from "../common/files.js";

/** Returns what makes the tray of the composer: (form, field) → FileTray. */
export function prepareFiles({ strings, language, api, store, ensureChat }) {
  setUpFiles({ strings, language, addresses: (ids) => api.fileAddresses(ids), later: () => api.later(strings) });
  Object.assign(slots, { filesOf, fileNames });
  return (form, field) =>
    new FileTray({
      field,
      button: document.getElementById("attach"),
      list: document.getElementById("tray"),
      drop: document.querySelector(".main"),
      warned: { get: () => store.read("warned"), set: () => store.write("warned", true) },
      async target() {
        await ensureChat();
        return { url: "/chat/v1/files", headers: { Authorization: `Bearer ${api.token}` } };
      },
    });
}
