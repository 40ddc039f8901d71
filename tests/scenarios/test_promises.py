"""A promise runs out: time left, warning, breach; who is called, what customer and wall say."""

import re

from django.utils import translation
from playwright.sync_api import Page, expect

from tests.accessibility import faults
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Agent, Customer
from tests.scenarios.words import WORDS
from walletdesk.escalation.texts import to_customer
from walletdesk.escalation.types import Cause

NAME = "Transfers, day and night"
# Other stories left clocks that may run out during this one.
FORGET = "DELETE FROM sla_clock WHERE id > %s"
LEAVE = (
    "UPDATE sla_following SET policy_id = NULL"
    " WHERE policy_id = (SELECT id FROM sla_policy WHERE name = %s)"
)
END = "DELETE FROM sla_policy WHERE name = %s"
# As if all of it had happened so many minutes earlier; the desk follows it once more.
EARLIER = """
WITH past AS (
  SELECT id, %s * interval '1 minute' AS long FROM conversations_conversation WHERE ref = %s
), moved AS (
  UPDATE conversations_event e SET created_at = e.created_at - p.long
  FROM past p WHERE e.conversation_id = p.id
), stopped AS (
  DELETE FROM sla_clock k USING past p WHERE k.conversation_id = p.id
), forgotten AS (
  DELETE FROM sla_following f USING past p WHERE f.conversation_id = p.id
)
UPDATE conversations_conversation c SET created_at = c.created_at - p.long,
  queued_at = c.queued_at - p.long, waiting_since = c.waiting_since - p.long,
  change_xid = pg_current_xact_id()::text::bigint
FROM past p WHERE c.id = p.id
"""


def test_a_promise_is_kept_in_sight_until_it_is_broken(stage: Stage) -> None:
    words = WORDS["en"]
    stage.place.query(FORGET, 0)
    try:
        promises_ten_minutes(stage)
        customer = stage.customer(words)
        agent = stage.agent("alex", words).watches("queue")
        supervisor = stage.agent("supervisor").page
        supervisor.goto(f"{stage.place.url}/desk/wall/")
        customer.asks(words.worry)
        customer.asks_for_a_person()
        sees_time_left(agent, customer, "good", r"(9|10) m left")

        stage.place.query(EARLIER, 9, customer.ref)
        sees_time_left(agent, customer, "thin", "1 m left")
        shows(supervisor, "Promises at risk", "1", "warn")

        stage.place.query(EARLIER, 2, customer.ref)
        sees_time_left(agent, customer, "gone", "1 m late")
        with translation.override("en"):
            customer.sees(to_customer(Cause.BREACHED))
        shows(supervisor, "Promises broken", "1", "danger")  # nobody reloaded the wall
        shows(supervisor, "Escalated", "1", "warn")

        agent.opens(customer)
        agent.takes_it()
        reads_the_life_of_the_clock(agent.page)
    finally:
        for statement in (LEAVE, END):
            stage.place.query(statement, NAME)


def promises_ten_minutes(stage: Stage) -> None:
    """The owner adds a promise above the one for everybody, and tries it."""
    page = stage.agent("owner").page
    page.goto(f"{stage.place.url}/desk/settings/promises/new/")
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=first]").fill("10")
    page.locator("[name=hours]").select_option("always")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name=f"Ask “{NAME}” earlier").click()
    expect(page.locator("#promise")).to_contain_text(f"“{NAME}” holds")


def sees_time_left(agent: Agent, customer: Customer, tone: str, words: str) -> None:
    clock = agent.row(customer).locator(f".clock.{tone}")
    expect(clock).to_contain_text(re.compile(words))


def shows(page: Page, tile: str, number: str, tone: str) -> None:
    found = page.locator(".wall-tiles li", has_text=tile)
    expect(found.locator("b")).to_have_text(number)
    expect(found).to_have_class(tone)


def reads_the_life_of_the_clock(page: Page) -> None:
    page.locator("#head-clock").click()
    lines = page.locator("#promises .clock-line li")
    for what in ("started, 10 m promised", "warned", "late"):
        expect(lines.filter(has_text=what)).to_have_count(1)
    assert faults(page) == []
    page.keyboard.press("Escape")
