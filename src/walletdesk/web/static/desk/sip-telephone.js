/* An agent's end of a call that Asterisk carries: SIP over a WebSocket, by JsSIP, which is loaded with the first call.
   Used as a `Line` (common/line.js); `open` takes the account that the server made. */

const ANSWER_MS = 30_000;
const LOOK_MS = 3_000;
const LOST_SHARE = 0.05; // of packets in the last seconds: words are missed from here on

export class SipLine {
  #agent = null;
  #session = null;
  #audio = Object.assign(new Audio(), { autoplay: true });
  #looking = 0;
  #counts = [0, 0];
  #ice = [];
  over = false;

  constructor({ sound, on, quality }) {
    Object.assign(this, { sound, on, quality });
  }

  /** Register and take up the call that comes; it was accepted in the desk. */
  async open({ wss, domain, user, password, ice }) {
    this.#ice = ice;
    const { default: JsSIP } = await import("../vendor/jssip-3.13.8.min.js");
    if (this.over) return;
    this.#agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(wss)], uri: `sip:${user}@${domain}`, password, register: true, session_timers: false,
    });
    this.#agent.on("newRTCSession", ({ originator, session }) => originator === "remote" && this.#take(session));
    this.#agent.on("registrationFailed", () => this.#end("failed"));
    this.#agent.on("disconnected", () => this.quality("lost")); // the sound goes on without it
    this.#agent.on("connected", () => this.quality("ok"));
    this.#agent.start();
    setTimeout(() => this.#session || this.#end("failed"), ANSWER_MS);
  }

  #take(session) {
    if (this.#session) return session.terminate({ status_code: 486 });
    this.#session = session;
    session.on("peerconnection", ({ peerconnection }) => this.#hear(peerconnection));
    session.on("confirmed", () => this.on({ t: "joined" }));
    session.on("ended", () => this.#end("left"));
    session.on("failed", () => this.#end("failed"));
    // The installation's own servers, or none: no stranger learns our address.
    return session.answer({ mediaStream: this.sound, pcConfig: { iceServers: this.#ice } });
  }

  #hear(peer) {
    peer.addEventListener("track", ({ track }) => {
      this.#audio.srcObject = new MediaStream([track]);
      this.#audio.play().catch(() => {});
    });
    this.#looking = setInterval(() => this.#look(peer), LOOK_MS);
  }

  async #look(peer) {
    for (const each of (await peer.getStats()).values()) {
      if (each.type !== "inbound-rtp") continue;
      const [received, lost] = [each.packetsReceived - this.#counts[0], each.packetsLost - this.#counts[1]];
      this.#counts = [each.packetsReceived, each.packetsLost];
      this.quality(lost > (received + lost) * LOST_SHARE ? "weak" : "ok");
    }
  }

  set muted(on) {
    for (const track of this.sound.getAudioTracks()) track.enabled = !on;
  }

  /** Speak into another microphone. */
  async speakInto(stream) {
    for (const each of this.sound.getTracks()) each.stop();
    await this.#session?.connection?.getSenders()[0]?.replaceTrack(stream.getAudioTracks()[0]);
    this.sound = stream;
  }

  press(keys) {
    this.#session?.sendDTMF(keys, { transportType: "RFC2833" });
  }

  hangUp() {
    this.#end("left");
  }

  #end(reason) {
    if (this.over) return;
    this.over = true;
    clearInterval(this.#looking);
    if (this.#session && !this.#session.isEnded()) this.#session.terminate();
    this.#agent?.stop();
    for (const track of this.sound.getTracks()) track.stop();
    this.on({ t: "gone", reason });
  }
}
