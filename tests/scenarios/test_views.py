"""From view to view without loading the page anew."""

import re

from playwright.sync_api import Page, expect

from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS


def test_from_view_to_view_on_one_page(stage: Stage) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    customer.writes(words.worry)
    customer.asks_for_a_person()
    agent = stage.agent("alex").watches("queue")
    page = agent.page
    agent.sees_waiting(customer)
    agent.opens(customer)
    page.evaluate("window.samePage = true")
    press(page, "all")
    is_in(page, "all", "All")
    agent.sees(words.worry)
    expect(page.locator("#rows .row.is-open")).to_have_count(1)

    press(page, "resolved")
    is_in(page, "resolved", "Resolved")
    page.keyboard.press("g")
    page.keyboard.press("m")
    is_in(page, "mine", "Mine")

    page.go_back()
    is_in(page, "resolved", "Resolved")
    page.go_back()
    is_in(page, "all", "All")
    assert page.evaluate("window.samePage"), "the page was loaded anew"

    page.goto(f"{agent.url}/desk/all/?language=zh-hans")
    page.evaluate("window.samePage = true")
    expect(page.locator("#chips .chip-x")).to_have_count(2)
    page.locator("#chips a").click()
    expect(page.locator("#chips")).to_be_hidden()
    is_in(page, "all", "All")
    expect(page.locator("#list")).to_have_attribute("data-query", "")
    assert page.evaluate("window.samePage")


def test_of_two_quick_presses_the_last_one_counts(stage: Stage) -> None:
    agent = stage.agent("alex").watches("queue")
    page = agent.page
    for view in ("resolved", "all", "mine", "queue", "all", "resolved"):
        press(page, view)
    is_in(page, "resolved", "Resolved")


def press(page: Page, view: str) -> None:
    page.locator(f'.rail [data-view="{view}"]').click()


def is_in(page: Page, view: str, name: str) -> None:
    expect(page).to_have_url(re.compile(rf"/desk/{view}/$"))
    expect(page.locator("#list")).to_have_attribute("data-view", view)
    expect(page.locator("#view-name")).to_have_text(name)
    expect(page).to_have_title(re.compile(rf"{name} · "))
    expect(page.locator(".rail > .rail-views [aria-current=page]")).to_have_attribute(
        "data-view", view
    )
    expect(page.locator("#live-state")).to_have_attribute("data-state", "online")
