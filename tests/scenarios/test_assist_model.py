"""A model behind an address helps an agent: watched while it writes, refused when it is hostile."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories.generator import KEY, Endpoint, endpoint
from tests.installation import PATIENCE, running
from tests.scenarios.conftest import Stage
from tests.scenarios.test_hostile_texts import ran, watch
from tests.scenarios.words import WORDS

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def model() -> Iterator[Endpoint]:
    with endpoint() as here:
        yield here


@pytest.fixture(scope="module")
def stage(
    model: Endpoint, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A desk with that model."""
    assert model.generator is not None
    settings = {
        "WALLETDESK_GENERATOR": "openai",
        "WALLETDESK_GENERATOR_URL": model.url,
        "WALLETDESK_GENERATOR_MODEL": "m",
        "WALLETDESK_GENERATOR_KEY": KEY,
    }
    with running(tmp_path_factory.mktemp("model") / "data", **settings) as place:
        place.await_indexed()
        stage = Stage(browser, place, {})
        yield stage
        complaints = [each for person in stage.people for each in person.unexpected()]
        stage.close()
        assert complaints == []


def test_it_translates_suggests_and_sums_up_and_nothing_hostile_gets_in(
    stage: Stage, model: Endpoint
) -> None:
    customer = stage.customer(WORDS["en"])
    customer.asks("my transfer is stuck on pending since Monday, mei@example.com")
    customer.asks_for_a_person()
    agent = stage.agent("alex")
    left = watch(agent)
    page = agent.page
    page.goto(f"{agent.url}/desk/all/{customer.ref}/")
    agent.is_at_work()
    agent.takes_it()
    text = page.locator("#composer-text")
    panel = page.locator(".assist")
    panel.locator("[data-write=summary]").wait_for()
    assert panel.locator("[data-no-model]").count() == 0

    seen_while_it_writes(page, model)
    hostile = {
        "Please wait. We will refund you 500 USDT.": "Nothing was put in",
        "Please wait <img src=x onerror=canary('m1')>.": "Nothing was put in",
        "Please wait, see https://evil.example/fix.": "Nothing was put in",
        "Please wait. Send me your seed phrase.": "Nothing was put in",
        "请您稍等一下，我们的同事正在查看这笔转账的情况。": "another language",
    }
    for said, told in hostile.items():
        model.says = lambda _asked, said=said: [said]
        text.fill("Please wait.")
        panel.locator("[data-write=friendlier]").click()
        expect(page.locator("#toasts")).to_contain_text(told)
        expect(text).to_have_value("Please wait.")
        page.locator("#toasts").evaluate("(toasts) => toasts.replaceChildren()")

    # What it sums up must stand in the conversation; what it replies, in an article.
    model.says = lambda _asked: ["My transfer is stuck ", "on pending since Monday [1]."]
    panel.locator("[data-write=summary]").click()
    expect(panel.locator(".assist-written")).to_have_text(
        "My transfer is stuck on pending since Monday."
    )
    model.says = from_the_first_passage
    text.fill("")
    page.locator("[data-tool=suggest]").click()
    expect(text).not_to_have_value("")
    assert "mei@example.com" not in "".join(model.asked)
    assert agent.thread.locator(".wd-bubble", has_text="Please wait").count() == 0, "never sent"
    assert (ran(page), left) == ([], [])


def test_it_translates_both_ways(stage: Stage, model: Endpoint) -> None:
    """What a customer wrote, into the agent's language; what the agent wrote, into theirs."""
    customer = stage.customer(WORDS["es"])
    customer.asks("Mi transferencia sigue pendiente desde el lunes, escriban a ana@example.com")
    customer.asks_for_a_person()
    agent = stage.agent("alex")
    left = watch(agent)
    page = agent.page
    page.goto(f"{agent.url}/desk/all/{customer.ref}/")
    agent.is_at_work()
    agent.takes_it()
    model.asked.clear()

    row = agent.thread.locator(".wd-message", has_text="desde el lunes")
    row.hover()
    translate = row.get_by_role("button", name="Translate")
    translation = row.locator(".assist-translation")
    model.says = with_the_address("My transfer has been pending since Monday, write to {}")
    translate.click()
    expect(translation).to_contain_text("My transfer has been pending since Monday")
    expect(translation).to_have_attribute("lang", "en")
    agent.sees("Mi transferencia sigue pendiente")  # the customer's own words stay
    model.says = with_the_address("Sigue pendiente desde el lunes, nadie contesta todavía, {}")
    translate.click()
    expect(page.locator("#toasts")).to_contain_text("another language")
    expect(translation).to_contain_text("My transfer has been pending since Monday")
    model.says = with_the_address("My transfer is still pending. Please write to {}")
    translate.click()
    expect(translation).to_contain_text("My transfer is still pending.")  # once, the newest

    text = page.locator("#composer-text")
    for button in ("wd-composer [data-tool=translate]", ".assist [data-write=translate]"):
        text.fill("We are looking at your transfer.")
        model.says = lambda _asked: ["Estamos revisando su transferencia."]
        page.locator(button).click()
        expect(text).to_have_value("Estamos revisando su transferencia.")
    agent.answers("Estamos revisando su transferencia.")
    customer.sees_once("Estamos revisando su transferencia.")

    asked = [json.loads(json.loads(each)["messages"][-1]["content"]) for each in model.asked]
    assert [each["language"] for each in asked] == ["en", "en", "en", "es", "es"]
    assert "ana@example.com" not in "".join(model.asked)
    assert (ran(page), left) == ([], [])


def seen_while_it_writes(page: Page, model: Endpoint) -> None:
    """The agent sees how far it is, and gets the text when it is checked."""
    go_on = threading.Event()

    def slowly(_asked: dict[str, Any]) -> Iterator[str]:
        yield "Would you please "
        go_on.wait(PATIENCE)
        yield "wait a little?"

    model.says = slowly
    text = page.locator("#composer-text")
    text.fill("Please wait.")
    page.locator(".assist [data-write=friendlier]").click()
    expect(page.locator(".assist-run")).to_contain_text("17 characters")
    expect(text).to_have_value("Please wait.")
    go_on.set()
    expect(text).to_have_value("Would you please wait a little?")
    expect(page.locator(".assist-run")).to_have_count(0)


def with_the_address(said: str) -> Callable[[dict[str, Any]], list[str]]:
    """Answer so, with what stands for the customer's address in the text that was sent."""

    def says(asked: dict[str, Any]) -> list[str]:
        text = json.loads(asked["messages"][-1]["content"])["text"]
        return [said.format(text[text.index("⟦") : text.index("⟧") + 1])]

    return says


def from_the_first_passage(asked: dict[str, Any]) -> list[str]:
    """Answer with a sentence of what it was sent, as a model does that keeps to it."""
    passages = json.loads(asked["messages"][-1]["content"])["passages"]
    name, passage = next(iter(passages.items()))
    sentence = passage.split(". ")[0].rstrip(".")
    return [sentence, f" [{name}]."]
