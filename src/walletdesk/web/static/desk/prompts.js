/* Announcements spoken into the browser: recorded, made a plain WAV here, and sent by the form that takes files. */

import { microphone } from "../common/line.js";

const RATE = 16_000;
const LONGEST_MS = 90_000;
const list = document.querySelector(".prompts");
let running = null;

/** PCM 16 bit, one channel: what the server takes from everybody. */
function wav(samples) {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at, word) => [...word].forEach((char, i) => bytes.setUint8(at + i, char.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  for (const [at, size, value] of [[16, 32, 16], [20, 16, 1], [22, 16, 1], [24, 32, RATE], [28, 32, RATE * 2], [32, 16, 2], [34, 16, 16]]) bytes[`setUint${size}`](at, value, true);
  text(36, "data");
  bytes.setUint32(40, samples.length * 2, true);
  samples.forEach((value, at) => bytes.setInt16(44 + at * 2, Math.max(-1, Math.min(1, value)) * 32_767, true));
  return new File([bytes], "recording.wav", { type: "audio/wav" });
}

async function plain(recorded) {
  const context = new AudioContext();
  const heard = await context.decodeAudioData(await recorded.arrayBuffer());
  context.close();
  const offline = new OfflineAudioContext(1, Math.ceil(heard.duration * RATE), RATE);
  const source = Object.assign(offline.createBufferSource(), { buffer: heard });
  source.connect(offline.destination);
  source.start();
  return wav((await offline.startRendering()).getChannelData(0));
}

async function keep(form, pieces) {
  const files = new DataTransfer();
  files.items.add(await plain(new Blob(pieces)));
  form.elements.sound.files = files.files;
  form.requestSubmit();
}

async function record(button) {
  const form = button.closest("form");
  const state = form.querySelector("[role=status]");
  let sound;
  try {
    sound = await microphone();
  } catch {
    state.textContent = list.dataset.refused;
    return;
  }
  const recorder = new MediaRecorder(sound);
  const pieces = [];
  const timer = setTimeout(() => recorder.stop(), LONGEST_MS);
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  recorder.addEventListener("stop", () => {
    clearTimeout(timer);
    for (const track of sound.getTracks()) track.stop();
    running = null;
    button.disabled = true;
    keep(form, pieces).catch(() => {
      button.disabled = false;
      button.textContent = list.dataset.record;
      state.textContent = list.dataset.failed;
    });
  });
  recorder.start();
  running = recorder;
  button.textContent = list.dataset.stop;
  button.setAttribute("aria-pressed", "true");
  state.textContent = list.dataset.running;
}

if (window.MediaRecorder && navigator.mediaDevices) {
  for (const button of list.querySelectorAll("[data-record]")) button.hidden = false;
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-record]");
    if (!button) return;
    if (running) running.stop();
    else record(button);
  });
}
