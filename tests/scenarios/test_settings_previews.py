"""An owner sees what a form would do before it is saved."""

import re

import pytest
from playwright.sync_api import expect

from tests.accessibility import faults
from tests.installation import Installation
from tests.scenarios.conftest import Stage
from walletdesk.conversations.types import TagColour

COLOURS = [str(colour) for colour in TagColour]
DOT = "each => getComputedStyle(each, '::before').backgroundColor"
DOTS = f"""{COLOURS}.map((colour) => {{
  const tag = document.createElement("span");
  tag.className = `tag own tag-${{colour}}`;
  document.body.append(tag);
  return ({DOT})(tag);
}})"""


def test_an_owner_sees_beforehand_what_a_form_would_do(
    stage: Stage, installation: Installation
) -> None:
    page, settings = stage.agent("owner").page, f"{installation.url}/desk/settings/"

    def look(name: str) -> object:
        found = page.locator(f"#{name}")
        expect(found).to_have_attribute("aria-live", "polite")  # a screen reader is told
        return expect(found)

    page.goto(f"{settings}tags/")
    page.get_by_label("Name", exact=True).fill("Lost phone")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # by keys alone: the next colour
    row = page.locator("#tag-look .row .tag.own")
    expect(row).to_have_text("Lost phone")
    expect(row).to_have_class(re.compile("tag-(?!blue)"))
    chips = page.locator(".swatches .tag-chip").evaluate_all(f"all => all.map({DOT})")
    assert len(set(chips)) == len(COLOURS)
    assert row.evaluate(DOT) == page.locator("#tag-look .tag-chip").evaluate(DOT)
    page.get_by_label("Name", exact=True).fill(page.locator(".things .tag-chip").first.inner_text())
    look("tag-look").to_contain_text("There is a tag of this name already.")

    page.goto(f"{settings}languages/")
    page.get_by_role("checkbox", name="Español").uncheck()
    look("languages-look").to_contain_text("no customer sees them in this language any more")
    page.get_by_role("button", name="Discard").click()
    look("languages-look").not_to_contain_text("any more")

    page.goto(f"{settings}roles/")
    page.get_by_role("checkbox", name="Agent").check()
    look("roles-led").to_contain_text("would be led to set one up")
    expect(page.locator("#roles-led")).to_contain_text("Alex Moore")

    page.goto(f"{settings}people/invite/")
    page.get_by_label("Role").select_option("supervisor")
    look("place-look").to_contain_text("Lead complaints and decide them")
    page.get_by_label("Role").select_option("viewer")
    look("place-look").to_contain_text("answers nobody")

    page.goto(f"{settings}teams/")
    named = page.locator(".team h2").first.inner_text()
    page.get_by_label("New team").fill(named)
    look("team-look").to_contain_text("Another team has this name.")
    page.get_by_label("New team").fill(f"{named} at night")
    expect(page.locator("#team-look .is-new")).to_have_text(f"{named} at night")

    # the lists have the colours that are chosen here
    page.goto(f"{installation.url}/desk/queue/")
    assert page.evaluate(DOTS) == chips

    # none of it was saved
    page.goto(f"{settings}tags/")
    expect(page.locator(".things .tag-chip", has_text="Lost phone")).to_have_count(0)


@pytest.mark.long
def test_previews_are_for_everybody(stage: Stage, installation: Installation) -> None:
    """Each preview with something to warn of: axe finds nothing, nothing stands outside."""
    page, settings = stage.agent("owner").page, f"{installation.url}/desk/settings/"
    page.emulate_media(reduced_motion="reduce")
    states = {
        "tags/": ("#tag-look .error", lambda: page.get_by_label("Name", exact=True).fill("VIP")),
        "languages/": (
            "#languages-look .callout",
            lambda: page.get_by_role("checkbox", name="Español").uncheck(),
        ),
        "roles/": ("#roles-led li", lambda: page.get_by_role("checkbox", name="Agent").check()),
        "people/3/": (
            "#place-look .badge",
            lambda: page.get_by_label("Role").select_option("supervisor"),
        ),
        "teams/": ("#team-look li", lambda: page.get_by_label("New team").fill("W" * 60)),
    }
    wrong: dict[str, object] = {}
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)  # type: ignore[arg-type] # a dictionary of two numbers
        for address, (seen, change) in states.items():
            page.once("dialog", lambda dialog: dialog.accept())  # leaves what was not saved
            page.goto(f"{settings}{address}")
            change()
            expect(page.locator(seen).first).to_be_visible()
            found = faults(page)
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found.append("too wide")
            if found:
                wrong[f"{address} {size['width']}"] = found
    assert wrong == {}
