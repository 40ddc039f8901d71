"""A complaint: lodged on a phone, acknowledged, investigated by somebody else, decided, read."""

from playwright.sync_api import Page, expect

from tests.accessibility import faults
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Person
from tests.scenarios.words import WORDS

PHONE = {"width": 390, "height": 844}
SAID = "My transfer of 120 USDT stood still for nine days and nobody told me anything."
ANSWER = "It took nine days because we asked the other side only on the eighth day."
WHY = "We looked at every message and at the record of the transfer itself."
REMEDY = "We give the fee of the transfer back to you and we are sorry for the delay."


def test_a_complaint_is_lodged_investigated_by_another_and_decided(stage: Stage) -> None:
    words = WORDS["en"]
    complainant = stage._context(words).new_page()  # noqa: SLF001 - a visitor of another page than the chat
    person = Person(complainant, stage.place.url, words)
    person.may_be_told("422")  # the form comes back with what is missing
    stage.people.append(person)
    complainant.set_viewport_size(PHONE)  # type: ignore[arg-type] # a dictionary of two numbers
    names_who_handles_complaints(stage)
    page = lodges(stage, complainant)
    supervisor = stage.agent("supervisor").page
    supervisor.goto(f"{stage.place.url}/desk/complaints/")
    supervisor.locator(".case-list a").first.click()
    is_acknowledged(supervisor)
    expect(supervisor.get_by_text("Alex Moore investigates")).to_be_visible()
    is_decided(stage, supervisor.url)
    reads_the_decision(complainant, page)


def names_who_handles_complaints(stage: Stage) -> None:
    owner = stage.agent("owner").page
    owner.goto(f"{stage.place.url}/desk/complaints/")
    owner.get_by_label("Which law holds").select_option("mica")
    owner.get_by_label("Person or department").fill("Ines Prado, complaints")
    owner.get_by_label("E-mail").fill("complaints@aurora.example")
    owner.get_by_label("Phone").fill("+34 912 345 678")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_label("Person or department")).to_have_value("Ines Prado, complaints")


def lodges(stage: Stage, page: Page) -> str:
    page.goto(f"{stage.place.url}/ticket/complaint/aurora/?language=en")
    assert not faults(page)
    page.get_by_label("Last name").fill("Ferrer")
    page.get_by_role("button", name="Lodge the complaint").click()
    expect(page.get_by_role("alert")).to_contain_text("Please fill this in")
    page.get_by_label("What are you not satisfied with?").fill(SAID)
    page.get_by_role("button", name="Lodge the complaint").click()
    expect(page.locator("h1")).to_contain_text("Complaint")
    expect(page.locator(".points")).to_contain_text(SAID)
    assert not faults(page)
    return page.url


def is_acknowledged(page: Page) -> None:
    acknowledge = page.locator("form[action$=acknowledge]")
    with page.context.expect_page() as opened:
        acknowledge.get_by_role("button", name="Preview").click()
    expect(opened.value.locator(".letter")).to_contain_text("Ines Prado")
    expect(opened.value.locator(".letter")).not_to_contain_text("Ferrer")
    opened.value.close()
    acknowledge.get_by_role("button", name="Acknowledge").click()
    page.get_by_label("Only who had nothing to do").select_option(label="Alex Moore")
    page.get_by_role("button", name="Choose").click()


def is_decided(stage: Stage, address: str) -> None:
    page = stage.agent("alex").page
    page.goto(address)
    page.get_by_label("Finding").select_option("partly")
    page.get_by_label("Answer in English").fill(ANSWER)
    page.locator("form[action$=answer]").get_by_role("button", name="Save").click()
    page.get_by_label("Outcome").select_option("partly")
    page.get_by_label("Reasons in English").fill(WHY)
    page.get_by_label("Remedies in English").fill(REMEDY)
    assert not faults(page)
    page.get_by_role("button", name="Decide and send").click()
    expect(page.locator(".case-line").first).to_contain_text("Upheld in part")


def reads_the_decision(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".promise")).to_contain_text("Upheld in part")
    expect(page.locator(".points .answer")).to_contain_text(ANSWER)
    page.locator(".letters").get_by_role("link", name="Decision").click()
    for said in (SAID, ANSWER, WHY, REMEDY, "ESMA"):
        expect(page.locator(".letter")).to_contain_text(said)
    page.go_back()
    page.locator(".letters").get_by_role("link", name="Acknowledgement").click()
    expect(page.locator(".letter")).to_contain_text("Ferrer")  # the copy is theirs
