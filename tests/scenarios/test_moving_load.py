"""A supervisor gives what one person has too much of to another, and takes that back."""

import pytest
from playwright.sync_api import expect

from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS


@pytest.mark.long
def test_what_one_person_has_goes_to_another(stage: Stage) -> None:
    words = WORDS["en"]
    customers = [stage.customer(words) for _ in range(2)]
    alex = stage.agent("alex", words)
    for customer in customers:
        customer.asks(words.worry)
        customer.asks_for_a_person()
        alex.watches("queue")
        alex.opens(customer)
        alex.takes_it()
    mei = stage.agent("mei", words).watches("mine")

    page = stage.agent("supervisor").page
    page.goto(f"{stage.place.url}/desk/wall/")
    his = page.locator(".wall-people > li", has_text=alex.name)
    expect(his.locator(".wall-chips a")).to_have_count(2)
    his.get_by_role("link", name="Move load").click()
    expect(page.locator("#live-state[data-state=online]")).to_be_visible()
    rows = page.locator("#list [id^=row-]")
    expect(rows).to_have_count(2)
    rows.first.hover()
    page.keyboard.press("Shift+X")
    page.locator("[data-bulk=all]").click()
    page.locator("[data-bulk=assign]").click()
    page.get_by_role("dialog").get_by_text("Lin Mei", exact=True).click()

    for customer in customers:
        mei.sees_waiting(customer)
        customer.is_being_served_by("Lin Mei")
    expect(rows).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    for customer in customers:
        customer.is_being_served_by(alex.name)
        mei.no_longer_sees(customer)
