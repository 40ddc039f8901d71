"""Every page of the desk can be used by everybody: axe finds nothing, nothing stands outside."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

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
    "teams/",
    "roles/",
    "identity/",
    "privacy/",
    "account/",
)
PAGES = (
    *(f"/desk/settings/{name}" for name in SETTINGS),
    "/desk/queue/",
    "/desk/all/",
    "/desk/audit/",
    "/desk/exports/",
    "/desk/alarms/",
    "/accounts/second-factor/",
    "/accounts/second-factor/app/",
)
STRANGERS = ("/accounts/login/", "/accounts/invitation/gone/")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_for_everybody(stage: Stage, installation: Installation, scheme: str) -> None:
    page = stage.agent("owner").page
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of both
    wrong: dict[str, object] = {}
    width = 1440 if scheme == "light" else 390
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(f"{installation.url}{address}")
        wrong |= _looked_at(page, f"{address} {width}")
    assert wrong == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conversation_and_the_way_in_are_for_everybody(
    stage: Stage, installation: Installation, scheme: str
) -> None:
    customer = stage.customer(WORDS["en"])
    customer.asks(customer.words.question)
    customer.asks_for_a_person()
    agent = stage.agent("alex").watches("queue")
    page = agent.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type] # one of both
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


def _looked_at(page: Page, name: str) -> dict[str, object]:
    """Return what is wrong on a page as it stands: name → what axe says, or that it is too wide."""
    page.evaluate("Promise.allSettled(document.getAnimations().map((a) => a.finished))")
    answer = Axe().run(page, options={"preload": False, "runOnly": TAGS}).response
    found = [(v["id"], node["html"]) for v in answer["violations"] for node in v["nodes"]]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append(("too wide", name))
    return {name: found} if found else {}
