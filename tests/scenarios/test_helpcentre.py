"""A reader finds an answer in Chinese, votes, and every page is for everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import faults
from tests.installation import Installation
from tests.scenarios.conftest import Stage

READ = ("", "c/safety/", "swap-failed", "?q=swap", "no-such-article")
WRITTEN = (
    *("help/", "help/searches/", "help/links/", "help/notices/", "help/notices/new/"),
    *("help/rules/", "articles/swap-failed/es/", "articles/swap-failed/en/history/"),
)


def test_a_reader_finds_an_answer_while_typing(stage: Stage, installation: Installation) -> None:
    context = stage.browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.goto(f"{installation.url}/help/aurora/")
    expect(page).to_have_url(f"{installation.url}/help/aurora/zh-hans/")
    page.locator("#q").focus()
    page.keyboard.insert_text("兑换失败")  # as an input method does: it is looked for once
    first = page.locator("#suggestions a").first
    expect(first).to_be_visible()
    expect(page.locator("#suggestions-said")).not_to_be_empty()
    page.locator("#q").press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").press("Enter")
    page.locator(".hit").first.click()
    expect(page).to_have_url(f"{installation.url}/help/aurora/zh-hans/swap-failed")
    page.locator("[name=helped][value=no]").click()
    page.locator("#text").fill("缺少截图")
    page.locator(".helped-form button").click()
    expect(page.locator(".helped-thanks")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert said == []  # the policy has nothing to refuse, the data block included
    context.close()


PAGES = (
    *(f"help/aurora/zh-hans/{path}" for path in READ),
    *(f"desk/settings/{path}" for path in WRITTEN),
    "desk/articles/",
    "desk/articles/swap-failed/",
)


def owner_of(stage: Stage, scheme: str, width: int) -> Page:
    owner = stage.agent("owner")
    owner.expected += ["404", "Applying inline style"]
    owner.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
    owner.page.set_viewport_size({"width": width, "height": 900})
    return owner.page


def faults_of(page: Page, installation: Installation, path: str, *, both: bool) -> list[str]:
    page.goto(f"{installation.url}/{path}")
    return faults(page, both=both)


def test_pages_are_for_everybody(stage: Stage, installation: Installation) -> None:
    """Each page once, by turns wide and on a phone."""
    page = owner_of(stage, "light", 1440)
    wrong = {}
    for number, path in enumerate(PAGES):
        page.set_viewport_size({"width": 390 if number % 2 else 1440, "height": 900})
        if found := faults_of(page, installation, path, both=True):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_in_each_shape(
    stage: Stage, installation: Installation, scheme: str, width: int
) -> None:
    page = owner_of(stage, scheme, width)
    found = {path: faults_of(page, installation, path, both=False) for path in PAGES}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
