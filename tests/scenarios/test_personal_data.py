"""A customer writes personal data: the agent sees a mask, says why, sees it for a while."""

from playwright.sync_api import expect

from tests.scenarios.conftest import Stage
from tests.scenarios.words import Words

MAIL = "lucia.canary@correo.example"


def test_personal_data_is_masked_until_somebody_says_why(stage: Stage, words: Words) -> None:
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()
    agent.opens(customer)
    agent.takes_it()
    customer.writes(f"write to {MAIL}")
    customer.sees_once(f"write to {MAIL}")

    page = agent.page
    chip = page.locator("wd-thread button.wd-personal")
    expect(chip).to_have_text("l•••@c•••.example")
    assert MAIL not in page.content()

    chip.click()
    dialog = page.locator("#reveal")
    reason = f"They asked us to write to them ({words.code})"
    dialog.locator("textarea").fill(reason)
    dialog.locator("[type=submit]").click()
    expect(dialog.locator(".reveal-value")).to_have_text(MAIL)
    expect(dialog.locator(".reveal-mark span").first).to_contain_text("Alex Moore")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("body")).not_to_contain_text(
        MAIL
    )  # the dialog's end is told a moment later
    assert MAIL not in page.content()

    chip.click()  # within the ten minutes it is shown again without another reveal
    expect(dialog.locator(".reveal-value")).to_have_text(MAIL)
    supervisor = stage.agent("supervisor", words)
    supervisor.page.goto(f"{supervisor.url}/desk/audit/")
    # Outside of the hours an alarm stands above it.
    trail = supervisor.page.locator(".trail-row.is-grave").filter(has_text=reason)
    expect(trail).to_have_count(1)

    # somebody else takes the case out of their hands: what is shown goes away by itself
    supervisor.page.evaluate(
        """async (ref) => {
          const csrf = document.body.dataset.csrf;
          const headers = { "X-CSRFToken": csrf };
          await fetch(`/desk/c/${ref}/release`, { method: "POST", headers });
        }""",
        customer.ref,
    )
    expect(dialog).to_be_hidden()
    assert MAIL not in page.content()
    customer.sees_once(f"write to {MAIL}")  # their own words are theirs
