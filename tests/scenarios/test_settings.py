"""An owner sets up the desk without reading code."""

from playwright.sync_api import expect

from tests.installation import Installation
from tests.scenarios.conftest import Stage


def test_an_owner_changes_the_brand_and_a_macro(stage: Stage, installation: Installation) -> None:
    owner = stage.agent("owner")
    page, settings = owner.page, f"{installation.url}/desk/settings/"
    page.goto(settings)
    page.get_by_role("link", name="Brand", exact=True).click()
    page.wait_for_load_state()  # its scripts listen
    bar = page.locator("[data-save-bar]")
    expect(bar).to_be_hidden()

    page.get_by_label("Accent colour", exact=True).fill("#ffd400")
    expect(bar).to_be_visible()
    expect(page.locator("#brand-head")).to_contain_text("buttons carry black text")
    page.get_by_role("button", name="Discard").click()
    expect(bar).to_be_hidden()
    expect(page.locator("#brand-head")).to_contain_text("White text on your colour: ")

    page.get_by_label("Accent colour", exact=True).fill("yellow")
    warned: list[str] = []
    page.once("dialog", lambda dialog: (warned.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Tags", exact=True).click()
    expect(bar).to_be_visible()  # stayed, because the person said so
    assert warned == ["beforeunload"]
    owner.expected.append("422")
    page.get_by_role("button", name="Save").click()
    problems = page.locator("[data-problems]")
    expect(problems).to_be_focused()
    expect(problems).to_contain_text("six digits")
    expect(page.get_by_label("Accent colour", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Accent colour", exact=True).fill("#0f766e")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved")

    page.goto(f"{settings}macros/new/")
    page.get_by_label("Name", exact=True).fill("Fees")
    page.get_by_label("English").fill(
        "Hello {customer.label}, see {article:how-network-fees-work} {x}"
    )
    samples = page.locator("#macro-samples")
    expect(samples).to_contain_text("Hello Visitor 7QK2, see http")
    expect(samples).to_contain_text("There is no variable “x”")
    page.get_by_label("English").fill("Hello {customer.label}")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Macro added")

    page.get_by_role("button", name="Archive Fees").click()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Macro restored")
