"""`make screenshots`: the pictures of docs/pictures, taken from a real desk with a short story.

Starts `walletdesk up` on a temporary folder with the demo brand, has customers write through the
public chat, agents answer through the desk, and takes every page in Chinese and English, light and
dark, on a wide screen and on a phone. Needs Chromium with Chinese fonts.
"""

import argparse
import io
import itertools
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from harness import await_quiet, installation  # noqa: E402 - the benchmarks' folder is no package

from walletdesk.kit.postgres import embedded_dsn  # noqa: E402 - as above

PICTURES = ROOT / "docs" / "pictures"
STORIES = ROOT / "src" / "walletdesk" / "site" / "demo" / "busy_hour.toml"
BRAND = "aurora"
LANGUAGES = {"zh": ("zh-hans", "zh-CN"), "en": ("en", "en-GB")}
SIZES = {"1440": (1440, 900), "390": (390, 844)}
THEMES = ("light", "dark")
AGENTS = {"zh-hans": "mei", "en": "alex", "es": "sofia"}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET_MS = 350  # for fonts, the live connection and the last animation
TOLD = 16  # stories of the busy hour
QUESTIONS = {
    "zh-hans": "转账一直显示确认中，怎么办？",
    "en": "My USDT transfer has been pending for two hours",
}

ARTICLE = "transaction-pending"
TOPIC = "deposit_missing"
SETTINGS = {
    **{
        name: f"/desk/settings/{name}/"
        for name in (
            "brand", "languages", "inboxes", "hours", "articles", "macros", "tags", "privacy",
            "identity", "people", "teams", "roles", "account", "email", "outbox", "form", "help",
        )
    },
    "help-searches": "/desk/settings/help/searches/",
    "help-notices": "/desk/settings/help/notices/",
    "article": f"/desk/settings/articles/{ARTICLE}/en/",
    "contacts": "/desk/contacts/",
    "exports": "/desk/exports/",
    "official": "/desk/official/",
    "links": "/desk/links/",
    "audit": "/desk/audit/",
    "alarms": "/desk/alarms/",
}  # fmt: skip
Views = list[tuple[str, Callable[[Page], object]]]

THANKS = {
    "zh-hans": "好的，谢谢，我试试",
    "en": "ok thanks, trying that now",
    "es": "vale, gracias, lo intento",
}


SAID = {
    "zh-hans": "我从交易所转了 120 USDT，两个小时了还没到账，交易所显示已完成。",
    "en": "I withdrew 120 USDT two hours ago. The exchange says completed, but nothing came.",
}
FOUND = {"zh-hans": "转账", "en": "usdt is:open"}


