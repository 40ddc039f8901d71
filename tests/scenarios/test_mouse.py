"""The list moves while people click in it; the click still counts."""

from playwright.sync_api import expect

from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS


def test_a_row_that_changes_under_the_mouse_still_opens(stage: Stage) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    agent = stage.agent("alex", words).watches("queue")
    customer.asks(words.worry)
    customer.asks_for_a_person()
    agent.sees_waiting(customer)

    agent.row(customer).hover()
    agent.page.evaluate("performance.now = () => 0")  # however long it takes: a short press
    agent.page.mouse.down()
    customer.writes("are you there?")
    customer.is_delivered("are you there?")
    agent.page.wait_for_timeout(1000)  # the list is told and reads anew
    agent.page.mouse.up()

    expect(agent.page.locator(f"#head[data-ref='{customer.ref}']")).to_be_visible()
    expect(agent.row(customer)).to_contain_text("are you there?")
