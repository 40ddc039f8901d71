"""Two colleagues in one conversation: each sees what the other, and the customer, is doing."""

from contextlib import suppress

from playwright.sync_api import Locator, TimeoutError, expect  # noqa: A004 - Playwright's own

from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS, Words


def writes_until(field: Locator, seen: Locator) -> str:
    """Go on writing until somebody sees it: such news lasts for seconds. Return what is written."""
    for _ in range(60):
        field.press_sequentially("a")
        with suppress(TimeoutError):
            seen.first.wait_for(timeout=1_000)
            return field.input_value()
    raise AssertionError(f"never seen: {seen}")


def test_two_colleagues_help_one_customer(stage: Stage, words: Words) -> None:
    customer = stage.customer(words)
    customer.asks(words.worry)
    customer.asks_for_a_person()
    alex = stage.agent("alex", words).watches("all")
    mei = stage.agent("mei", WORDS["zh"]).watches("all")
    alex.opens(customer)
    alex.takes_it()
    mei.opens(customer)

    # they see each other, and who is writing
    viewers = alex.page.locator("#viewers .avatar")
    expect(viewers).to_have_count(1)
    expect(mei.page.locator("#viewers")).to_contain_text(alex.name)
    field = alex.page.locator("#composer-text")
    warning = mei.page.locator("#composer-warning", has_text=alex.name)
    writes_until(field, warning)
    begun = writes_until(field, customer.thread.locator(".wd-typing")) + " b"

    # what was begun at one desk goes on at another: it is saved after a rest
    with alex.page.expect_response(lambda answer: begun in (answer.request.post_data or "")):
        field.press_sequentially(" b")
    at_home = stage.agent("alex", words).watches("all")
    at_home.opens(customer)
    expect(at_home.page.locator("#composer-text")).to_have_value(begun)
    at_home.answers("One moment, I am looking.")
    customer.sees_once("One moment, I am looking.")
    at_home.page.close()

    # the customer has read it, and writes
    expect(mei.thread.locator(".wd-seen.is-read")).to_be_visible()
    writes_until(customer.page.locator("#text"), mei.thread.locator(".wd-typing"))
    customer.writes("thank you so much")
    mei.sees_once("thank you so much")
    expect(mei.thread.locator(".wd-typing")).to_be_hidden()

    # Mei calls Alex, who is elsewhere
    alex.watches("mine")
    mei.page.locator("#tab-note").click()
    mei.page.locator("#composer-text").press_sequentially("ok? @Ale")
    expect(mei.page.locator(".popup [role=option]")).to_have_count(1)
    mei.page.locator("#composer-text").press("Enter")
    expect(mei.page.locator("#composer-text")).to_have_value(f"ok? @{alex.name} ")
    mei.page.locator("#composer-text").press("Enter")
    expect(mei.thread.locator(".is-note .wd-mention")).to_have_text(f"@{alex.name}")
    expect(alex.page.locator("#toasts a")).to_be_visible()
    alex.page.locator("#toasts a").click()
    expect(alex.thread.locator(".is-note .wd-mention")).to_be_visible()
