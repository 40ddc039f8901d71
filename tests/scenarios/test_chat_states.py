"""Every state of the chat can be used by everybody: looked at with axe, and walked by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import WCAG, faults
from tests.installation import until
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Customer
from tests.scenarios.words import WORDS

FITS = """() => {
  const parts = ".chat, .head, .home, .middle, .composer, #text, .wd-bubble, .tile, h1, h2";
  const stands = (e) => {
    const { width, left, right } = e.getBoundingClientRect();
    return width < 24 || left < -1 || right > innerWidth + 1 || e.scrollWidth > e.clientWidth + 2;
  };
  return [...document.querySelectorAll(parts)]
    .filter((e) => e.offsetParent && !e.closest("[hidden]") && stands(e))
    .map((e) => `${e.id || e.className} ${e.clientWidth} ${e.scrollWidth}`);
}"""


def faultless(page: Page, state: str) -> None:
    """Have axe look at the page as it stands, once nothing moves any more."""
    found = faults(page, tags=(*WCAG, "best-practice"))
    assert found == [], state


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        ("zh", "light"),
        *(
            pytest.param(*case, marks=pytest.mark.long)
            for case in (("en", "light"), ("en", "dark"))
        ),
    ],
)
def test_no_state_of_the_chat_has_a_fault_that_axe_knows(
    stage: Stage, language: str, scheme: str
) -> None:
    words = WORDS[language]
    customer = stage.customer(words)
    customer.may_be_told("Applying inline style")  # axe tries to; the policy refuses
    customer.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type] # one of both
    agent = stage.agent("alex", words).watches("queue")

    _searches_and_reads(customer)
    _writes_too_much_and_a_secret(customer)
    _asks_the_bot_and_for_a_person(customer)
    agent.sees_waiting(customer)
    agent.opens(customer)
    agent.takes_it()
    agent.answers(words.answer)
    customer.asks(words.thanks)
    expect(customer.page.locator(".wd-seen")).to_be_visible()
    faultless(customer.page, "with a person")
    _looks_at_earlier_ones_and_loses_the_connection(customer)
    agent.resolves_it()
    customer.page.locator("#survey .stars label:nth-child(4)").first.click()
    expect(customer.page.locator("#survey textarea")).to_be_visible()
    faultless(customer.page, "rating")


def _searches_and_reads(customer: Customer) -> None:
    page = customer.page
    faultless(page, "start screen")
    page.locator("#q").fill(customer.words.question)
    expect(page.locator("#hits button").first).to_be_visible()
    faultless(page, "search")
    page.locator("#hits button").first.click()
    expect(page.locator("#article h2").first).to_be_visible()
    faultless(page, "article")
    page.locator("#helped [data-helped=false]").click()
    expect(page.locator("#start-chat")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#intro")).to_be_visible()
    faultless(page, "empty conversation")


def _writes_too_much_and_a_secret(customer: Customer) -> None:
    page = customer.page
    page.locator("#text").fill("x" * 3_990)
    expect(page.locator("#count")).not_to_be_empty()
    faultless(page, "near the limit")
    customer.writes(customer.words.phrase)
    customer.is_warned_before_sending()
    faultless(page, "warning")
    page.locator("#warning-edit").click()
    page.locator("#text").fill("")


def _asks_the_bot_and_for_a_person(customer: Customer) -> None:
    page = customer.page
    customer.asks(customer.words.question)
    customer.sees_an_answer_with_its_source()
    page.locator("#menu-button").click()
    faultless(page, "answer and menu")
    page.keyboard.press("Escape")
    expect(page.locator("#menu-button")).to_be_focused()
    customer.asks_for_a_person()
    customer.sees_their_place_in_the_queue()
    faultless(page, "queue")


def _looks_at_earlier_ones_and_loses_the_connection(customer: Customer) -> None:
    page = customer.page
    page.locator("#back").click()
    expect(page.locator("#conversations .tile")).to_have_count(1)
    faultless(page, "own conversations")
    page.locator("#conversations .tile").click()
    customer.may_be_told("ERR_", "Failed to load resource")
    page.context.set_offline(True)
    customer.writes(customer.words.worry)
    expect(page.locator("#banner")).to_be_visible()
    faultless(page, "offline")
    page.context.set_offline(False)
    customer.is_delivered(customer.words.worry)


def test_the_chat_by_keyboard_alone(stage: Stage) -> None:
    words = WORDS["en"]
    customer = stage.customer(words)
    page = customer.page
    press = page.keyboard.press
    page.goto(f"{customer.url}/demo/?language=en")
    launcher = page.locator("button[aria-expanded]")
    launcher.focus()
    press("Enter")
    chat = page.frame_locator("iframe")
    expect(chat.locator("#text")).to_be_focused()

    chat.locator("#q").focus()
    page.keyboard.insert_text(words.question[:20])  # at once: it is searched for once
    expect(chat.locator("#hits button").first).to_be_visible()
    press("Tab")
    press("Enter")
    expect(chat.locator("#reader")).to_be_focused()
    press("Escape")
    expect(chat.locator("#q")).to_be_focused()
    chat.locator("#text").focus()
    page.keyboard.type(words.question)
    press("Enter")
    expect(chat.locator("a.wd-source").first).to_be_visible()
    press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(launcher).to_be_focused()
    press("Enter")
    expect(chat.locator("#text")).to_be_focused()
    expect(chat.locator("a.wd-source").first).to_be_visible()


def test_the_chat_in_other_shapes(stage: Stage) -> None:
    """Small, large type, from right to left, few colours: nothing is cut or lies over another."""
    words = WORDS["en"]
    customer = stage.customer(words)
    page = customer.page
    customer.writes(f"{words.question} 0x{'9f' * 32} https://{'a' * 60}.example/{'b' * 80}")
    customer.sees_an_answer_with_its_source()
    shapes = [(320, 568), (390, 844), (195, 422), (844, 390), (1440, 900)]  # 195: 390 at 200 %
    for direction in ("ltr", "rtl"):
        page.evaluate("dir => document.documentElement.dir = dir", direction)
        for width, height in shapes:
            page.set_viewport_size({"width": width, "height": height})
            for view in ("chat", "home"):
                if view == "home":
                    page.locator("#back").click()
                until(lambda: fits(page) == [], f"all fits: {direction} {width} {view}")
            page.locator("#conversations .tile").click()
    page.emulate_media(forced_colors="active")
    expect(page.locator("#send")).to_be_visible()


def fits(page: Page) -> list[str]:
    """Return what stands out of the page at a side, or has no room."""
    found: list[str] = page.evaluate(FITS)
    return found
