"""A morning's queue: by keyboard alone, in bulk with second thoughts, and on a phone."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.installation import until
from tests.scenarios.people import BRAND, Agent
from tests.scenarios.words import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.scenarios.conftest import Stage
    from tests.scenarios.words import Words

PHONE = {"width": 390, "height": 844}


def ask(agent: Agent, count: int, words: Words) -> list[tuple[str, dict[str, str]]]:
    """Have customers ask for a person, in apps of their own. Return name and token of each."""
    found = []
    for number in range(count):
        http = agent.page.request
        opened = http.post(f"{agent.url}/chat/v1/sessions", data={"brand": BRAND}).json()
        headers = {"Authorization": f"Bearer {opened['token']}"}
        ref = opened["conversation"]
        write(agent, (ref, headers), f"{words.worry} ({number})")
        answer = http.post(
            f"{agent.url}/chat/v1/person", data={"conversation": ref}, headers=headers
        )
        assert answer.ok
        found.append((ref, headers))
    return found


def write(agent: Agent, customer: tuple[str, dict[str, str]], text: str) -> None:
    ref, headers = customer
    body = {"conversation": ref, "id": str(uuid4()), "text": text}

    def sent() -> bool:
        answer = agent.page.request.post(f"{agent.url}/live/messages", data=body, headers=headers)
        assert answer.ok or answer.status == 503, answer.text()
        return answer.ok  # busy means: again, with the same id

    until(sent, "the message was taken")


def rows(agent: Agent) -> Locator:
    return agent.page.locator("#rows > .row")


def ask_for_shortcuts(page: Page) -> None:
    """Whoever may write again is led to the composer, a moment later: there a key is a letter."""
    for _time in range(2):
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        with suppress(AssertionError):
            expect(page.locator("#shortcuts")).to_be_visible(timeout=5_000)
            return
    raise AssertionError("the shortcuts did not open")


def test_ten_conversations_by_keyboard_alone(stage: Stage) -> None:
    words = WORDS["zh"]
    agent = stage.agent("mei", words).watches("queue")
    press = agent.page.keyboard.press
    ask(agent, 10, words)
    expect(rows(agent)).to_have_count(10)
    for done in range(10):
        press("j")
        press("Enter")
        expect(agent.page.locator("#head")).to_have_attribute("data-composer", "take")
        press("c")
        agent.holds_it()
        expect(rows(agent)).to_have_count(9 - done)
        if done % 2:
            press("s")
            expect(agent.page.locator(".moment").first).to_be_focused()
            press("Enter")
            expect(agent.page.locator("#head")).to_have_attribute("data-status", "snoozed")
        else:
            press("e")
            expect(agent.page.locator("#head")).to_have_attribute("data-status", "resolved")
        expect(agent.page.locator(".undo-toast")).to_have_count(1)
    press("z")
    expect(agent.page.locator("#head")).to_have_attribute("data-status", "open")
    expect(agent.page.locator("#count-mine")).to_have_text("1")
    expect(agent.page.locator("#count-snoozed")).to_have_text("4")
    press("Control+k")
    expect(agent.page.locator("#palette-text")).to_be_focused()
    agent.page.keyboard.type("简体")
    expect(agent.page.locator("#palette-list [aria-selected=true]")).to_contain_text("简体中文")
    press("Escape")
    expect(agent.page.locator("#palette-text")).to_be_hidden()
    ask_for_shortcuts(agent.page)
    press("Escape")
    expect(agent.page.locator("#shortcuts")).to_be_hidden()
    agent.goes_by_keys_to("mine")
    expect(rows(agent)).to_have_count(1)


def test_many_at_once_and_second_thoughts_then_on_a_phone(stage: Stage) -> None:
    words = WORDS["en"]
    agent = stage.agent("alex", words).watches("queue")
    page = agent.page
    customers = ask(agent, 6, words)
    expect(rows(agent)).to_have_count(6)
    rows(agent).first.locator("a").focus()
    page.keyboard.press("x")
    rows(agent).nth(3).locator("a").click(modifiers=["Shift"])
    expect(page.locator(".bulk-count")).to_contain_text("4")
    page.locator("[data-bulk=assign]").click()
    page.locator("#bulk-choice .people button", has_text=agent.name).click()
    expect(rows(agent)).to_have_count(2)
    expect(page.locator("#count-mine")).to_have_text("4")

    agent.watches("mine")
    page.evaluate("(now => { Date.now = () => now; })(Date.now())")  # an offer is for 10 s
    page.locator('[data-act="select"]').click()
    write(agent, customers[0], "Any news?")  # what is drawn anew ends no choosing
    expect(rows(agent).filter(has_text="Any news?")).to_have_count(1)
    page.locator("[data-bulk=all]").click()
    page.locator("[data-bulk=resolve]").click()
    expect(page.locator(".undo-toast")).to_be_visible()
    expect(rows(agent)).to_have_count(0)
    write(agent, customers[0], "No, it is not solved")
    page.keyboard.press("z")
    expect(rows(agent)).to_have_count(3)  # the fourth wrote meanwhile: theirs is the last word
    expect(page.locator("#count-queue")).to_have_text("3")

    page.locator('[data-act="filter"]').click()
    page.locator(".filter .choice", has_text="Low").click()
    page.locator(".filter [type=submit]").click()
    expect(page).to_have_url(re.compile(r"/desk/mine/\?urgency=0$"))
    expect(page.locator(".chip-x").first).to_be_visible()
    page.locator(".chip-x").first.click()
    expect(page).to_have_url(re.compile(r"/desk/mine/$"))

    on_a_phone(agent)


def on_a_phone(agent: Agent) -> None:
    """The list fills the screen, a tap leads into a conversation and back, a menu to all views."""
    page = agent.page
    page.set_viewport_size(PHONE)
    agent.watches("queue")
    rows(agent).first.click()
    expect(page.locator("#head")).to_be_visible()
    expect(page.locator("#list-column")).to_be_hidden()
    page.locator('[data-act="back"]').click()
    expect(page.locator("#list-column")).to_be_visible()
    page.locator(".rail-more").click()
    page.locator("#more-views").get_by_role("link", name="Snoozed").click()
    expect(page.locator("#list-empty")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
