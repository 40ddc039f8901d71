/* The viewer of a thread's pictures: one at a time, large, by keyboard and by touch. */

const STYLE = new URL("./viewer.css", import.meta.url).pathname;

/** Load the style once. */
function styled(make) {
  if (document.querySelector(`link[href="${STYLE}"]`)) return null;
  const link = make("link", { rel: "stylesheet", href: STYLE });
  const loaded = new Promise((done) => ["load", "error"].forEach((name) => link.addEventListener(name, done)));
  document.head.append(link);
  return loaded;
}

/** Show the picture of a thread's button; the others of the thread come before and after it. */
export async function view(start, { strings, addressOf, download, fill, icon, make }) {
  await styled(make);
  const pictures = [...start.closest(".wd-list, body").querySelectorAll(".wd-picture")].map((button) => button.file);
  let at = pictures.indexOf(start.file);
  const action = (name, text, act) => {
    const button = make("button", { type: "button", class: "btn ghost icon-only", "aria-label": text, title: text }, icon(name));
    button.addEventListener("click", act);
    return button;
  };
  const image = make("img", {});
  const stage = make("div", { class: "viewer-stage" }, image);
  const place = make("span", { role: "status" });
  const name = make("strong", { dir: "auto" });
  const dialog = make("dialog", { class: "viewer", "aria-label": strings.viewer_label });
  const zoom = () => stage.classList.toggle("is-large");
  const previous = action("arrow-left", strings.viewer_previous, () => show(at - 1));
  const next = action("arrow-left", strings.viewer_next, () => show(at + 1));
  next.classList.add("is-next");
  const tools = [
    action("search", strings.viewer_zoom, zoom),
    action("arrow-down", strings.viewer_download, () => download(pictures[at])),
    action("close", strings.viewer_close, () => dialog.close()),
  ];
  dialog.append(make("header", {}, name, place, ...tools), stage, previous, next);

  async function show(number) {
    if (number < 0 || number >= pictures.length) return;
    at = number;
    const file = pictures[at];
    stage.classList.remove("is-large");
    name.textContent = file.name;
    place.textContent = fill(strings.viewer_place, { n: at + 1, count: pictures.length });
    previous.disabled = at === 0;
    next.disabled = at === pictures.length - 1;
    image.alt = fill(strings.file_picture, file);
    image.removeAttribute("src");
    image.width = file.width;
    image.height = file.height;
    const found = await addressOf(file.id).catch(() => null);
    if (found && pictures[at] === file) image.src = found.display;
    else if (!found) place.textContent = strings.file_gone;
  }

  image.addEventListener("click", zoom);
  stage.addEventListener("click", (event) => event.target === stage && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") show(at + (event.key === forward ? 1 : -1));
    else if (event.key === "+" || event.key === "-" || event.key === " ") stage.classList.toggle("is-large", event.key === "+" || (event.key === " " && !stage.classList.contains("is-large")));
    else return;
    if (event.key !== " " || event.target === dialog) event.preventDefault();
    event.stopPropagation();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    start.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  tools[2].focus();
  show(at);
}
