/* A call, from the button to the last word: loaded when "call us" is pressed. */

import { Line, microphone } from "../common/line.js";

const TOKEN_MS = 45_000;
const SIGNS = {
  microphone: "M12 4a2.5 2.5 0 0 1 2.5 2.500v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4ZM6 11.500a6 6 0 0 0 12 0M12 17.500V21",
  keypad: "M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01",
};

let chat = null;
let strings = {};
let call = null;

function sign(name) {
  const svg = chat.icon("x");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SIGNS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.replaceChildren(path);
  return svg;
}

/** Begin a call, or go back to the one that runs. */
export async function begin(given) {
  chat = given;
  if (call) return call.root.querySelector("button")?.focus();
  call = screen();
  document.querySelector(".middle").before(call.root);
  document.getElementById("chat").classList.add("in-call");
  return start();
}

const token = async () => {
  await chat.ensureChat();
  const told = await chat.api.identify("call", { conversation: chat.api.conversation });
  strings = told.strings;
  return told.token;
};

async function start() {
  let since = Date.now();
  let given;
  try {
    given = await token();
  } catch (error) {
    return finish(error.told?.message ?? chat.failed);
  }
  call.say(strings.microphone, strings.microphone_why);
  let sound;
  try {
    sound = await microphone();
  } catch (error) {
    return finish(strings[error.name === "NotFoundError" ? "no_microphone" : "refused"], true);
  }
  try {
    if (Date.now() - since > TOKEN_MS) given = await token();
    call.line = new Line({ sound, on: news, quality: (word) => call?.quality(word) });
    call.say(strings.connecting);
    call.inCall(true);
    return await call.line.open(given);
  } catch {
    for (const track of sound.getTracks()) track.stop();
    return finish(strings.busy, true);
  }
}

function news(item) {
  if (!call) return;
  const shown = { say: () => call.ask(item), hold: () => call.ask({ ...item, text: [strings.waiting, item.text] }), joined: () => call.talk(), message: () => call.say(strings.message, strings.message_how) }[item.t];
  if (item.t === "mode") call.say(strings[item.mode === "held" ? "held" : "talking"]);
  if (item.t === "message_taken") call.say(strings.message_taken);
  if (item.t === "gone") finish(strings[`over_${item.reason}`] ?? strings.over_us, item.reason !== "caller" && item.reason !== "us");
  shown?.();
}

function finish(text, again = false) {
  const screenOf = call;
  if (!screenOf) return;
  screenOf.inCall(false);
  screenOf.say(text);
  const buttons = [again && [strings.again, () => (close(), begin(chat))], [strings.write ?? document.getElementById("back").getAttribute("aria-label"), () => (close(), chat.write())]];
  screenOf.choices(buttons.filter(Boolean));
}

function close() {
  call.root.remove();
  clearInterval(call.clock);
  call = null;
  document.getElementById("chat").classList.remove("in-call");
}

/** What a call looks like. */
function screen() {
  const { make } = chat;
  const title = make("strong", { role: "status" }, chat.label);
  const said = make("p", { dir: "auto", "aria-live": "polite" });
  const state = make("p", { class: "call-state", role: "status", hidden: "" });
  const choices = make("div", { class: "call-choices" });
  const pad = make("div", { class: "call-pad", role: "group", hidden: "" });
  const bar = make("div", { class: "call-bar", hidden: "" });
  const root = make("section", { class: "call", "aria-label": chat.label }, title, said, state, choices, pad, bar);
  const one = { root, line: null, clock: 0 };

  one.say = (first, ...rest) => {
    clearInterval(one.clock);
    title.textContent = first;
    said.textContent = rest.join(" ");
    choices.replaceChildren();
  };
  one.choices = (list) => choices.replaceChildren(...list.map(([text, act]) => button(text, act)));
  one.ask = ({ text, choices: list = [], keys }) => {
    const [first, ...rest] = text;
    one.say(first, ...rest);
    one.choices(list.map(([key, words]) => [words, () => one.line.press(key)]));
    if (keys && !list.length) showPad(true);
    else if (list.length) choices.firstChild.focus();
  };
  one.talk = () => {
    one.say(strings.talking);
    showPad(false);
    const from = Date.now();
    one.clock = setInterval(() => {
      const seconds = Math.round((Date.now() - from) / 1000);
      said.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }, 1_000);
    said.textContent = "0:00";
  };
  one.quality = (word) => {
    state.hidden = word === "ok";
    state.textContent = word === "ok" ? "" : strings[`quality_${word}`];
  };
  one.inCall = (on) => {
    bar.hidden = !on;
    if (!on) showPad(false);
    if (!on || bar.firstChild) return;
    const mute = toggle("microphone", strings.mute, (off) => (one.line.muted = off));
    const keypad = toggle("keypad", strings.keypad, (shown) => showPad(shown));
    const end = button(strings.hang_up, () => one.line.hangUp());
    end.className = "btn danger";
    bar.append(mute, keypad, end);
    pad.setAttribute("aria-label", strings.keypad);
    pad.append(...[..."123456789*0#"].map((key) => button(key, () => one.line.press(key))));
  };

  function showPad(on) {
    pad.hidden = !on;
    bar.children[1]?.setAttribute("aria-pressed", String(on));
  }

  function button(text, act) {
    const made = make("button", { type: "button", class: "btn" }, text);
    made.addEventListener("click", act);
    return made;
  }

  function toggle(name, text, act) {
    const made = make("button", { type: "button", class: "btn", "aria-pressed": "false" }, sign(name), text);
    made.addEventListener("click", () => {
      const on = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(on));
      act(on);
    });
    return made;
  }
  return one;
}
