"""A ticket from a phone: written without a connection, sent once, answered, and settled."""

import pytest
from playwright.sync_api import Page, expect

from tests.installation import Installation, until
from tests.scenarios.conftest import Stage
from tests.scenarios.people import Person
from tests.scenarios.test_chat_states import faultless
from tests.scenarios.words import WORDS, Words

HASH = "0x" + "5e" * 32
SAID = "我的转账两个小时了还在处理中，请帮忙看看"
SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PHONE = {"width": 390, "height": 844}
KEPT = "JSON.stringify({...localStorage})"


def visitor(stage: Stage, words: Words, scheme: str = "light") -> Page:
    page = stage._context(words).new_page()  # noqa: SLF001 - a visitor of another page than the chat
    person = Person(page, stage.place.url, words)
    person.may_be_told("ERR_", "Failed to load resource", "Applying inline style")
    stage.people.append(person)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type] # a dictionary of two numbers
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(f"{stage.place.url}/ticket/aurora/?language={words.code}")
    return page


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_a_ticket_written_offline_is_sent_once_and_settled(
    stage: Stage, installation: Installation, scheme: str
) -> None:
    words = WORDS["zh"]
    page = visitor(stage, words, scheme)
    writes(page)
    is_asked_and_warned(page)
    sends_without_a_connection(page)
    rows = installation.query(
        "SELECT count(*), min(status), min(language) FROM conversations_conversation"
        " WHERE channel = 'form' AND status <> 'resolved' AND id > %s",
        0,
    )
    assert rows == [(1, "queued", "zh-hans")]
    is_answered(stage, words)
    page.reload()
    expect(page.locator(".said")).to_contain_text(words.answer)
    expect(page.locator(".steps [aria-current]")).to_contain_text("您")
    settles_and_reopens(page)
    page.goto(f"{stage.place.url}/ticket/aurora/?language=zh-hans")
    expect(page.locator("#own a")).to_have_count(1)


def writes(page: Page) -> None:
    faultless(page, "topics")
    page.locator("[data-topic=tx_pending]").click()
    expect(page.locator("[name=description]")).to_be_focused()
    page.locator("[name=description]").fill(SAID)
    expect(page.locator("#answers a").first).to_be_visible()


def is_asked_and_warned(page: Page) -> None:
    """Nothing that may be a secret leaves the page or is kept on the device."""
    page.locator("[name=reference]").fill(HASH)
    expect(page.locator("#reference-is")).to_be_visible()
    page.locator("#send").click()
    expect(page.locator("#problems")).to_be_focused()
    faultless(page, "a question")
    assert HASH not in page.evaluate(KEPT)
    page.locator("[name=reference_is][value=transaction]").check()
    page.locator("[name=amount]").fill(SEED)
    page.locator("#send").click()
    expect(page.locator("#f-amount-error")).to_be_visible()
    assert "sausage" not in page.evaluate(KEPT)
    page.locator("[name=amount]").fill("120 USDT")
    expect(page.locator("#f-amount-error")).to_be_hidden()
    until(lambda: "120 USDT" in page.evaluate(KEPT), "kept on the device")


def sends_without_a_connection(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#send").click()
    expect(page.locator("#waiting")).to_be_visible()
    faultless(page, "waiting for a connection")
    page.context.set_offline(False)
    page.wait_for_url("**/ticket/s/**")
    faultless(page, "received")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def is_answered(stage: Stage, words: Words) -> None:
    """Staff see the fields beside the thread, and copy the number from there."""
    agent = stage.agent("alex", words).watches("queue")
    agent.page.locator("[data-ref]", has_text=SAID[:6]).first.click()
    panel = agent.page.locator("#panel-body")
    expect(panel).to_contain_text("120 USDT")
    agent.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.locator(f"[data-copy-text='{HASH}']").click()
    expect(panel.locator(".wd-copy.is-done")).to_be_visible()
    assert agent.page.evaluate("navigator.clipboard.readText()") == HASH
    agent.takes_it()
    agent.answers(words.answer)


def settles_and_reopens(page: Page) -> None:
    page.locator("form[action$=solved] button").click()
    expect(page.locator(".stars")).to_be_visible()
    faultless(page, "solved")
    page.locator(".stars label").nth(4).click()
    page.locator("form[action$=rate] button").click()
    expect(page.locator(".rated")).to_be_visible()
    page.locator("#text").fill("又出现了")
    page.locator("#add button[type=submit]").click()
    expect(page.locator(".said")).to_contain_text("又出现了")


def test_an_app_fills_in_what_it_knows_and_a_draft_survives(stage: Stage) -> None:
    page = visitor(stage, WORDS["en"])
    page.add_init_script(
        "window.walletdeskAndroid = { postMessage(raw) { (window.told ??= []).push(raw); } };"
    )
    page.goto(f"{stage.place.url}/ticket/aurora/?language=en&topic=app_crash")
    until(lambda: "ready" in page.evaluate("String(window.told)"), "the page is ready")
    page.evaluate(
        "walletdeskReceive(JSON.stringify({walletdesk: 1, type: 'init', data:"
        " {token: null, app: {version: '7.3.1', device: 'Pixel 9'}}}))"
    )
    expect(page.locator("[name=app_version]")).to_have_value("7.3.1")
    expect(page.locator("[name=device]")).to_have_value("Pixel 9")
    expect(page.locator("header.top")).to_be_hidden()
    page.locator("[name=description]").fill("It closes when I open my tokens")
    page.locator("[name=steps]").fill(f"I typed {SEED}")
    until(lambda: "It closes" in page.evaluate(KEPT), "kept on the device")
    page.reload()
    expect(page.locator("[name=description]")).to_have_value("It closes when I open my tokens")
    expect(page.locator("[name=steps]")).to_have_value("")


def test_what_was_attached_outlives_a_refusal(stage: Stage) -> None:
    page = visitor(stage, WORDS["en"])

    def attach(name: str) -> None:
        file = {"name": name, "mimeType": "text/plain", "buffer": b"12:00 sent\n"}
        page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        expect(page.locator("#tray .wd-file-name", has_text=name)).to_have_count(1)
        expect(page.locator("#tray progress, #tray [role=alert]")).to_have_count(0)

    page.locator("[data-topic=fees]").click()
    page.locator("[name=description]").fill("The fee was too high")
    attach("first.txt")
    page.locator("#change").click()
    page.locator("[data-topic=tx_pending]").click()
    page.locator("[name=contact]").fill("12")
    page.locator("#send").click()
    expect(page.locator("#f-contact-error")).to_be_visible()
    expect(page.locator("#tray li")).to_have_count(1)
    page.locator("[name=contact]").fill("")
    page.locator("#send").click()
    page.wait_for_url("**/ticket/s/**")
    expect(page.locator(".said")).to_contain_text("first.txt")

    page.locator("#text").fill(f"my words are {SEED}")
    page.locator("#add button[type=submit]").click()
    page.wait_for_url("**/add")  # the page says what was cut out, and goes on
    attach("second.txt")
    page.locator("#add button[type=submit]").click()
    expect(page.locator(".said")).to_contain_text("second.txt")
