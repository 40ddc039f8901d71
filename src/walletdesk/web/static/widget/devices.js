/* Loaded when asked for: other devices, the sign-in with a wallet's signature, and proof of work. */

const LOOK_MS = 3_000;
const $ = (id) => document.getElementById(id);

/** Show a link and a code for another device, and the devices there are. */
export async function showDevices({ api, strings, say }) {
  const dialog = $("devices");
  dialog.showModal();
  const list = async () => {
    const { devices } = await api.devices();
    $("devices-list").replaceChildren(...devices.map((device) => row(device, strings, async () => {
      await api.removeDevice(device.id).catch(() => say(strings.error_action));
      await list();
    })));
  };
  const timer = setInterval(() => list().catch(() => {}), LOOK_MS);
  dialog.addEventListener("close", () => clearInterval(timer), { once: true });
  $("devices-close").onclick = () => dialog.close();
  $("devices-copy").onclick = () => navigator.clipboard.writeText($("devices-url").value).then(() => say(strings.copied), () => $("devices-url").select());
  $("devices-link").hidden = !api.conversation;
  try {
    if (api.conversation) showLink(await api.makeLink());
    await list();
  } catch (error) {
    $("devices-link").hidden = true;
    say(strings[`error_${error.code}`] ?? strings.error_action);
  }
}

function showLink({ url, qr }) {
  $("devices-url").value = url;
  const svg = $("devices-qr");
  svg.setAttribute("viewBox", `0 0 ${qr.size} ${qr.size}`);
  svg.querySelector("path").setAttribute("d", qr.path);
}

function row(device, strings, remove) {
  const item = document.createElement("li");
  const name = item.appendChild(document.createElement("span"));
  name.textContent = device.this ? `${device.name || strings.device} · ${strings.device_this}` : device.name || strings.device;
  if (device.revocable) {
    const button = item.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "btn";
    button.textContent = strings.device_out;
    button.addEventListener("click", remove);
  }
  return item;
}

/** Have the wallet in this browser sign our sentence: it proves an address and moves nothing. */
export async function signInWithWallet({ api, config, strings, say, arrived }) {
  try {
    const [address] = await window.ethereum.request({ method: "eth_requestAccounts" });
    const present = Number(await window.ethereum.request({ method: "eth_chainId" }));
    const chain = config.chains.includes(present) ? present : config.chains[0];
    await api.ensureSession();
    const { message } = await api.identify("wallet/challenge", { address, chain });
    const hex = [...new TextEncoder().encode(message)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const signature = await window.ethereum.request({ method: "personal_sign", params: [`0x${hex}`, address] });
    arrived(await api.identify("wallet/verify", { signature }));
    say(strings.wallet_done);
  } catch (error) {
    say(strings[`error_${error.code}`] ?? strings.wallet_failed);
  }
}

/** Find for each part the number that makes its hash begin with so many zero bits; pause between chunks. */
export async function solve({ challenge, parts, bits }) {
  const coder = new TextEncoder();
  const found = [];
  for (let part = 0; part < parts; part += 1) {
    for (let from = 0; found.length === part; from += 256) {
      const hashes = await Promise.all(Array.from({ length: 256 }, (_, n) =>
        crypto.subtle.digest("SHA-256", coder.encode(`${challenge}:${part}:${from + n}`))));
      const hit = hashes.findIndex((hash) => new DataView(hash).getUint32(0) >>> (32 - bits) === 0);
      if (hit >= 0) found.push(from + hit);
    }
  }
  return { challenge, solution: found.join(",") };
}
