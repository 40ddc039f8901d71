"""Attacks on the bot stay text on every screen, and what is suggested to an agent is never sent."""

import re

from playwright.sync_api import expect

from tests.redteam.attacks import attacks
from tests.scenarios.conftest import Stage
from tests.scenarios.test_hostile_texts import ran, watch
from tests.scenarios.words import WORDS

ANSWERED = (
    "SELECT count(*) FROM conversations_event e JOIN conversations_conversation c"
    " ON c.id = e.conversation_id WHERE c.ref = %s AND e.author = 'agent' AND e.kind = 'message'"
)


def test_attacks_stay_text_and_suggestions_stay_suggestions(stage: Stage) -> None:
    customer = stage.customer(WORDS["en"])
    left = watch(customer)
    customer.page.reload()
    customer.asks("my transfer is stuck on pending")
    hostile = [a.text for a in attacks() if a.kind in ("markup", "token", "memo")]
    for start in range(0, len(hostile), 24):
        customer.writes("\n".join(hostile[start : start + 24]))
        customer.thread.locator(".is-pending").first.wait_for(state="detached")
    customer.sees("canary('s12')")
    assert (ran(customer.page), left) == ([], [])

    agent = stage.agent("alex")
    left_desk = watch(agent)
    agent.page.goto(f"{agent.url}/desk/all/{customer.ref}/")
    agent.is_at_work()
    agent.page.locator(".assist [data-insert]").first.wait_for()
    assert agent.page.locator(".assist :is(script, img, iframe, svg[onload], form)").count() == 0
    expect(agent.page.locator(".assist [data-no-model]")).to_be_visible()
    assert agent.page.locator(".assist [data-write]").count() == 0
    agent.takes_it()
    assert agent.page.locator("[data-tool=translate], [data-tool=suggest]").count() == 0
    text = agent.page.locator("#composer-text")
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("1")
    expect(text).to_have_value(re.compile("/help/"))
    assert stage.place.query(ANSWERED, customer.ref) == [(0,)]  # nothing was sent
    assert (ran(agent.page), left_desk) == ([], [])
