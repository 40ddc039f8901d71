"""An owner changes what callers hear, sees it drawn while writing, and calls it from the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.installation import Installation
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Agent


@pytest.fixture
def first_menu(installation: Installation) -> Iterator[None]:
    """Give back the menu that other stories call."""
    yield
    installation.query("DELETE FROM voice_menuversion")


def box(page: Page, words: str) -> Locator:
    return page.locator("#menu-picture svg g", has_text=words)


@pytest.mark.usefixtures("first_menu")
def test_an_owner_changes_the_menu_of_the_hotline(stage: Stage, installation: Installation) -> None:
    owner = stage.agent("owner")
    page, settings = owner.page, f"{installation.url}/desk/settings/telephone/"
    page.goto(settings)
    page.get_by_role("link", name="Change the menu").click()
    page.wait_for_load_state()  # its scripts listen
    picture = page.locator("#menu-picture")
    expect(box(page, "Something else")).to_have_count(1)

    # What is written is drawn at once; what is taken back is gone.
    row = page.get_by_role("group", name="33", exact=True)
    row.get_by_label("For what, in English").fill("The ledger does not connect")
    expect(picture).to_contain_text("The ledger does not connect")
    expect(box(page, "Something else")).to_have_count(0)
    page.get_by_role("button", name="Discard").click()
    expect(picture).to_contain_text("Something else")

    add_an_answer(owner)
    call_it(page)
    assert installation.query("SELECT count(*) FROM voice_menuversion") == [(1,)]


def add_an_answer(owner: Agent) -> None:
    """Write a new entry below 3: drawn as it is written, refused while a language is missing."""
    page = owner.page
    picture = page.locator("#menu-picture")
    new = page.get_by_role("group", name="New entry").first
    new.get_by_label("Keys to press").fill("34")
    new.get_by_label("What it does").select_option(label="Says an answer")
    new.get_by_label("For what, in English").fill("Our opening hours")
    expect(picture).to_contain_text("Our opening hours")
    expect(picture).to_contain_text("Says an answer")
    owner.expected.append("422")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-problems]")).to_be_focused()
    expect(picture).to_contain_text("Our opening hours")  # as it was written
    new = page.get_by_role("group", name="34", exact=True)
    for language, words in (("简体中文", "营业时间"), ("Español", "Nuestro horario")):
        new.get_by_label(f"For what, in {language}").fill(words)
    for language, words in (
        ("简体中文", "我们每天都在。"),
        ("English", "We are here every day."),
        ("Español", "Estamos todos los días."),
    ):
        new.get_by_label(f"Its answer, in {language}").fill(words)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved")
    page.reload()
    expect(picture).to_contain_text("Our opening hours")


def call_it(page: Page) -> None:
    """Make the test call: nobody is called, and what is heard is what was written."""
    page.get_by_role("link", name="Test call").click()
    page.wait_for_load_state()
    said = page.get_by_role("log")
    keys = page.get_by_role("group", name="Keypad")
    expect(said).to_contain_text("For English press 2")
    keys.get_by_role("button", name="2", exact=True).click()
    expect(said).to_contain_text("We never ask for your seed phrase")
    keys.get_by_role("button", name="3", exact=True).click()
    expect(said).to_contain_text("Our opening hours")
    keys.get_by_role("button", name="4", exact=True).click()
    expect(said).to_contain_text("We are here every day.")
    page.get_by_role("button", name="Hang up").click()
    expect(said).to_contain_text("The call is over")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
