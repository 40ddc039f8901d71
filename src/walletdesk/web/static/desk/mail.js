/* What a mail shows in the thread besides its text: who vouches for the sender, addresses, what it quotes, its formatted
   version in a frame that can do nothing, the original for owners. */

import { slots } from "../common/events.js";
import { fill, icon, make, richText } from "../common/text.js";
import { desk, strings } from "./page.js";

const FIELDS = ["subject", "from", "to", "cc", "reply_to", "links"];
const REMOTE = "remote_content";
const GRAVE = new Set(["link_mismatch", "link_punycode"]);
const before = slots.filesOf;
/** Where a mail is kept: also one of a conversation that goes on here. */
const baseOf = ({ seq, from }) => `/desk/c/${from?.ref ?? document.querySelector(".conversation").dataset.ref}/mail/${from?.seq ?? seq}`;

slots.filesOf = (event) => {
  const files = before(event);
  const mail = event.staff_data?.mail;
  return mail ? make("div", { class: "mail-part" }, files, ...notices(mail), details(mail, baseOf(event))) : files;
};

function notices(mail) {
  const notice = (look, name, text) => make("p", { class: `mail-notice ${look}` }, icon(name), make("span", {}, text));
  return [
    mail.sender === "authenticated" ? null : notice("danger", "alert", strings[`letter_${mail.sender}`]),
    mail.verification ? notice("danger", "alert", strings.letter_verification) : null,
    mail.automatic ? notice("", "bot", strings.letter_automatic) : null,
    ...(mail.marks ?? []).filter((mark) => mark !== REMOTE).map((mark) => (GRAVE.has(mark) ? notice("danger", "alert", strings[`letter_${mark}`]) : notice("", "info", strings[`letter_${mark}`]))),
  ].filter(Boolean);
}

function details(mail, base) {
  const rows = FIELDS.filter((name) => mail[name]).flatMap((name) => [
    make("dt", {}, strings[`letter_${name}`]),
    make("dd", { dir: "auto" }, richText(mail[name], strings)),
  ]);
  if (mail.sender === "authenticated" && mail.domain) {
    rows.push(make("dt", {}, icon("shield")), make("dd", {}, fill(strings.letter_authenticated, mail)));
  }
  if (mail.left_out_names) rows.push(make("dt", {}, strings.letter_left_out), make("dd", { dir: "auto" }, richText(mail.left_out_names, strings)));
  const box = make("details", { class: "mail-details" }, make("summary", {}, icon("mail"), make("span", { dir: "auto" }, mail.subject ? richText(mail.subject, strings) : strings.letter_details)));
  box.append(make("dl", {}, ...rows));
  if (mail.cut) box.append(make("p", { class: "mail-notice" }, strings.letter_cut));
  if (mail.marks?.includes(REMOTE)) box.append(make("p", { class: "mail-notice" }, strings[`letter_${REMOTE}`]));
  if (mail.html) box.append(formatted(base));
  if (desk.owner) box.append(original(base));
  if (!mail.quoted) return box;
  const quoted = make("details", { class: "mail-quoted" }, make("summary", {}, strings.letter_quoted), make("div", { dir: "auto" }, richText(mail.quoted, strings)));
  return make("div", {}, quoted, box);
}

/** A frame is made only when somebody wants to look. */
function formatted(base) {
  const button = make("button", { type: "button", class: "btn small" }, strings.letter_html);
  button.addEventListener("click", () => {
    button.replaceWith(make("iframe", { class: "mail-frame", sandbox: "", src: `${base}/html`, title: strings.letter_html_title, referrerpolicy: "no-referrer" }));
  });
  return button;
}

function original(base) {
  const token = make("input", { type: "hidden", name: "csrfmiddlewaretoken", value: document.body.dataset.csrf });
  return make("form", { method: "post", action: `${base}/original` }, token, make("button", { type: "submit", class: "btn small ghost" }, icon("download"), strings.letter_original));
}
