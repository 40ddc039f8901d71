"""From a question to a rating, as customer and agents see it."""

import pytest
from playwright.sync_api import expect

from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS, Words


@pytest.mark.parametrize("language", ["zh", "es", pytest.param("en", marks=pytest.mark.long)])
def test_a_question_is_answered_by_the_bot_and_then_by_people(stage: Stage, language: str) -> None:
    words = WORDS[language]
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")
    colleague = stage.agent("mei", words).watches("mine")

    customer.asks(words.question)
    customer.sees_an_answer_with_its_source()
    customer.says_it_did_not_help()
    customer.asks_for_a_person()
    customer.sees_their_place_in_the_queue()

    agent.sees_waiting(customer)
    agent.opens(customer)
    agent.sees(words.question)
    agent.takes_it()
    customer.sees_line("line_claimed_to_customer", name=agent.name)
    customer.is_being_served_by(agent.name)

    agent.answers(words.answer)
    customer.sees_once(words.answer)

    agent.notes(words.note)
    agent.looks_for_a_colleague()
    customer.asks(words.thanks)
    agent.sees_once(words.thanks)
    agent.still_chooses()
    agent.hands_over_to(colleague)
    customer.sees_line("line_assigned_to_customer", to=colleague.name)
    customer.never_sees(words.note)

    colleague.sees_waiting(customer)
    colleague.opens(customer)
    colleague.sees(words.note)
    colleague.resolves_it()

    customer.rates(5, words.comment)
    colleague.sees_the_rating(5, words.comment)

    customer.page.reload()
    customer.sees_once(words.answer)
    customer.never_sees(words.note)


def test_a_secret_never_reaches_the_desk(stage: Stage, words: Words) -> None:
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")

    customer.writes(words.phrase)
    customer.is_warned_before_sending()
    customer.sends_it_anyway()
    customer.is_told_that_a_secret_was_removed()
    customer.sees_a_mask_instead_of(words.phrase)

    agent.sees_waiting(customer)
    agent.sees_it_is_critical(customer)
    agent.opens(customer)
    agent.sees_a_mask_instead_of(words.phrase)
    agent.never_sees(words.phrase)


def test_the_chat_inside_a_wallet_s_own_page(stage: Stage) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    customer.page.goto(f"{customer.url}/demo/?language={words.code}")
    customer.page.locator("[data-walletdesk-open]").click()
    chat = customer.page.frame_locator("iframe")
    chat.locator("#text").fill(words.question)
    chat.locator("#text").press("Enter")
    expect(chat.locator(".wd-message:not(.is-own) a.wd-source").first).to_be_visible()
    chat.locator("#close").click()
    expect(customer.page.locator("iframe")).to_be_hidden()


def test_who_takes_a_taken_conversation_is_told_who_has_it(stage: Stage, words: Words) -> None:
    customer = stage.customer(words)
    first = stage.agent("alex", words).watches("queue")
    second = stage.agent("mei", words).watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()
    for agent in (first, second):
        agent.sees_waiting(customer)
        agent.opens(customer)

    second.page.route("**/desk/changed*", lambda route: route.abort())  # a slow connection
    second.may_be_told("ERR_FAILED", "409", "htmx:")
    first.takes_it()
    second.page.locator("#act-claim").click()
    second.is_told(first.name)
    customer.is_being_served_by(first.name)


def test_who_may_only_read_cannot_act(stage: Stage) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    viewer = stage.agent("vera").watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()

    viewer.sees_waiting(customer)
    viewer.opens(customer)
    viewer.sees(words.worry)
    assert viewer.page.locator(".head-acts button:not([data-act=panel])").count() == 0
    assert viewer.page.locator("wd-composer").count() == 0
    viewer.may_be_told("403")
    for action in ("claim", "release", "resolve", "reopen", "reply", "note"):
        assert _post(viewer, f"/desk/c/{customer.ref}/{action}") == 403, action


def _post(viewer, path: str) -> int:  # noqa: ANN001
    """Send what a button would send, from the viewer's own page."""
    return viewer.page.evaluate(
        """path => fetch(path, {method: "POST", body: JSON.stringify(
             {id: crypto.randomUUID(), text: "not mine to say"}),
             headers: {"X-CSRFToken": document.body.dataset.csrf,
                       "Content-Type": "application/json"}}).then(answer => answer.status)""",
        path,
    )
