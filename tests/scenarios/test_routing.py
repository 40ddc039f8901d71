"""An offer is declined, the next agent accepts, and the customer sees how long it takes."""

import re

from playwright.sync_api import expect

from tests.installation import until
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Agent
from tests.scenarios.words import Words

GONE = "DELETE FROM routing_attendance WHERE %s = 1"
BEGIN = (
    "INSERT INTO routing_routingrules (brand_id, mode, offer_seconds, overflow_seconds,"
    " ageing_minutes, wrap_up_seconds, office_hours, capacity)"
    " SELECT id, 'offer', 300, 30, 30, 0, false, '{}' FROM accounts_brand"
    " WHERE slug = 'aurora' AND %s = 1"
)
# Long enough for those who have not learnt the topic or the language to be asked.
WAITED = (
    "UPDATE conversations_conversation SET queued_at = queued_at - interval '2 minutes'"
    " WHERE status = 'queued' AND %s = 1"
)
END = "DELETE FROM routing_routingrules WHERE %s = 1"


def test_an_offer_is_declined_and_the_next_agent_accepts(stage: Stage, words: Words) -> None:
    for statement in (GONE, BEGIN):
        stage.place.query(statement, 1)
    try:
        agents = [stage.agent(who, words).watches("mine") for who in ("alex", "mei")]
        for agent in agents:
            expect(agent.page.locator("#my-presence .is-online")).to_be_visible()
        customer = stage.customer(words)
        customer.asks(words.question)
        customer.asks_for_a_person()
        expect(customer.page.locator("#queue-place")).to_contain_text(re.compile("min|分钟"))

        def asked() -> list[Agent]:
            return [each for each in agents if each.page.locator("[data-offer]").count()]

        until(asked, "one of both is asked")
        (first,) = asked()
        second = next(agent for agent in agents if agent is not first)
        first.page.locator('[data-offer-do="decline"]').click()
        expect(first.page.locator("[data-offer]")).to_have_count(0)

        stage.place.query(WAITED, 1)
        expect(second.page.locator("[data-offer]")).to_be_visible()
        second.page.keyboard.press("Alt+y")
        second.sees(words.question)
        second.holds_it()
        customer.is_being_served_by(second.name)

        first.page.locator(".rail-me").click()
        first.page.locator('#me label:has([name="presence"][value="away"])').click()
        expect(first.page.locator("#my-presence .is-away")).to_be_attached()
    finally:
        stage.place.query(END, 1)