@dataclass
class Desk:
    """The running desk, its demo password, and the conversation that the pictures open."""

    url: str
    password: str
    opened: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    signed_in: dict[str, httpx.Client] = field(default_factory=dict)

    def agent(self, who: str) -> httpx.Client:
        """Return a signed-in client of a member of staff."""
        if who not in self.signed_in:
            client = self.signed_in[who] = httpx.Client(base_url=self.url, timeout=30)
            client.get("/accounts/login/")
            form = {"login": f"{who}@aurora.example", "password": self.password}
            answer = client.post("/accounts/login/", data=form, headers=self._token(client))
            if answer.status_code != 302:
                raise SystemExit(f"{who} cannot sign in: {answer.status_code}")
        return self.signed_in[who]

    def act(self, who: str, ref: str, what: str, **fields: object) -> None:
        """Do something with a conversation as a member of staff."""
        client = self.agent(who)
        headers = {**self._token(client), "Accept": "application/json"}
        client.post(f"/desk/c/{ref}/{what}", json=fields, headers=headers).raise_for_status()

    @staticmethod
    def _token(client: httpx.Client) -> dict[str, str]:
        token = next((v for n, v in client.cookies.items() if n.endswith("walletdesk-csrf")), "")
        return {"X-CSRFToken": token, "Referer": f"{client.base_url}/"}

    def write(self, language: str, texts: list[str], *, person: bool) -> tuple[httpx.Client, str]:
        """Have a new customer write; return their client and conversation."""
        client = httpx.Client(base_url=self.url, timeout=30)
        started = client.post("/chat/v1/sessions", json={"brand": BRAND, "language": language})
        started.raise_for_status()
        client.headers["Authorization"] = f"Bearer {started.json()['token']}"
        ref = str(started.json()["conversation"])
        for text in texts:
            self.say(client, ref, text)
        if person:
            client.post("/chat/v1/person", json={"conversation": ref}).raise_for_status()
        return client, ref

    def file(self, language: str) -> None:
        """Send the ticket form once in a language, and keep the address of its page."""
        form = {
            "topic": TOPIC,
            "language": language,
            "id": str(uuid4()),
            "description": SAID[language],
        }
        with httpx.Client(base_url=self.url, timeout=30) as client:
            answer = client.post(f"/ticket/{BRAND}/", data=form)
        if answer.status_code != 303:
            raise SystemExit(f"the form refused the ticket: {answer.status_code}")
        self.tickets[language] = answer.headers["Location"]

    @staticmethod
    def say(client: httpx.Client, ref: str, text: str) -> None:
        body = {"conversation": ref, "id": str(uuid4()), "text": text}
        client.post("/live/messages", json=body).raise_for_status()


def tell(desk: Desk) -> None:
    """Fill the desk: some wait, some are being answered, some are done."""
    stories = tomllib.loads(STORIES.read_text())["story"][:TOLD]
    for number, story in enumerate(stories):
        language = story["language"]
        first = language not in desk.opened and "agent_replies" in story
        client, ref = desk.write(language, story["messages"], person=first or number % 5 != 4)
        if first:
            answer(desk, ref, story)
            desk.say(client, ref, THANKS[language])
            desk.opened[language] = ref
        elif number % 5 in {1, 3}:
            answer(desk, ref, story)
            if number % 5 == 3:
                desk.act(AGENTS[language], ref, "resolve")
    for language in SAID:
        desk.file(language)


def answer(desk: Desk, ref: str, story: dict[str, Any]) -> None:
    who = AGENTS[story["language"]]
    desk.act(who, ref, "claim")
    for text in story.get("agent_replies", []):
        desk.act(who, ref, "reply", id=str(uuid4()), text=text)
    if story.get("note"):
        desk.act(who, ref, "note", id=str(uuid4()), text=story["note"])


# --- pictures -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """How a picture is taken."""

    language: str
    theme: str
    size: str

    @property
    def code(self) -> str:
        return LANGUAGES[self.language][0]

    def open(self, browser: Browser) -> BrowserContext:
        width, height = SIZES[self.size]
        return browser.new_context(
            viewport={"width": width, "height": height},
            locale=LANGUAGES[self.language][1],
            color_scheme=self.theme,  # type: ignore[arg-type]  # one of two literals
            device_scale_factor=1,
            reduced_motion="reduce",
        )


def settings(languages: Iterable[str]) -> Iterator[Setting]:
    for language, theme, size in itertools.product(languages, THEMES, SIZES):
        yield Setting(language, theme, size)


def sign_in(page: Page, desk: Desk, who: str) -> None:
    page.goto(f"{desk.url}/accounts/login/")
    page.fill("#id_login", f"{who}@aurora.example")
    page.fill("#id_password", desk.password)
    page.click(".plain-form [type=submit]")
    page.wait_for_selector("#live-state[data-state=online]", state="attached")


def chat(page: Page, desk: Desk, setting: Setting) -> None:
    page.goto(f"{desk.url}/widget/{BRAND}/?language={setting.code}")
    page.fill("#text", QUESTIONS[setting.code])
    page.press("#text", "Enter")
    page.wait_for_selector(".wd-source", timeout=30_000)


def pressed(page: Page, address: str, keys: str) -> None:
    page.goto(address)
    page.wait_for_selector("#live-state[data-state=online]", state="attached")
    page.keyboard.press(keys)


