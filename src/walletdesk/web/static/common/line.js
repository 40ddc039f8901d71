/* A line to the media process: news by long polls, sound by WebRTC once it is asked for. */

const NEWS_MS = 35_000;
const AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000, 8_000];
const LOOK_MS = 3_000;
const LOST_SHARE = 0.05; // of packets in the last seconds: words are missed from here on

async function ask(path, body, ms = 15_000) {
  const response = await fetch(`/voice/media/${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    credentials: "omit", cache: "no-store", signal: AbortSignal.timeout?.(ms),
  });
  if (!response.ok) throw Object.assign(new Error(path), { status: response.status });
  return response.headers.get("Content-Type").startsWith("audio/") ? response.arrayBuffer() : response.json();
}

/** Ask for the microphone. Raises what the browser raises; TypeError where there is none to ask for. */
export const microphone = (device = "") =>
  navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...(device && { deviceId: device }) } });

/** One end of a call. `on(news)` gets what the server tells; `quality(word)`: "ok", "weak" or "lost". */
export class Line {
  #ident = "";
  #ice = [];
  #peer = null;
  #keys = null;
  #audio = new Audio();
  #context = null;
  #playing = [];
  #looking = 0;
  #counts = [0, 0];
  over = false;

  constructor({ sound, on, quality }) {
    Object.assign(this, { sound, on, quality });
    this.#audio.autoplay = true;
  }

  async open(token) {
    const open = () => ask("open", { token }, NEWS_MS);
    const { line, ice } = await open().catch(open).catch(open); // the first call of the day waits for the process
    this.#ident = line;
    this.#ice = ice;
    this.#follow();
  }

  async #follow() {
    let after = 0;
    let failed = 0;
    while (!this.over) {
      try {
        const { news } = await ask("news", { line: this.#ident, after }, NEWS_MS);
        if (failed) this.quality("ok");
        failed = 0;
        for (const item of news) {
          after = item.n;
          await this.#take(item);
        }
      } catch (error) {
        if (error.status === 404 || failed >= AGAIN_MS.length) return this.#end("lost");
        this.quality("lost");
        await new Promise((done) => setTimeout(done, AGAIN_MS[failed++]));
      }
    }
    return null;
  }

  async #take(item) {
    this.quiet();
    if (item.t === "media") await this.#connect().catch(() => this.#act("no_sound"));
    if (item.t === "say") this.#play(item.sounds, false);
    if (item.t === "hold" && !this.#peer) this.#play(["hold"], true);
    if (item.t === "gone") return this.#end(item.reason);
    return this.on(item);
  }

  #act(what, more = {}) {
    return ask("act", { line: this.#ident, do: what, ...more });
  }

  // --- sound -----------------------------------------------------------------------------

  async #connect() {
    this.#peer?.close();
    const peer = (this.#peer = new RTCPeerConnection({ iceServers: this.#ice }));
    this.#keys = peer.createDataChannel("keys");
    for (const track of this.sound.getTracks()) peer.addTrack(track, this.sound);
    peer.ontrack = ({ streams: [stream] }) => {
      this.#audio.srcObject = stream;
      this.#audio.play().catch(() => {});
    };
    peer.onconnectionstatechange = () => this.quality({ connected: "ok", disconnected: "lost", failed: "lost" }[peer.connectionState] ?? "weak");
    await peer.setLocalDescription(await peer.createOffer());
    if (peer.iceGatheringState !== "complete") {
      await new Promise((done) => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
        setTimeout(done, 4_000); // what was found by then must do
      });
    }
    const { sdp } = await this.#act("offer", { sdp: peer.localDescription.sdp });
    await peer.setRemoteDescription({ type: "answer", sdp });
    clearInterval(this.#looking);
    if (this.over) return; // it was hung up meanwhile
    this.#looking = setInterval(() => this.#look(peer), LOOK_MS);
  }

  async #look(peer) {
    if (peer.connectionState !== "connected") return;
    for (const each of (await peer.getStats()).values()) {
      if (each.type !== "inbound-rtp") continue;
      const [received, lost] = [each.packetsReceived - this.#counts[0], each.packetsLost - this.#counts[1]];
      this.#counts = [each.packetsReceived, each.packetsLost];
      this.quality(lost > (received + lost) * LOST_SHARE ? "weak" : "ok");
    }
  }

  async #play(names, loop) {
    const mine = (this.#playing = []);
    this.#context ??= new AudioContext();
    for (const sound of names) {
      const found = await ask("sound", { line: this.#ident, sound }).then((wav) => this.#context.decodeAudioData(wav)).catch(() => null);
      if (!found || mine !== this.#playing) continue;
      const source = Object.assign(this.#context.createBufferSource(), { buffer: found, loop });
      source.connect(this.#context.destination);
      const before = mine.length ? mine[mine.length - 1].ends : this.#context.currentTime;
      source.start(before);
      mine.push({ source, ends: before + found.duration });
    }
  }

  /** Stop what the server has said. */
  quiet() {
    for (const { source } of this.#playing) source.stop();
    this.#playing = [];
  }

  // --- acting ----------------------------------------------------------------------------

  set muted(on) {
    for (const track of this.sound.getAudioTracks()) track.enabled = !on;
  }

  /** Speak into another microphone. */
  async speakInto(stream) {
    const [track] = stream.getAudioTracks();
    for (const each of this.sound.getTracks()) each.stop();
    await this.#peer?.getSenders().find((sender) => sender.track?.kind === "audio")?.replaceTrack(track);
    this.sound = stream;
  }

  press(keys) {
    if (this.#keys?.readyState === "open") this.#keys.send(keys);
    else this.#act("keys", { keys }).catch(() => {});
  }

  hangUp() {
    this.#act("bye").catch(() => {});
    this.#end("caller");
  }

  #end(reason) {
    if (this.over) return;
    this.over = true;
    this.quiet();
    clearInterval(this.#looking);
    this.#peer?.close();
    for (const track of this.sound.getTracks()) track.stop();
    this.#context?.close();
    this.on({ t: "gone", reason });
  }
}
