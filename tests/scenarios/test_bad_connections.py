"""Connections that fail while people talk: nothing is lost, nobody has to reload."""

from tests.installation import Installation
from tests.scenarios.conftest import Stage
from tests.scenarios.words import Words

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