def of_customers(desk: Desk, setting: Setting) -> Views:
    """Return what customers and visitors see, in the order in which it is taken."""
    helps = f"{desk.url}/help/{BRAND}/{setting.code}/"
    ticket = f"{desk.url}/ticket/{BRAND}/"
    return [
        ("sign-in", lambda page: page.goto(f"{desk.url}/accounts/login/")),
        ("help", lambda page: page.goto(helps)),
        ("help-search", lambda page: page.goto(f"{helps}?q={QUESTIONS[setting.code]}")),
        ("help-article", lambda page: page.goto(f"{helps}{ARTICLE}")),
        ("help-category", lambda page: page.goto(f"{helps}c/transactions/")),
        ("ticket", lambda page: page.goto(f"{ticket}?language={setting.code}&topic={TOPIC}")),
        ("ticket-status", lambda page: page.goto(desk.url + desk.tickets[setting.code])),
        (
            "official",
            lambda page: page.goto(f"{desk.url}/official/{BRAND}/?language={setting.code}"),
        ),
        ("demo", lambda page: page.goto(f"{desk.url}/demo/")),
        (
            "widget-start",
            lambda page: page.goto(f"{desk.url}/widget/{BRAND}/?language={setting.code}"),
        ),
        ("widget", lambda page: chat(page, desk, setting)),
    ]


def of_agents(desk: Desk, setting: Setting) -> Views:
    """Return what agents see."""
    ref = desk.opened[setting.code]
    return [
        ("desk-queue", lambda page: sign_in(page, desk, AGENTS[setting.code])),
        ("desk-thread", lambda page: page.goto(f"{desk.url}/desk/mine/{ref}/")),
        ("desk-palette", lambda page: pressed(page, f"{desk.url}/desk/all/{ref}/", "Control+k")),
        ("desk-shortcuts", lambda page: pressed(page, f"{desk.url}/desk/all/", "?")),
        ("desk-search", lambda page: page.goto(f"{desk.url}/desk/search/?q={FOUND[setting.code]}")),
        ("desk-articles", lambda page: page.goto(f"{desk.url}/desk/articles/")),
        ("desk-filter", lambda page: pressed(page, f"{desk.url}/desk/all/", "f")),
    ]


def of_owners(desk: Desk, _setting: Setting) -> Views:
    """Return what an operator sees: the settings."""
    pages: Views = [
        ("desk-owner", lambda page: sign_in(page, desk, "owner")),
        ("cases", lambda page: page.goto(f"{desk.url}/desk/cases/")),
        ("case", lambda page: page.locator("main a[href*='/desk/cases/']").first.click()),
    ]
    for name, path in SETTINGS.items():
        pages.append((f"settings-{name}", lambda page, path=path: page.goto(desk.url + path)))
    return pages


def take(browser: Browser, desk: Desk, setting: Setting, folder: Path) -> None:
    for views in (of_customers, of_agents, of_owners):
        context = setting.open(browser)
        page = context.new_page()
        for name, go in views(desk, setting):
            go(page)
            page.wait_for_timeout(QUIET_MS)
            file = f"{name}-{setting.language}-{setting.theme}-{setting.size}.webp"
            with Image.open(io.BytesIO(page.screenshot())) as picture:
                picture.convert("RGB").save(folder / file, quality=82, method=4)
            print(f"  {file}")
        context.close()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=PICTURES, help="folder of the pictures")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this one")
    options = parser.parse_args(argv)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is missing. On Debian: apt-get install chromium fonts-noto-cjk")
        return 2
    options.to.mkdir(parents=True, exist_ok=True)
    with installation() as place, sync_playwright() as playwright:
        desk = Desk(place.url, (place.data / "demo-password").read_text().strip())
        await_quiet(embedded_dsn(place.data / "postgres"))
        tell(desk)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        for setting in settings(options.language or LANGUAGES):
            take(browser, desk, setting, options.to)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
