"""Everything can be done without a mouse."""

from playwright.sync_api import expect

from tests.installation import Installation
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS


def test_a_conversation_by_keyboard_alone(stage: Stage, installation: Installation) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    agent = stage.visitor(words)

    agent.page.goto(f"{installation.url}/desk/")
    expect(agent.page.locator("#id_login")).to_be_focused()
    agent.page.keyboard.type("alex@aurora.example")
    agent.page.keyboard.press("Tab")
    agent.page.keyboard.type(installation.password)
    agent.page.keyboard.press("Enter")
    agent.is_at_work()
    agent.goes_by_keys_to("queue")  # home is where this person worked last

    customer.page.locator("#text").focus()
    customer.page.keyboard.type(words.worry)
    customer.page.keyboard.press("Enter")
    customer.is_delivered(words.worry)
    expect(customer.page.locator("#person-button")).to_be_visible()
    _tab_to(customer.page, "person-button", "Shift+Tab")
    customer.page.keyboard.press("Enter")
    customer.sees_their_place_in_the_queue()

    agent.sees_waiting(customer)
    agent.page.keyboard.press("j")
    agent.page.keyboard.press("Enter")
    agent.sees(words.worry)
    agent.page.keyboard.press("c")
    agent.holds_it()
    agent.page.keyboard.press("r")
    expect(agent.page.locator("#composer-text")).to_be_focused()
    agent.page.keyboard.type(words.answer)
    agent.page.keyboard.press("Control+Enter")
    customer.sees_once(words.answer)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("e")
    expect(agent.page.locator("#head")).to_have_attribute("data-status", "resolved")
    expect(customer.page.locator("#survey")).to_be_visible()


def _tab_to(page, name: str, key: str) -> None:  # noqa: ANN001
    """Press Tab until a control has the focus, as somebody without a mouse does."""
    for _ in range(20):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.id") == name:
            return
    raise AssertionError(f"{name} cannot be reached by {key}")
