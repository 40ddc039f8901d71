/* Codes of calls: the one that our call-back says, and one by which a caller shows who they are. */

function card({ make }, id, title, code, text) {
  document.getElementById(id)?.remove();
  const shown = make("section", { class: "call", id, role: "status" }, make("strong", {}, title), make("strong", { class: "call-digits" }, [...code].join(" ")), make("p", {}, text));
  document.querySelector(".middle").before(shown);
  return shown;
}

/** Show what our next call says, while one is owed. */
export async function tellCallBacks(chat) {
  const { codes, title, text } = await chat.api.callCodes().catch(() => ({}));
  if (codes?.length) card(chat, "cb", title, codes.join(" · "), text);
}

/** Show a fresh code for a call to us. */
export async function showCode(chat) {
  await chat.ensureChat();
  const { code, title, text, close } = await chat.api.identify("call/code", {});
  const shown = card(chat, "cc", title, code, text);
  const button = chat.make("button", { type: "button", class: "btn" }, close);
  button.addEventListener("click", () => shown.remove());
  shown.append(button);
  button.focus();
}
