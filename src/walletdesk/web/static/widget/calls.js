/* "Call us", where the desk takes calls. What the buttons open is loaded when one is pressed. */

let offered = false;

/** Put "call us" where the other ways to reach the desk stand. */
export function offerCalls(chat) {
  if (offered) return;
  offered = true;
  const { make, icon } = chat;
  const styled = () => {
    if (!document.getElementById("call-css")) document.head.append(make("link", { id: "call-css", rel: "stylesheet", href: new URL("./call.css", import.meta.url).href }));
  };
  const codes = (what) => (styled(), import("./call-codes.js").then((m) => m[what](chat)));
  const begin = () => (styled(), import("./call.js").then((m) => m.begin(chat)));
  for (const [host, tag, sign, label, act] of [
    ["menu", "menu-item", "key", chat.code, () => codes("showCode")],
    ["start", "chip", "headset", chat.label, begin],
    ["menu", "menu-item", "headset", chat.label, begin],
  ]) {
    const button = make("button", { type: "button", class: tag }, icon(sign), label);
    button.addEventListener("click", act);
    if (label) document.getElementById(host).prepend(button);
  }
  if (chat.api.token) codes("tellCallBacks");
}
