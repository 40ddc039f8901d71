"""The stage of the stories: a real desk, a real Chromium, a browser for each person."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from tests.browser import PATIENCE_MS, launched
from tests.scenarios.people import Agent, Customer, Person
from tests.scenarios.words import WORDS, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, StorageState

    from tests.installation import Installation

NAMES = {
    "owner": "Olivia Hart",
    "supervisor": "Sun Wei",
    "alex": "Alex Moore",
    "mei": "Lin Mei",
    "sofia": "Sofía Ruiz",
    "vera": "Vera Lund",
}

MAKE_VIEWER = """
import sys
from walletdesk.site.commands.prepare import load_django
load_django()
from walletdesk.accounts.actions.people import create_member
from walletdesk.accounts.queries import get_brand
from walletdesk.accounts.types import Role
create_member(brand=get_brand("aurora"), email="vera@aurora.example", name="Vera Lund",
              password=sys.stdin.read(), role=Role.VIEWER)
"""


class Stage:
    """Gives each person a browser; at the end no page may have complained."""

    def __init__(
        self, browser: Browser, place: Installation, sign_ins: dict[str, StorageState]
    ) -> None:
        self.browser = browser
        self.place = place
        self.sign_ins = sign_ins
        self.people: list[Person] = []
        self.contexts: list[BrowserContext] = []

    def customer(self, words: Words) -> Customer:
        """A customer in a fresh browser, with the chat open."""
        customer = Customer(self._context(words).new_page(), self.place.url, words)
        self.people.append(customer)
        return customer.opens_the_chat()

    def agent(self, who: str, words: Words = WORDS["en"]) -> Agent:
        """A member of staff who has signed in."""
        page = self._context(words, self._signed_in(who)).new_page()
        agent = Agent(page, self.place.url, words, NAMES[who])
        self.people.append(agent)
        return agent

    def visitor(self, words: Words = WORDS["en"]) -> Agent:
        """A member of staff who has not signed in yet."""
        agent = Agent(self._context(words).new_page(), self.place.url, words, NAMES["alex"])
        self.people.append(agent)
        return agent

    def _context(self, words: Words, state: StorageState | None = None) -> BrowserContext:
        context = self.browser.new_context(locale=words.locale, storage_state=state)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return context

    def _signed_in(self, who: str) -> StorageState:
        """Sign in once for all stories: sign-ins are limited, and slow on purpose."""
        if who not in self.sign_ins:
            with self.place.signed_in(f"{who}@aurora.example") as staff:
                cookies = [
                    {"name": c.name, "value": c.value or "", "url": self.place.url}
                    for c in staff.cookies()
                ]
            context = self.browser.new_context()
            context.add_cookies(cookies)  # type: ignore[arg-type]
            self.sign_ins[who] = context.storage_state()
            context.close()
        return self.sign_ins[who]

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def sign_ins(installation: Installation) -> dict[str, StorageState]:
    installation.await_indexed()
    subprocess.run(
        [sys.executable, "-c", MAKE_VIEWER],
        env={**os.environ, "WALLETDESK_DATA": str(installation.data)},
        input=installation.password,
        text=True,
        check=True,
    )
    return {}


@pytest.fixture
def stage(
    browser: Browser, installation: Installation, sign_ins: dict[str, StorageState]
) -> Iterator[Stage]:
    """An empty desk before each story."""
    installation.query(
        "UPDATE conversations_conversation SET status = 'resolved', resolved_at = now(),"
        " snoozed_until = NULL WHERE status IN ('bot', 'queued', 'open', 'snoozed') AND id > %s",
        0,
    )
    stage = Stage(browser, installation, sign_ins)
    yield stage
    complaints = [complaint for person in stage.people for complaint in person.unexpected()]
    stage.close()
    assert complaints == []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell each story in one language at each commit, half of them in Chinese; then in both."""
    own = (mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "words" in metafunc.fixturenames and "words" not in own:
        first, second = (
            ("en", "zh") if crc32(metafunc.function.__name__.encode()) % 2 else ("zh", "en")
        )
        later = pytest.param(second, marks=pytest.mark.long)
        metafunc.parametrize("words", [first, later], indirect=True)


@pytest.fixture
def words(request: pytest.FixtureRequest) -> Words:
    return WORDS[request.param]
