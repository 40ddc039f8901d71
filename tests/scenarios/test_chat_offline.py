"""Cut off, restarted, in two tabs, away for hours: nothing is lost, doubled or out of order."""

import json

from playwright.sync_api import expect

from tests.installation import Installation, until
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Customer
from tests.scenarios.words import WORDS

LOST = ("ERR_", "503", "network", "Failed to load resource")


def another_tab(stage: Stage, customer: Customer) -> Customer:
    """The same device with the chat open once more."""
    tab = Customer(customer.page.context.new_page(), customer.url, customer.words)
    tab.may_be_told(*LOST)
    stage.people.append(tab)
    return tab.opens_the_chat()


def own_bubbles(customer: Customer) -> list[str]:
    return customer.thread.locator(".is-own .wd-bubble").all_inner_texts()


def kept(customer: Customer, name: str) -> str:
    return str(customer.page.evaluate(f"localStorage.getItem('walletdesk:aurora:{name}')"))


def stored(installation: Installation, ref: str) -> list[str]:
    rows = installation.query(
        "SELECT e.text FROM conversations_event e JOIN conversations_conversation c"
        " ON c.id = e.conversation_id WHERE c.ref = %s AND e.author = 'customer'"
        " AND e.kind = 'message' ORDER BY e.seq",
        ref,
    )
    return [text for (text,) in rows]


def test_what_two_tabs_wrote_offline_is_sent_once_each(
    stage: Stage, installation: Installation
) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    customer.may_be_told(*LOST)
    customer.asks(words.question)
    customer.sees_an_answer_with_its_source()
    tab = another_tab(stage, customer)
    tab.sees_once(words.question)

    customer.page.context.set_offline(True)
    customer.writes("first, offline")
    tab.writes("second, offline")
    for each in (customer, tab):  # both tabs know of both
        expect(each.thread.locator(".is-pending")).to_have_count(2)
        expect(each.page.locator("#banner")).to_be_visible()
    customer.page.locator("#text").fill("half a sentence")
    until(lambda: "half" in kept(customer, "draft"), "the draft is kept")
    installation.kill("server")
    customer.page.close()
    tab.page.context.set_offline(False)
    tab.is_delivered("first, offline")
    tab.is_delivered("second, offline")

    again = another_tab(stage, tab)
    again.sees_once("first, offline")
    again.sees_once("second, offline")
    expect(again.page.locator("#text")).to_have_value("half a sentence")
    sent = stored(installation, again.ref)
    assert sorted(sent[1:]) == ["first, offline", "second, offline"]
    assert own_bubbles(again) == sent
    left = "Object.keys(localStorage).filter((key) => key.includes('out:'))"
    until(lambda: again.page.evaluate(left) == [], "nothing waits to be sent")


def test_a_first_message_is_kept_until_there_is_a_desk(stage: Stage) -> None:
    """The page is there, the server is not: written, loaded anew, and then sent once."""
    words = WORDS["zh"]
    customer = stage.customer(words)
    customer.may_be_told(*LOST)
    page = customer.page
    page.context.route("**/chat/v1/*", lambda route: route.abort())
    customer.writes(words.worry)
    expect(customer.thread.locator(".is-pending")).to_have_count(1)
    page.reload()
    expect(customer.thread.locator(".is-pending")).to_have_count(1)
    tab = another_tab(stage, customer)
    expect(tab.thread.locator(".is-pending")).to_have_count(1)
    page.context.unroute("**/chat/v1/*")
    customer.is_delivered(words.worry)
    tab.is_delivered(words.worry)
    assert customer.ref == tab.ref


def test_after_hours_away_everything_is_there_in_order(stage: Stage) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()
    agent.sees_waiting(customer)
    agent.opens(customer)
    agent.takes_it()
    agent.answers("before you left")
    customer.sees_once("before you left")
    expect(customer.page.locator("#status")).to_contain_text(agent.name)
    expect(agent.thread.locator(".wd-seen.is-read")).to_be_visible()  # told a moment later
    customer.page.goto("about:blank")

    answers = [f"while you were away: {number}" for number in range(1, 6)]
    for answer in answers:
        agent.answers(answer)
    customer.page.goto(f"{customer.url}/demo/?language=en")
    customer.page.locator("[data-walletdesk-open]").click()
    chat = customer.page.frame_locator("iframe")
    expect(chat.locator(".wd-unread")).to_have_count(1)
    said = chat.locator(".wd-message:not(.is-own) .wd-bubble")
    expect(said.last).to_have_text(answers[-1])
    assert said.all_inner_texts()[-6:] == ["before you left", *answers]
    line = chat.locator(".wd-row", has=chat.locator(".wd-unread"))
    expect(line).to_contain_text(answers[0])
    chat.locator("#back").click()
    customer.page.reload()
    expect(chat.locator(".wd-bubble", has_text=answers[-1])).to_have_count(1)


def test_an_ended_session_begins_anew_with_what_was_typed(
    stage: Stage, installation: Installation
) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    customer.may_be_told("401", "404")
    customer.asks(words.question)
    before = customer.ref
    token = json.loads(kept(customer, "session"))["token"]
    customer.page.locator("#text").fill(words.worry)
    installation.query(
        "DELETE FROM contacts_contactsession WHERE contact_id ="
        " (SELECT contact_id FROM conversations_conversation WHERE ref = %s)",
        before,
    )
    customer.page.locator("#text").press("Enter")
    customer.is_delivered(words.worry)
    assert customer.ref != before
    assert token not in customer.page.evaluate("JSON.stringify({...localStorage})")
    assert stored(installation, customer.ref) == [words.worry]
