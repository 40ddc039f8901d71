"""The loader on a wallet's page and the chat in its frame hear each other, and nobody else."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import PATIENCE_MS, comes_true, launched
from walletdesk.web.widget.strings import loader_strings

STATIC = Path(settings.STATIC_FOLDER)
WALLET, DESK, EVIL = "http://wallet.test", "http://desk.test", "http://evil.test"
TOLD = {
    "page": "/widget/aurora/",
    "language": "en",
    "accent": "#5b5bd6",
    "onAccent": "#ffffff",
    "strings": loader_strings("Aurora"),
}
CHAT = """<!doctype html><title>chat</title>
<button id="close">x</button><button id="expand">+</button>
<script type="module" src="/static/widget/frame.js"></script>"""
FRAME = """import { Bridge } from "./bridge.js";
import { Embedder } from "./embedder.js";
window.opened = 0;
const bridge = new Bridge({ origins: [location.origin, "http://wallet.test"], on: {} });
window.embedder = new Embedder({ bridge, onOpen: () => (window.opened += 1) });
document.getElementById("close").onclick = () => window.embedder.tell("close");"""
ADD_FRAME = """src => { const f = document.createElement("iframe"); f.src = src;
  document.body.append(f); }"""
SHOUT = """<!doctype html><script>
const say = (data) => { parent.postMessage(data, "*");
  for (let i = 0; i < parent.frames.length; i += 1) parent.frames[i].postMessage(data, "*"); };
addEventListener("message", (event) => {
  if (event.source !== window) window.heard = (window.heard || 0) + 1; });
setInterval(() => { say({ walletdesk: true, type: "close", open: false });
  say({ walletdesk: true, type: "unread", n: 7 }); }, 20);</script>"""


def serve(route: Route) -> None:
    url = route.request.url
    origin, path = url.split("/", 3)[:3], "/" + url.split("/", 3)[3].split("?")[0]
    host = "/".join(origin)
    if host == WALLET:
        loader = f"{DESK}/widget/aurora/loader.js"
        body = f'<!doctype html><p>Wallet</p><script async src="{loader}"></script>'
        route.fulfill(body=body, content_type="text/html")
    elif host == EVIL:
        route.fulfill(body=SHOUT, content_type="text/html")
    elif path.endswith("loader.js"):
        script = f"document.currentScript.walletdesk = {json.dumps(TOLD)};\n"
        script += (STATIC / "widget" / "loader.js").read_text()
        route.fulfill(body=script, content_type="text/javascript")
    elif path.startswith("/static/"):
        name = path.removeprefix("/static/widget/")
        body = FRAME if name == "frame.js" else (STATIC / "widget" / name).read_text()
        route.fulfill(body=body, content_type="text/javascript")
    else:
        route.fulfill(body=CHAT, content_type="text/html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    context.route("**/*", serve)
    yield context.new_page()
    context.close()


def chat_of(page: Page) -> Any:
    return next(frame for frame in page.frames if frame.url.startswith(DESK))


def test_the_loader_and_its_frame_hear_nobody_else(page: Page) -> None:
    page.goto(f"{WALLET}/")
    launcher = page.locator("button[aria-expanded]")
    launcher.click()
    expect(launcher).to_have_attribute("aria-expanded", "true")
    comes_true(page, "document.querySelector('div').shadowRoot.querySelector('iframe')")
    chat = chat_of(page)
    comes_true(chat, "window.opened === 1")

    page.evaluate(
        ADD_FRAME, f"{EVIL}/"
    )  # a stranger's frame beside ours, which shouts at everybody
    evil = page.locator(f"iframe[src^='{EVIL}']").element_handle().content_frame()
    assert evil is not None
    page.evaluate("postMessage({ walletdesk: true, type: 'close' }, '*')")  # the page itself
    page.wait_for_timeout(500)
    expect(launcher).to_have_attribute("aria-expanded", "true")
    assert "7" not in str(launcher.get_attribute("aria-label"))
    assert chat.evaluate("[window.embedder.open, window.opened]") == [True, 1]

    chat.evaluate("window.embedder.tell('unread', { n: 3 })")
    page.wait_for_timeout(200)
    assert evil.evaluate("window.heard || 0") == 0, "nothing is said to strangers"
    chat.locator("#close").click()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-label", re.compile("3 new messages"))


def test_values_of_the_wrong_kind_change_nothing(page: Page) -> None:
    page.goto(f"{WALLET}/")
    launcher = page.locator("button[aria-expanded]")
    launcher.click()
    comes_true(page, "document.querySelector('div').shadowRoot.querySelector('iframe')")
    chat = chat_of(page)
    comes_true(chat, "window.opened === 1")
    for n in ("'<img src=x onerror=alert(1)>'", "1e400", "-1", "{}", "null"):
        chat.evaluate(f"window.embedder.tell('unread', {{ n: {n} }})")
    chat.evaluate("window.embedder.tell('location', { href: 'javascript:alert(1)' })")
    page.wait_for_timeout(200)
    expect(launcher).to_have_attribute("aria-label", TOLD["strings"]["close"])  # type: ignore[index] # a dict
    assert page.url == f"{WALLET}/"


def test_on_a_phone_the_chat_takes_the_whole_screen_and_gives_it_back(
    page: Page,
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{WALLET}/")
    launcher = page.locator("button[aria-expanded]")
    launcher.click()
    frame = page.locator("iframe")
    expect(frame).to_be_visible()
    box = frame.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    expect(launcher).to_be_hidden()
    assert page.evaluate("document.documentElement.style.overflow") == "hidden"
    chat = chat_of(page)
    comes_true(chat, "window.opened === 1")
    assert chat.locator("#expand").is_hidden()
    chat.locator("#close").click()
    expect(frame).to_be_hidden()
    assert page.evaluate("document.documentElement.style.overflow") == ""
