"""Every page of the desk can be used by everybody: axe finds nothing, nothing stands outside."""

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import faults
from tests.installation import Installation
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS

SETTINGS = (
    "",
    "brand/",
    "languages/",
    "inboxes/",
    "inboxes/new/telegram/",
    "inboxes/1/",
    "hours/",
    "hours/1/",
    "articles/",
    "articles/swap-failed/",
    "articles/swap-failed/es/",
    "articles/swap-failed/en/history/",
    "macros/",
    "macros/1/",
    "tags/",
    "tags/1/",
    "people/",
    "people/1/",
    "people/invite/",
    "teams/",
    "roles/",
    "routing/",
    "escalation/",
    "escalation/new/",
    "promises/new/",
    "flows/",
    "surveys/",
    "telephone/",
    "telephone/menu/",
    "telephone/trial/",
    "telephone/prompts/en/",
    "topics/",
    "bot/",
    "networks/",
    "networks/ethereum/",
    "email/",
    "email/quarantine/",
    "outbox/",
    "form/",
    "help/",
    "help/searches/",
    "help/links/",
    "help/rules/",
    "help/notices/",
    "help/notices/new/",
    "identity/",
    "privacy/",
    "account/",
)
PAGES = (
    *(f"/desk/settings/{name}" for name in SETTINGS),
    "/desk/queue/",
    "/desk/all/",
    "/desk/search/?q=usdt",
    "/desk/articles/",
    "/desk/calls/",
    "/desk/cases/",
    "/desk/complaints/",
    "/desk/complaints/report",
    "/desk/contacts/",
    "/desk/escalated/",
    "/desk/links/",
    "/desk/official/",
    "/desk/surveys/",
    "/desk/surveys/follow-ups/",
    "/desk/wall/",
    "/desk/audit/",
    "/desk/exports/",
    "/desk/alarms/",
    "/accounts/second-factor/",
    "/accounts/second-factor/app/",
)
STRANGERS = ("/accounts/login/", "/accounts/invitation/gone/")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def test_every_page_is_for_everybody(stage: Stage, installation: Installation) -> None:
    """Each page once, by turns wide and on a phone."""
    page = stage.agent("owner").page
    page.emulate_media(reduced_motion="reduce")
    wrong: dict[str, object] = {}
    for number, address in enumerate(PAGES):
        page.set_viewport_size(PHONE if number % 2 else WIDE)  # type: ignore[arg-type]
        page.goto(f"{installation.url}{address}")
        wrong |= _looked_at(page, address)
    assert wrong == {}


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_in_each_shape(
    stage: Stage, installation: Installation, scheme: str, size: dict[str, int]
) -> None:
    page = stage.agent("owner").page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of both
    page.set_viewport_size(size)  # type: ignore[arg-type] # a dictionary of two numbers
    wrong: dict[str, object] = {}
    for address in PAGES:
        page.goto(f"{installation.url}{address}")
        wrong |= _looked_at(page, address, both=False)
    assert wrong == {}


def test_a_conversation_and_the_way_in_are_for_everybody(
    stage: Stage, installation: Installation
) -> None:
    customer = stage.customer(WORDS["en"])
    customer.asks(customer.words.question)
    customer.asks_for_a_person()
    agent = stage.agent("alex").watches("queue")
    page = agent.page
    page.emulate_media(reduced_motion="reduce")
    agent.sees_waiting(customer)
    agent.opens(customer)
    agent.takes_it()
    agent.answers(agent.words.answer)
    wrong = _looked_at(page, "thread")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox").first).to_be_visible()
    wrong |= _looked_at(page, "palette")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    wrong |= _looked_at(page, "thread on a phone")

    page.context.clear_cookies()
    agent.may_be_told("status of 4[01]")
    for address in STRANGERS:
        page.goto(f"{installation.url}{address}")
        wrong |= _looked_at(page, address)
    assert wrong == {}


def _looked_at(page: Page, name: str, *, both: bool = True) -> dict[str, object]:
    """Return what is wrong on a page as it stands: name → what axe says, or that it is too wide."""
    found = faults(page, both=both)
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append(f"too wide for {page.viewport_size}")
    return {name: found} if found else {}
