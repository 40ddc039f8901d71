/* Personal data in texts: tokens such as ⟦email:K3F97QMT⟧ shown as chips. The desk knows more of them: desk/masks.js. */

import { icon, make, textTokens } from "./text.js";

const ICONS = { email: "mail", phone: "call", document: "article", words: "lock" };

/** How a chip looks; the desk puts its own way in. */
export const chips = { make: (_item, ...parts) => make("span", { class: "wd-personal" }, ...parts) };

textTokens.push([
  /⟦(email|phone|document|words):([0-9A-Z]{4,12})⟧/g,
  ([, kind, code], strings) => chips.make(`${kind}:${code}`, icon(ICONS[kind]), make("span", { dir: "ltr" }, strings[`personal_${kind}`] || kind)),
]);
