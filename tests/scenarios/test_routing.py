"""A question is offered to an agent, who may decline; the customer sees how long it takes."""

import re

import pytest
from playwright.sync_api import expect

from tests.scenarios.conftest import Stage
from tests.scenarios.words import Words

GONE = "DELETE FROM routing_attendance WHERE %s = 1"
BEGIN = (
    "INSERT INTO routing_routingrules (brand_id, mode, offer_seconds, overflow_seconds,"
    " ageing_minutes, wrap_up_seconds, office_hours, capacity)"
    " SELECT id, 'offer', 300, 86400, 30, 0, false, '{}' FROM accounts_brand"
    " WHERE slug = 'aurora' AND %s = 1"
)
END = "DELETE FROM routing_routingrules WHERE %s = 1"


@pytest.mark.parametrize("words", ["en"], indirect=True)  # both agents must speak it
def test_a_question_is_offered_and_declined(stage: Stage, words: Words) -> None:
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

        either = agents[0].page.locator("[data-offer]").or_(agents[0].page.locator("#rail"))
        expect(either.first).to_be_visible()
        while not (asked := [a for a in agents if a.page.locator("[data-offer]").count()]):
            agents[0].page.wait_for_timeout(100)
        (first,) = asked
        first.page.locator('[data-offer-do="decline"]').click()
        expect(first.page.locator("[data-offer]")).to_have_count(0)
    finally:
        stage.place.query(END, 1)
