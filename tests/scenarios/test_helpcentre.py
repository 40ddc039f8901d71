"""A reader finds an answer in Chinese, votes, and every page is for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.installation import Installation
from tests.scenarios.conftest import Stage

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
READ = ("", "c/safety/", "swap-failed", "?q=swap", "no-such-article")
WRITTEN = (
    *("help/", "help/searches/", "help/links/", "help/notices/", "help/notices/new/"),
    *("help/rules/", "articles/swap-failed/es/", "articles/swap-failed/en/history/"),
)


def faults(page: Page) -> list[str]:
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def test_a_reader_finds_an_answer_while_typing(stage: Stage, installation: Installation) -> None:
    context = stage.browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.goto(f"{installation.url}/help/aurora/")
    expect(page).to_have_url(f"{installation.url}/help/aurora/zh-hans/")
    page.locator("#q").press_sequentially("兑换失败")
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


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_are_for_everybody(
    stage: Stage, installation: Installation, scheme: str, width: int
) -> None:
    owner = stage.agent("owner")
    owner.expected += ["404", "Applying inline style"]
    page = owner.page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
    page.set_viewport_size({"width": width, "height": 900})
    wrong = {}
    paths = [f"help/aurora/zh-hans/{path}" for path in READ]
    paths += [f"desk/settings/{path}" for path in WRITTEN]
    for path in (*paths, "desk/articles/", "desk/articles/swap-failed/"):
        page.goto(f"{installation.url}/{path}")
        if found := faults(page):
            wrong[path] = found
    assert wrong == {}
