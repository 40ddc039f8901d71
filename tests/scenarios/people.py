"""The people of the stories, each with a browser of their own. A step waits until it is seen."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from walletdesk.web.common.strings import thread_strings

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.scenarios.words import Words

BRAND = "aurora"
KEPT = "JSON.stringify({...localStorage, ...sessionStorage})"


class Person:
    """Somebody before a screen. Whatever goes wrong on the page is kept in `troubles`."""

    def __init__(self, page: Page, url: str, words: Words) -> None:
        self.page = page
        self.url = url
        self.words = words
        self.expected: list[str] = []
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("console", self._heard)

    def _heard(self, message: object) -> None:
        if message.type in {"error", "warning"}:  # type: ignore[attr-defined]
            self.troubles.append(f"{message.type}: {message.text}")  # type: ignore[attr-defined]

    def may_be_told(self, *patterns: str) -> None:
        """Name complaints of the browser that belong to the story, such as a lost connection."""
        self.expected += patterns

    def unexpected(self) -> list[str]:
        """Return what went wrong without belonging to the story."""
        return [t for t in self.troubles if not any(re.search(p, t) for p in self.expected)]

    # --- the thread, which customers and staff both have -----------------------------------

    @property
    def thread(self) -> Locator:
        return self.page.locator("wd-thread")

    def sees(self, text: str) -> None:
        expect(self.thread.locator(".wd-list")).to_contain_text(text)

    def sees_once(self, text: str) -> None:
        expect(self.thread.locator(".wd-bubble", has_text=text)).to_have_count(1)

    def sees_line(self, key: str, **fields: object) -> None:
        """See one of the thread's own sentences, in this person's language."""
        self.sees(self.says(key, **fields))

    def says(self, key: str, **fields: object) -> str:
        from django.utils import translation  # noqa: PLC0415 - the active language is per thread

        with translation.override(self.words.code):
            text = thread_strings()[key]
        for name, value in fields.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def never_sees(self, text: str) -> None:
        """Not on the screen, nor anywhere else in the page."""
        assert text not in self.page.content()
        assert text not in self.page.evaluate(
            "JSON.stringify({...localStorage, ...sessionStorage})"
        )

    def sees_a_mask_instead_of(self, secret: str) -> None:
        expect(self.thread.locator(".wd-bubble .wd-secret")).to_have_count(1)
        self.never_sees(secret)
        self.never_sees(" ".join(secret.split()[:4]))


class Customer(Person):
    """Somebody who asks for help in the chat."""

    def opens_the_chat(self) -> Customer:
        self.page.goto(f"{self.url}/widget/{BRAND}/?language={self.words.code}")
        expect(self.page.locator("#text")).to_be_visible()
        return self

    def writes(self, text: str) -> None:
        """Write, and do not wait for the desk."""
        self.page.locator("#text").fill(text)
        self.page.locator("#text").press("Enter")

    def asks(self, text: str) -> None:
        """Write, and wait until the desk has it."""
        self.writes(text)
        self.is_delivered(text)

    def is_delivered(self, text: str) -> None:
        self.sees_once(text)
        expect(self.thread.locator(".is-pending")).to_have_count(0)

    @property
    def ref(self) -> str:
        """The name of this customer's conversation."""
        kept = self.page.evaluate(f"localStorage.getItem('walletdesk:{BRAND}:session')")
        return str(json.loads(kept)["conversation"])

    def sees_an_answer_with_its_source(self) -> None:
        source = self.thread.locator(".wd-message:not(.is-own) a.wd-source").first
        expect(source).to_be_visible()
        answer = self.page.request.get(source.get_attribute("href"))
        assert answer.ok, "the source can be opened"
        assert f'lang="{self._html_code()}"' in answer.text(), "in the customer's language"

    def _html_code(self) -> str:
        return {"zh-hans": "zh-Hans"}.get(self.words.code, self.words.code)

    def says_it_did_not_help(self) -> None:
        answers = self.thread.locator(".wd-message:not(.is-own)")
        before = answers.count()
        self.thread.locator('[data-helped="false"]').click()
        expect(answers).to_have_count(before + 1)

    def asks_for_a_person(self) -> None:
        self.page.locator("#person-button").click()
        self.sees_line("line_handed_over_asked_to_customer")

    def sees_their_place_in_the_queue(self) -> None:
        expect(self.page.locator("#queue")).to_be_visible()
        expect(self.page.locator("#queue-place")).not_to_be_empty()

    def is_being_served_by(self, name: str) -> None:
        expect(self.page.locator("#queue")).to_be_hidden()
        expect(self.page.locator("#status")).to_contain_text(name)

    def rates(self, score: int, comment: str) -> None:
        """Give the same score to each question of the survey."""
        expect(self.page.locator("#survey")).to_be_visible()
        for question in self.page.locator("#survey fieldset").all():
            question.locator(f"label:nth-child({score})").click()
        self.page.locator("#survey textarea").fill(comment)
        self.page.locator("#survey button[type=submit]").click()
        self.sees_line("line_rated_to_customer", score=score)

    def is_warned_before_sending(self) -> None:
        expect(self.page.locator("#warning")).to_be_visible()

    def sends_it_anyway(self) -> None:
        self.page.locator("#warning-send").click()

    def is_told_that_a_secret_was_removed(self) -> None:
        expect(self.thread.locator(".wd-card.is-warning")).to_be_visible()
        self.sees_line("secret_removed_title")


