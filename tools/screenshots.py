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
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from screenshots_story import AGENTS, BRAND, ROOT, TOPIC, Desk, tell

sys.path.insert(0, str(ROOT / "bench"))

from harness import await_quiet, installation

from walletdesk.kit.postgres import embedded_dsn

PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = {"zh": ("zh-hans", "zh-CN"), "en": ("en", "en-GB")}
SIZES = {"1440": (1440, 900), "390": (390, 844)}
THEMES = ("light", "dark")
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUIET_MS = 350  # for fonts, the live connection and the last animation
ASSISTED_MS = 1_500  # what helps an agent is asked for a moment after a conversation was opened
COLOURS = 128  # flat areas and sharp letters: lossless in few colours is smaller than lossy
QUESTIONS = {
    "zh-hans": "转账一直显示确认中，怎么办？",
    "en": "My USDT transfer has been pending for two hours",
}

ARTICLE = "transaction-pending"
SETTINGS = {
    **{
        name: f"/desk/settings/{name}/"
        for name in (
            "brand", "languages", "inboxes", "hours", "articles", "macros", "tags", "privacy",
            "identity", "people", "teams", "roles", "account", "email", "outbox", "form", "help",
            "promises", "routing", "escalation", "flows", "surveys", "telephone", "topics", "bot",
            "networks",
        )
    },
    "home": "/desk/settings/",
    "inbox": "/desk/settings/inboxes/1/",
    "calendar": "/desk/settings/hours/1/",
    "macro": "/desk/settings/macros/1/",
    "tag": "/desk/settings/tags/1/",
    "person": "/desk/settings/people/3/",
    "promise": "/desk/settings/promises/1/",
    "level": "/desk/settings/escalation/1/",
    "flow": "/desk/settings/flows/1/",
    "network": "/desk/settings/networks/ethereum/",
    "telephone-menu": "/desk/settings/telephone/menu/",
    "telephone-trial": "/desk/settings/telephone/trial/",
    "telephone-prompts": "/desk/settings/telephone/prompts/en/",
    "help-searches": "/desk/settings/help/searches/",
    "help-links": "/desk/settings/help/links/",
    "help-rules": "/desk/settings/help/rules/",
    "help-notices": "/desk/settings/help/notices/",
    "article": f"/desk/settings/articles/{ARTICLE}/en/",
    "article-history": f"/desk/settings/articles/{ARTICLE}/en/history/",
    "contacts": "/desk/contacts/",
    "exports": "/desk/exports/",
    "official": "/desk/official/",
    "links": "/desk/links/",
    "audit": "/desk/audit/",
    "alarms": "/desk/alarms/",
}  # fmt: skip
DESK = {
    "wall": "/desk/wall/",
    "escalated": "/desk/escalated/",
    "complaints": "/desk/complaints/",
    "complaints-report": "/desk/complaints/report",
    "surveys": "/desk/surveys/",
    "surveys-follow-ups": "/desk/surveys/follow-ups/",
    "calls": "/desk/calls/",
    "second-factor": "/accounts/second-factor/",
    "second-factor-app": "/accounts/second-factor/app/",
}
BEHIND = {
    "settings-flow-step": ("/desk/settings/flows/1/", ".thing-main a[href*='/flows/1/']"),
    "settings-telephone-line": ("/desk/settings/telephone/", "main a[href*='/numbers/']"),
}  # pages whose address is known to another one only
Views = list[tuple[str, Callable[[Page], object]]]

FOUND = {"zh-hans": "转账", "en": "usdt is:open"}


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


def thread(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_timeout(ASSISTED_MS)


def behind(page: Page, address: str, link: str) -> None:
    page.goto(address)
    page.locator(link).first.click()


def pressed(page: Page, address: str, keys: str) -> None:
    page.goto(address)
    page.wait_for_selector("#live-state[data-state=online]", state="attached")
    page.keyboard.press(keys)


def of_customers(desk: Desk, setting: Setting) -> Views:
    """Return what customers and visitors see, in the order in which it is taken."""
    helps = f"{desk.url}/help/{BRAND}/{setting.code}/"
    ticket = f"{desk.url}/ticket/{BRAND}/"
    complaint = f"{desk.url}/ticket/complaint/{BRAND}/"
    return [
        ("sign-in", lambda page: page.goto(f"{desk.url}/accounts/login/")),
        ("help", lambda page: page.goto(helps)),
        ("help-search", lambda page: page.goto(f"{helps}?q={QUESTIONS[setting.code]}")),
        ("help-article", lambda page: page.goto(f"{helps}{ARTICLE}")),
        ("help-category", lambda page: page.goto(f"{helps}c/transactions/")),
        ("ticket", lambda page: page.goto(f"{ticket}?language={setting.code}&topic={TOPIC}")),
        ("ticket-status", lambda page: page.goto(desk.url + desk.tickets[setting.code])),
        (
            "complaint-form",
            lambda page: page.goto(f"{complaint}?language={setting.code}"),
        ),
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
        ("desk-thread", lambda page: thread(page, f"{desk.url}/desk/mine/{ref}/")),
        ("desk-palette", lambda page: pressed(page, f"{desk.url}/desk/all/{ref}/", "Control+k")),
        ("desk-shortcuts", lambda page: pressed(page, f"{desk.url}/desk/all/", "?")),
        ("desk-search", lambda page: page.goto(f"{desk.url}/desk/search/?q={FOUND[setting.code]}")),
        ("desk-articles", lambda page: page.goto(f"{desk.url}/desk/articles/")),
        ("desk-filter", lambda page: pressed(page, f"{desk.url}/desk/all/", "f")),
    ]


def of_owners(desk: Desk, setting: Setting) -> Views:
    """Return what an operator sees: the day's work as a whole, and the settings."""
    pages: Views = [
        ("desk-owner", lambda page: sign_in(page, desk, "owner")),
        ("cases", lambda page: page.goto(f"{desk.url}/desk/cases/")),
        ("case", lambda page: page.locator("main a[href*='/desk/cases/']").first.click()),
    ]
    shown = DESK | {"complaint": desk.complaints[setting.code]}
    shown |= {f"settings-{name}": path for name, path in SETTINGS.items()}
    for name, path in shown.items():
        pages.append((name, lambda page, path=path: page.goto(desk.url + path)))
    for name, (path, link) in BEHIND.items():
        pages.append((name, lambda page, path=path, link=link: behind(page, desk.url + path, link)))
    return pages


def take(
    browser: Browser, desk: Desk, setting: Setting, folder: Path, wanted: Collection[str]
) -> int:
    taken = 0
    for views in (of_customers, of_agents, of_owners):
        context = setting.open(browser)
        page = context.new_page()
        for name, go in views(desk, setting):
            go(page)
            if wanted and name not in wanted:
                continue  # the next one may begin where this one led
            page.wait_for_timeout(QUIET_MS)
            file = f"{name}-{setting.language}-{setting.theme}-{setting.size}.webp"
            with Image.open(io.BytesIO(page.screenshot())) as picture:
                few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                few.convert("RGB").save(folder / file, lossless=True, quality=60, method=4)
            print(f"  {file}")
            taken += 1
        context.close()
    return taken


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=PICTURES, help="folder of the pictures")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only this one")
    parser.add_argument("--page", action="append", default=[], help="only this one: desk-thread")
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
            if not take(browser, desk, setting, options.to, options.page):
                print(f"No page is called so: {', '.join(options.page)}")
                return 2
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
