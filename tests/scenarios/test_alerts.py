"""Somebody who looks elsewhere is told that a customer wrote, and never what or who."""

import json
import re

from playwright.sync_api import Page, Route, expect

from tests.installation import Installation
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Agent, Customer
from tests.scenarios.words import WORDS

# Chromium has no screen here: what the page would show and play is written down, and the page can
# be told that it stands behind another window.
RECORDER = """
window.shown = [];
window.tones = [];
window.away = false;
window.Notification = class extends EventTarget {
  static permission = "default";
  static requestPermission = async () => (this.permission = "granted");
  constructor(title, options) {
    super();
    window.shown.push({ title, ...options });
    window.newest = this;
  }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.tones.push(this.frequency.value);
  return start.apply(this, when);
};
Object.defineProperty(Document.prototype, "hidden", { get: () => window.away });
"""
CHIME = [660, 880]
NAME, MAIL = "Maria Keller", "maria.keller@example.com"


def shown(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = page.evaluate("window.shown")
    return found


def tones(page: Page) -> list[int]:
    found: list[int] = page.evaluate("window.tones")
    return found


def looks_away(page: Page, *, away: bool = True) -> None:
    page.evaluate("away => { window.away = away; }", away)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def hears_of(agent: Agent, customer: Customer, text: str, more: str = "") -> None:
    """The customer writes; what the list does with it is done when the row shows it."""
    customer.asks(text + more)
    expect(agent.row(customer).locator(".row-text")).to_contain_text(text)


def rings_for(agent: Agent, customer: Customer, text: str, more: str = "") -> None:
    """The customer writes and the page sounds for it, once.

    A message that is a minute old rings no more: should the machine stand still, one more is sent.
    """
    before = tones(agent.page)
    for again in ("", " – hello?", " – please?"):
        hears_of(agent, customer, text + again, more)
        if tones(agent.page) != before:
            break
    assert tones(agent.page) == before + CHIME


def test_sound_title_and_notification(stage: Stage) -> None:
    words = WORDS["en"]
    agent = stage.agent("sofia")
    page = agent.page
    page.add_init_script(RECORDER)
    agent.watches("queue")
    expect(page).to_have_title(re.compile(r"^Queue"))

    first, second = stage.customer(words), stage.customer(words)
    for number, customer in enumerate((first, second), 1):
        customer.asks(words.question)
        customer.asks_for_a_person()
        agent.sees_waiting(customer)
        expect(page).to_have_title(re.compile(rf"^\({number}\) Queue"))
    looks_away(page)
    hears_of(agent, first, "Is anybody there?")
    assert (tones(page), shown(page)) == ([], [])  # both are off until somebody turns them on

    looks_away(page, away=False)
    page.locator(".rail-me").click()
    page.get_by_role("checkbox", name="Sound").check()
    assert tones(page) == CHIME  # so it will sound
    page.get_by_role("checkbox", name="Notification").check()
    page.keyboard.press("Escape")

    rings_for(agent, first, "Hello, once more")
    assert shown(page) == []  # it stands before the reader's eyes
    looks_away(page)
    rings_for(agent, second, f"This is {NAME}", f", {MAIL}")  # the row masks the address
    (told,) = shown(page)
    assert told == {
        "title": f"New message in {second.ref[:4].upper()}",
        "tag": "walletdesk",  # the next one takes its place
        "silent": True,
    }
    for personal in (*NAME.split(), MAIL, "Visitor"):
        assert personal not in json.dumps(told)
    assert NAME not in page.title()

    looks_away(page, away=False)
    page.evaluate("window.newest.dispatchEvent(new Event('click'))")  # leads there
    expect(page.locator(f"#head[data-ref='{second.ref}']")).to_be_visible()
    agent.takes_it()
    expect(page).to_have_title(re.compile(r"^\(1\) "))  # one still waits
    agent.answers(words.answer)

    page.locator(".rail-me").click()  # the next story begins in silence
    for name in ("Sound", "Notification"):
        with page.expect_response(re.compile("/desk/preferences")):
            page.get_by_role("checkbox", name=name).uncheck()


def test_the_desk_says_that_it_is_cut_off_and_catches_up(
    stage: Stage, installation: Installation
) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    customer.asks(words.question)
    agent = stage.agent("alex").watches("queue")
    agent.may_be_told("ERR_", "Failed to load resource", "network", "htmx:")
    banner = agent.page.locator("#offline-banner")
    expect(banner).to_be_hidden()

    agent.page.context.set_offline(True)
    expect(banner).to_contain_text("No connection. What you see may be old")
    expect(banner).to_have_attribute("role", "status")  # a screen reader is told
    expect(agent.page.locator("#live-state")).to_contain_text("Offline")
    customer.asks_for_a_person()  # while nobody here can know
    customer.sees_their_place_in_the_queue()
    expect(agent.row(customer)).to_have_count(0)
    expect(banner).to_be_visible()

    agent.page.context.set_offline(False)
    agent.is_at_work()
    expect(banner).to_be_hidden()
    agent.sees_waiting(customer)
    expect(agent.page).to_have_title(re.compile(r"^\(1\) "))
    assert agent.page.url == f"{installation.url}/desk/queue/"  # nobody reloaded


def test_a_conversation_that_is_refused_does_not_stop_the_lists(stage: Stage) -> None:
    """Erased, or no longer theirs: the stream of all that the page follows is refused once."""
    words = WORDS["en"]
    customer = stage.customer(words)
    customer.asks(words.question)
    customer.asks_for_a_person()
    agent = stage.agent("alex").watches("queue")
    agent.may_be_told("404", "Failed to load resource")
    agent.sees_waiting(customer)
    agent.opens(customer)

    def refuse(route: Route) -> None:
        if "conversation" in route.request.url:
            route.fulfill(status=404, json={"code": "not_found"})
        else:
            route.continue_()

    agent.page.route("**/live/stream?*", refuse)
    agent.page.evaluate("dispatchEvent(new Event('online'))")  # asks anew
    expect(agent.page.locator(".toast.danger")).to_be_visible()
    other = stage.customer(words)
    other.asks(words.question)
    other.asks_for_a_person()
    agent.sees_waiting(other)
    expect(agent.page.locator("#offline-banner")).to_be_hidden()