class Agent(Person):
    """Somebody who answers at the desk."""

    def __init__(self, page: Page, url: str, words: Words, name: str) -> None:
        super().__init__(page, url, words)
        self.name = name

    def watches(self, view: str = "queue") -> Agent:
        self.page.goto(f"{self.url}/desk/{view}/")
        self.is_at_work()
        return self

    def is_at_work(self) -> None:
        """The desk's page listens to keys and is told of changes."""
        expect(self.page.locator("#live-state[data-state=online]")).to_be_visible()

    def goes_by_keys_to(self, view: str) -> None:
        """Press g and the view's letter; on a busy machine the pair may come too far apart."""
        for _time in range(5):
            self.page.keyboard.press("g")
            self.page.keyboard.press(view[0])
            with suppress(AssertionError):
                expect(self.page).to_have_url(f"{self.url}/desk/{view}/", timeout=10_000)
                self.is_at_work()
                return
        raise AssertionError(f"the keys do not lead to {view}")

    def row(self, customer: Customer) -> Locator:
        return self.page.locator(f"#row-{customer.ref}")

    def sees_waiting(self, customer: Customer) -> None:
        """The conversation is in the list: nobody reloaded the page."""
        expect(self.row(customer)).to_be_visible()

    def no_longer_sees(self, customer: Customer) -> None:
        expect(self.row(customer)).to_have_count(0)

    def sees_it_is_critical(self, customer: Customer) -> None:
        expect(self.row(customer)).to_have_class(re.compile(r"\bu3\b"))

    def opens(self, customer: Customer) -> None:
        self.row(customer).click()
        expect(self.page.locator(f"#head[data-ref='{customer.ref}']")).to_be_visible()

    def takes_it(self) -> None:
        self.page.locator("#act-claim").click()
        self.holds_it()

    def holds_it(self) -> None:
        expect(self.page.locator("#head")).to_have_attribute("data-composer", "ready")

    def answers(self, text: str) -> None:
        self._writes("reply", text)
        self.sees_once(text)

    def notes(self, text: str) -> None:
        self._writes("note", text)
        expect(self.thread.locator(".wd-card.is-note", has_text=text)).to_have_count(1)

    def tries_to_answer(self, text: str) -> None:
        self.page.locator("#tab-reply").click()
        self.page.locator("#composer-text").fill(text)
        self.page.locator("wd-composer [type=submit]").click()

    def presses_try_again(self) -> None:
        """Press it, unless the live connection has shown meanwhile that the answer is there."""
        expect(self.thread.locator(".is-pending")).to_have_count(0)
        failed = self.thread.locator(".is-failed")
        again = failed.get_by_role("button", name=self.says("retry"))
        again.evaluate_all("(buttons) => buttons.forEach((each) => each.click())")  # in one look
        expect(failed).to_have_count(0)

    def _writes(self, mode: str, text: str) -> None:
        self.page.locator(f"#tab-{mode}").click()
        self.page.locator("#composer-text").fill(text)
        self.page.locator("wd-composer [type=submit]").click()
        expect(self.thread.locator(".is-pending, .is-failed")).to_have_count(0)

    def looks_for_a_colleague(self) -> None:
        self.page.locator("#act-hand-over").click()
        expect(self.page.locator(".people button").first).to_be_visible()
        self.page.evaluate("document.getElementById('head').dataset.old = 'yes'")

    def still_chooses(self) -> None:
        """The desk drew itself anew, and the choice is still open."""
        expect(self.page.locator("#head:not([data-old])")).to_be_visible()
        expect(self.page.locator("#hand-over")).to_be_visible()

    def hands_over_to(self, colleague: Agent) -> None:
        self.page.locator(".people button", has_text=colleague.name).click()
        expect(self.page.locator("#head")).to_have_attribute("data-assignee", colleague.name)

    def resolves_it(self) -> None:
        self.page.locator("#act-resolve").click()
        expect(self.page.locator("#head")).to_have_attribute("data-status", "resolved")

    def sees_the_rating(self, score: int, comment: str) -> None:
        self.sees_line("line_rated_to_staff", score=score)
        self.sees(comment)

    def is_told(self, text: str) -> None:
        expect(self.page.locator("#toasts")).to_contain_text(text)
