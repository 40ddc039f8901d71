/* What a person chose on this device: appearance, and the key that sends. */

const YEAR_S = 31_536_000;
const ENTER = "wd-send-with";

/** Whether plain Enter sends (else Ctrl or Cmd with Enter). */
export function enterSends() {
  return read(ENTER) !== "ctrl";
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage is closed in this browser: the default holds
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // holds until the page is left
  }
}

/** The server reads the cookie, so that the next page has its colours from the first pixel on. */
function chooseTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `wd_theme=${theme}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}

/** Show the choices in the menu and take new ones. */
export function preparePreferences() {
  const choose = (name, value, then) => {
    for (const radio of document.querySelectorAll(`#me input[name="${name}"]`)) {
      radio.checked = radio.value === value;
      radio.addEventListener("change", () => then(radio.value));
    }
  };
  choose("theme", document.documentElement.dataset.theme || "", chooseTheme);
  choose("enter", enterSends() ? "enter" : "ctrl", (value) => {
    write(ENTER, value);
    document.dispatchEvent(new CustomEvent("wd-preferences"));
  });
}
