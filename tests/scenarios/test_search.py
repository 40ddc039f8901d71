"""Somebody remembers a word of an old conversation, and finds the message."""

import re

from playwright.sync_api import expect

from tests.installation import Installation, until
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS

INDEXED = "SELECT count(*) FROM conversation_search_entry WHERE tokens @@ '''quillfish'''"


def test_a_message_is_found_by_keyboard(stage: Stage, installation: Installation) -> None:
    customer = stage.customer(WORDS["zh"])
    customer.writes("你好")
    customer.writes("我的Quillfish没到账")
    agent = stage.agent("mei", WORDS["zh"])
    page = agent.watches().page
    until(lambda: installation.query(INDEXED) == [(1,)], "the worker indexed it")

    page.keyboard.press("/")
    page.wait_for_url("**/desk/search/")  # and its scripts listen
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("状")
    expect(page.locator("#offers li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("状态:")
    page.locator("#q").fill("状态:没有")
    expect(page.locator("#search-problems .callout")).to_be_visible()

    page.locator("#q").fill("")
    page.keyboard.type("没到账 来自:customer quilfish")
    hit = page.locator(".hit-link").first
    expect(hit.locator("mark")).to_have_text(["Quillfish没到账"])
    expect(page).to_have_url(re.compile("q=.*quilfish"))
    page.get_by_role("button", name="来自:customer").click()
    expect(page.locator("#q")).to_have_value("没到账 quilfish")
    expect(page.locator(".chip-x")).to_have_count(0)
    page.locator("#q").focus()
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".is-target")).to_contain_text("Quillfish")
    assert page.locator(".desk-main").evaluate("frame => frame.scrollTop") == 0
