/* What a person chose: kept on the server, so that it holds on every device of theirs. */

import { allowNotifications, play } from "./alerts.js";
import { call, desk, failed } from "./page.js";

const YEAR_S = 31_536_000;
const chosen = (desk.preferences ??= {});
const unsaved = new Set(); // names of what the server did not take

/** Whether plain Enter sends (else Ctrl or Cmd with Enter). */
export const enterSends = () => chosen.enter !== "ctrl";

async function keep(name, value) {
  if (chosen[name] === value && !unsaved.has(name)) return;
  chosen[name] = value;
  unsaved.delete(name);
  await call("/desk/preferences", { body: { [name]: value } }).catch((error) => {
    unsaved.add(name);
    failed(error);
  });
}

/** The server reads the cookie, so that the next page has its colours from the first pixel on. */
function showTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `wd_theme=${theme}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

const effects = {
  theme: showTheme,
  enter: () => document.dispatchEvent(new CustomEvent("wd-preferences")),
  density: (value) => (document.body.dataset.density = value),
};

/** Choose by name, as the palette does. */
export function choose(name, value) {
  effects[name]?.(value);
  for (const radio of document.querySelectorAll(`#me input[name="${name}"]`)) radio.checked = radio.value === value;
  keep(name, value);
}

/** Show the choices in the menu and take new ones. */
export function preparePreferences() {
  const theme = document.documentElement.dataset.theme || "";
  if ("theme" in chosen && chosen.theme !== theme) showTheme(chosen.theme); // chosen on another device
  const now = { theme: chosen.theme ?? theme, enter: chosen.enter ?? "enter", density: chosen.density ?? "normal" };
  for (const [name, value] of Object.entries(now)) {
    for (const radio of document.querySelectorAll(`#me input[name="${name}"]`)) {
      radio.checked = radio.value === value;
      radio.addEventListener("change", () => choose(name, radio.value));
    }
  }
  for (const name of ["sound", "notify"]) {
    const box = document.querySelector(`#me input[name="${name}"]`);
    if (!box) continue;
    box.checked = Boolean(chosen[name]);
    box.addEventListener("change", async () => {
      if (name === "notify" && box.checked) box.checked = await allowNotifications();
      if (name === "sound" && box.checked) play();
      keep(name, box.checked);
    });
  }
  if (desk.view) keepView();
}

/** The view in which one works: the next sign-in leads to it. */
export const keepView = () => keep("view", desk.view);
