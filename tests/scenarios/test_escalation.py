"""A customer asks for a supervisor in Chinese, who sees it, whispers, and takes over."""

from django.utils import translation
from playwright.sync_api import expect

from tests.accessibility import faults
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS
from walletdesk.escalation.texts import to_customer
from walletdesk.escalation.types import Cause

WISH = "我要找你们主管"
HINT = "Offer to send the fee back."


def test_somebody_above_is_called_whispers_and_takes_over(stage: Stage) -> None:
    customer = stage.customer(WORDS["zh"])
    customer.asks(WISH)
    with translation.override("zh-hans"):
        customer.sees(to_customer(Cause.ASKED))
    agent = stage.agent("alex").watches()
    agent.opens(customer)
    agent.takes_it()

    supervisor = stage.agent("supervisor")
    page = supervisor.page
    page.goto(f"{supervisor.url}/desk/escalated/")
    expect(page.locator(f'.case-list a[href*="{customer.ref}"]')).to_be_visible()
    page.goto(f"{supervisor.url}/desk/wall/")
    expect(page.locator(".wall-tiles .warn")).to_be_visible()
    assert faults(page) == []
    talk = page.locator(f"#talk-{customer.ref}")
    expect(talk).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/desk/wall/list")):
        talk.focus()
    expect(talk).to_be_focused()
    talk.press("Enter")

    expect(page.locator("#live-state[data-state=online]")).to_be_visible()
    expect(page.locator("#escalation-slot")).to_contain_text("Sun Wei")
    page.locator("#whisper-text").fill(HINT)
    page.get_by_role("button", name="Whisper").click()
    expect(agent.thread.locator(".wd-card.is-note", has_text=HINT)).to_be_visible()
    page.locator("#act-take-over").click()
    supervisor.holds_it()
    customer.is_being_served_by("Sun Wei")
    customer.never_sees(HINT)
