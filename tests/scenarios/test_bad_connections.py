"""Connections that fail while people talk: nothing is lost, nobody has to reload."""

from playwright.sync_api import Route, expect

from tests.installation import Installation
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS, Words

LOST = ("ERR_", "503", "network", "Failed to load resource", "htmx:")


def test_what_is_written_offline_is_sent_once(stage: Stage, words: Words) -> None:
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("bot")
    customer.asks(words.question)
    customer.sees_an_answer_with_its_source()
    agent.sees_waiting(customer)
    agent.opens(customer)

    customer.may_be_told(*LOST)
    customer.page.context.set_offline(True)
    customer.writes(words.worry)
    customer.page.locator(".is-pending").wait_for()
    customer.page.context.set_offline(False)
    customer.is_delivered(words.worry)
    agent.sees_once(words.worry)

    customer.page.reload()
    customer.sees_once(words.worry)


def test_a_server_that_is_killed_in_mid_conversation(
    stage: Stage, installation: Installation, words: Words
) -> None:
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()
    agent.sees_waiting(customer)
    agent.opens(customer)
    agent.takes_it()
    customer.is_being_served_by(agent.name)

    for person in (customer, agent):
        person.may_be_told(*LOST)
    installation.kill("server")
    customer.writes(words.thanks)
    customer.is_delivered(words.thanks)
    agent.sees_once(words.thanks)
    agent.answers(words.answer)
    customer.sees_once(words.answer)


def test_a_lost_look_at_the_state_is_made_up_for(stage: Stage) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()
    agent.sees_waiting(customer)
    agent.opens(customer)

    customer.may_be_told(*LOST)
    customer.page.route("**/chat/v1/state*", lambda route: route.abort(), times=1)
    agent.takes_it()
    customer.is_being_served_by(agent.name)


def test_an_answer_that_did_not_get_through_is_sent_again_once(stage: Stage, words: Words) -> None:
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()
    agent.sees_waiting(customer)
    agent.opens(customer)
    agent.takes_it()

    agent.may_be_told(*LOST)
    agent.page.route("**/reply", _lose_the_acknowledgement, times=1)
    agent.page.route("**/reply", lambda route: route.abort(), times=1)  # the latest is the first
    agent.tries_to_answer(words.answer)
    expect(agent.thread.locator(".is-failed")).to_have_count(1)
    agent.presses_try_again()
    agent.presses_try_again()
    customer.sees_once(words.answer)
    agent.sees_once(words.answer)


def _lose_the_acknowledgement(route: Route) -> None:
    """Let the answer reach the desk, and the desk's word that it has it get lost."""
    route.fetch()
    route.abort()
