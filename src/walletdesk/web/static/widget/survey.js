/* Loaded when a matter is settled: asks how it was, where the server says that this customer may be asked. */

const host = document.getElementById("survey");
let asked = "";
let style = null;

/** Ask about the conversation that is `over`, once on this page; take the question away when it goes on. */
export async function survey(chat) {
  const { api, over } = chat;
  const due = over ? api.conversation : "";
  if (asked === due) return;
  asked = due;
  host.replaceChildren();
  host.hidden = true;
  const told = due && (await api.survey("survey/ask", { language: api.language }).catch(() => null));
  if (!told || asked !== due) return;
  if (!style) document.head.append((style = chat.make("link", { rel: "stylesheet", href: new URL("./survey.css", import.meta.url).href })));
  host.replaceChildren(form(told, chat));
  host.hidden = false;
}

function form(told, chat) {
  const { api, make } = chat;
  const given = {};
  const send = make("button", { type: "submit", class: "btn primary", disabled: "" }, told.send);
  const comment = make("textarea", { class: "input", rows: "2", maxlength: "1000", dir: "auto", placeholder: told.comment, "aria-label": told.comment });
  const more = make("div", { class: "rating-more", hidden: "" }, comment, send);
  const rows = Object.entries(told.questions).map(([code, text]) => stars(code, text, told.scores, chat, (score) => {
    given[code] = score;
    more.hidden = false;
    send.disabled = Object.keys(given).length < Object.keys(told.questions).length;
  }));
  const whole = make("form", { class: "rating" }, make("strong", {}, told.intro), ...rows, more);
  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    await chat.attempt(async () => {
      await api.survey("survey", { ...given, comment: comment.value.trim() });
      host.hidden = true;
      chat.say(told.thanks);
    });
    send.disabled = false;
  });
  return whole;
}

function stars(code, text, names, { make, icon }, chosen) {
  const labels = names.map((name, index) => {
    const input = make("input", { type: "radio", name: code, value: String(index + 1), class: "sr-only", required: "" });
    input.addEventListener("change", () => {
      labels.forEach((label, at) => label.classList.toggle("is-on", at <= index));
      chosen(index + 1);
    });
    return make("label", {}, input, make("span", { class: "sr-only" }, name), icon("star"));
  });
  return make("fieldset", {}, make("legend", {}, text), make("div", { class: "stars" }, ...labels));
}
