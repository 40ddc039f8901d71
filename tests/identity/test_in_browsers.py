"""Who is this customer? The wallet says so; what was written follows the person."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, Frame, Page, Route, expect

from tests.scenarios.people import BRAND, Customer
from tests.scenarios.words import WORDS

if TYPE_CHECKING:
    from tests.scenarios.conftest import Stage

QUESTION = "Where is my deposit?"


def visitor(stage: Stage) -> Customer:
    """Somebody with a browser of their own, before the demo wallet's page."""
    page = stage._context(WORDS["en"]).new_page()  # noqa: SLF001 - the stage closes it
    customer = Customer(page, stage.place.url, WORDS["en"])
    stage.people.append(customer)
    return customer


def until(page: Page, expression: str) -> None:
    """Wait until a page says so. (The pages' policy forbids what Playwright would do itself.)"""
    for _ in range(1_200):
        with suppress(Error):  # the page is just being loaded anew
            if page.evaluate(expression):
                return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def wallet(customer: Customer, user: str = "") -> Frame:
    """Open the demo wallet as one of its users, or as nobody, and return the open chat."""
    customer.page.goto(f"{customer.url}/demo/?language=en&user={user}")
    until(customer.page, "Boolean(window.walletdesk)")
    customer.page.evaluate("walletdesk.open()")
    chat = customer.page.wait_for_selector("iframe", state="attached").content_frame()
    assert chat
    chat.wait_for_load_state("load")
    expect(chat.locator("#text")).to_be_visible()
    return chat


def write(chat: Frame | Page, text: str) -> None:
    if chat.locator("#text").is_hidden():
        chat.locator("#ask").click()
    chat.locator("#text").fill(text)
    chat.locator("#text").press("Enter")
    expect(chat.locator("wd-thread .wd-bubble", has_text=text)).to_have_count(1)
    expect(chat.locator("wd-thread .is-pending")).to_have_count(0)


def sees(chat: Frame | Page, text: str) -> None:
    expect(chat.locator("wd-thread .wd-list")).to_contain_text(text)


def test_a_visitor_signs_in_goes_on_elsewhere_and_signs_out(  # noqa: PLR0915 - one story
    stage: Stage,
) -> None:
    # Ana asks without signing in.
    ana = visitor(stage)
    ana.may_be_told("401")  # what was asked while a session ended
    chat = wallet(ana)
    write(chat, QUESTION)
    before = json.loads(chat.evaluate(f"localStorage['walletdesk:{BRAND}:session']"))

    # She signs in at the wallet: what she wrote is still there, under another token.
    chat = wallet(ana, "maria")
    sees(chat, QUESTION)
    after = json.loads(chat.evaluate(f"localStorage['walletdesk:{BRAND}:session']"))
    assert after["conversation"] == before["conversation"]
    assert after["token"] != before["token"]

    # On another device the same user finds it; a visitor there does not.
    laptop = visitor(stage)
    stranger = wallet(laptop)
    assert QUESTION not in stranger.content()
    sees(wallet(laptop, "maria"), QUESTION)

    # She lets a third device in by a link. It works once.
    chat.locator("#menu-button").click()
    chat.locator("#devices-open").click()
    link = chat.locator("#devices-url")
    expect(chat.locator("#devices-list li")).to_have_count(2)
    url = link.input_value()
    secret = url.partition("#")[2]
    assert len(secret) == 43
    phone = visitor(stage)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    phone.page.goto(f"{ana.url}/widget/{BRAND}/continue/?language=en#{secret}")
    expect(phone.page.locator("#continue")).to_be_visible()
    assert secret not in phone.page.url, "the address is clean before anything is pressed"
    phone.page.locator("#continue-yes").click()
    sees(phone.page, QUESTION)
    assert [told for told in asked if secret in told] == [], "no address and no Referer had it"
    expect(chat.locator("#devices-list li")).to_have_count(3)

    again = visitor(stage)
    again.may_be_told("404")
    again.page.goto(f"{ana.url}/widget/{BRAND}/continue/?language=en#{secret}")
    again.page.locator("#continue-yes").click()
    expect(again.page.locator("#continue-said")).to_contain_text("used already")

    # She shuts the phone out: it shows nothing any more, at once.
    phone.may_be_told("401", "404")
    chat.locator("#devices-list li button").first.click()
    expect(chat.locator("#devices-list li")).to_have_count(2)
    expect(phone.page.locator("wd-thread .wd-bubble")).to_have_count(0)
    chat.locator("#devices-close").click()

    # She signs out at the wallet: nothing of her is left on the device.
    chat = wallet(ana)
    until(ana.page, "localStorage.length === 0")
    expect(chat.locator("wd-thread .wd-bubble")).to_have_count(0)
    assert QUESTION not in chat.content()

    # Ken uses the same browser: he begins clean, and his wallet's logout destroys his session too.
    chat = wallet(ana, "ken")
    assert QUESTION not in chat.content()
    write(chat, "Ken asks")
    ana.page.evaluate("walletdesk.signOut()")
    chat = wallet(ana)
    expect(chat.locator("wd-thread .wd-bubble")).to_have_count(0)
    assert "Ken asks" not in chat.content()


def test_a_token_that_is_refused_shows_nothing(stage: Stage) -> None:
    ana = visitor(stage)
    ana.may_be_told("401")
    write(wallet(ana, "maria"), "Only for María")
    ana.page.route("**/demo/token/**", lambda route: route.fulfill(json={"token": "a.b.c"}))
    chat = wallet(ana, "ken")
    expect(chat.locator("#refused")).to_be_visible()
    expect(chat.locator("wd-thread .wd-bubble")).to_have_count(0)
    assert "Only for María" not in chat.content()
    ana.page.unroute("**/demo/token/**")
    chat.locator("#refused-again").click()  # the wallet is asked anew, and now knows him
    expect(chat.locator("#refused")).to_be_hidden()
    assert "Only for María" not in chat.content()
    sees(wallet(ana, "maria"), "Only for María")


def test_what_is_typed_before_the_wallet_speaks_is_its_users(stage: Stage) -> None:
    # Maria leaves a message unsent and a draft; Ken opens the wallet on the same device.
    ana = visitor(stage)
    ana.may_be_told("401", "ERR_FAILED")
    chat = wallet(ana, "maria")
    write(chat, "Maria was here")
    ana.page.route("**/live/messages", lambda route: route.abort())
    chat.locator("#text").fill("Maria, unsent")
    chat.locator("#text").press("Enter")
    expect(chat.locator("wd-thread .is-pending")).to_have_count(1)
    chat.locator("#text").fill("Maria, half")
    until(ana.page, f"Boolean(localStorage['walletdesk:{BRAND}:draft'])")
    ana.page.unroute("**/live/messages")

    # His token comes late. Until then he sees nothing of hers, and what he writes waits.
    held: list[Route] = []
    ana.page.route("**/chat/v1/identify", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    chat = wallet(ana, "ken")
    expect(chat.locator("#text")).to_have_value("")
    chat.locator("#text").fill("Ken was quick")
    chat.locator("#text").press("Enter")
    expect(chat.locator("wd-thread .is-pending")).to_have_count(1)
    ana.page.wait_for_timeout(11_000)  # longer than a silent host is waited for
    assert "Maria" not in chat.locator("body").inner_text()
    expect(chat.locator("wd-thread .is-pending")).to_have_count(1)
    for route in held:
        route.continue_()
    ana.page.unroute("**/chat/v1/identify")

    expect(chat.locator("wd-thread .wd-bubble", has_text="Ken was quick")).to_have_count(1)
    expect(chat.locator("wd-thread .is-pending")).to_have_count(0)
    expect(chat.locator("#text")).to_have_value("")
    assert "Maria" not in chat.content()
    chat = wallet(ana, "maria")
    sees(chat, "Maria was here")
    assert "Ken was quick" not in chat.content()
    sees(wallet(ana, "ken"), "Ken was quick")


def test_a_ticket_is_of_whoever_is_signed_in_now(  # noqa: PLR0915 - one story
    stage: Stage,
) -> None:
    ana = visitor(stage)
    page = ana.page
    page.add_init_script("window.walletdeskAndroid = { postMessage() {} };")
    sent: list[str | None] = []
    page.on("request", lambda asked: asked.url.endswith("/chat/v1/tickets") and sent.append(
        asked.header_value("authorization")))  # fmt: skip

    def token(user: str) -> str:
        return str(page.request.get(f"{ana.url}/demo/token/?user={user}").json()["token"])

    def say(kind: str, **data: object) -> None:
        message = json.dumps({"walletdesk": 1, "type": kind, "data": data})
        page.evaluate("text => walletdeskReceive(text)", message)

    def session() -> str:
        kept = page.evaluate(f"localStorage['walletdesk:{BRAND}:session'] ?? null")
        return json.loads(kept)["token"] if kept else ""

    def begin(*, hold: bool) -> list[Route]:
        held: list[Route] = []
        if hold:
            page.route("**/chat/v1/identify", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
        page.goto(f"{ana.url}/ticket/{BRAND}/?language=en&topic=fees")
        until(page, "Boolean(window.walletdeskReceive)")
        return held

    # Maria begins a ticket and leaves it.
    begin(hold=False)
    say("init", token=token("maria"))
    until(page, f"Boolean(localStorage['walletdesk:{BRAND}:session'])")
    marias = session()
    page.locator("[name=description]").fill("Maria, half")
    until(page, f"Boolean(localStorage['walletdesk:{BRAND}:form:draft'])")

    # Ken is quicker than his token: nothing of hers is shown, and what he sends waits for it.
    held = begin(hold=True)
    say("init", token=token("ken"))
    expect(page.locator("[name=description]")).to_have_value("")
    page.locator("[name=description]").fill("Ken was quick")
    page.locator("#send").click()
    page.wait_for_timeout(2_500)  # longer than a silent host is waited for
    assert sent == []
    held[0].continue_()
    page.unroute("**/chat/v1/identify")
    page.wait_for_url("**/ticket/s/**")
    kens = session()
    assert kens != marias
    assert sent == [f"Bearer {kens}"]

    # He signs out while his token is looked at: the answer comes too late.
    held = begin(hold=True)
    say("init", token=token("ken"))
    page.wait_for_timeout(300)
    say("logout")
    held[0].continue_()
    page.unroute("**/chat/v1/identify")
    page.wait_for_timeout(1_500)
    assert session() == ""


HOSTS = {
    "android": """
      window.heard = [];
      window.walletdeskHost = { postMessage(text) { heard.push(text); } };
      window.say = (text) => walletdeskHost.onmessage({ data: text });
    """,
    "android_simple": """
      window.heard = [];
      window.walletdeskAndroid = { postMessage(text) { heard.push(text); } };
      window.say = (text) => walletdeskReceive(text);
    """,
    "ios": """
      window.heard = [];
      window.webkit = { messageHandlers: { walletdesk: {
        postMessage(text) { heard.push(text); },
      } } };
      window.say = (text) => walletdeskReceive(text);
    """,
    "flutter": """
      window.heard = [];
      window.WalletdeskFlutter = { postMessage(text) { heard.push(text); } };
      window.say = (text) => walletdeskReceive(text);
    """,
}
DROPPED = [
    "logout",
    "{",
    "null",
    "[]",
    {"type": "logout"},
    {"walletdesk": 2, "type": "logout"},
    {"walletdesk": 1, "type": "logout", "data": {"now": True}},
    {"walletdesk": 1, "type": "logout", "data": [], "x": 1},
    {"walletdesk": 1, "type": "open", "data": {"prefill": 1}},
    {"walletdesk": 1, "type": "open", "data": {"prefill": "x" * 2001}},
    {"walletdesk": 1, "type": "open", "data": {"prefill": "x", "send": True}},
    {"walletdesk": 1, "type": "getSeedPhrase", "data": {}},
    {"walletdesk": 1, "type": "ready", "data": {}},
    {"walletdesk": 1, "type": "constructor", "data": {}},
    {"walletdesk": 1, "type": "__proto__", "data": {}},
    {"walletdesk": 1, "type": "init", "data": {"theme": "url(javascript:1)"}},
]


@pytest.mark.parametrize("host", HOSTS)
def test_the_bridge_to_an_app(stage: Stage, host: str) -> None:
    customer = visitor(stage)
    customer.may_be_told("401")  # what was asked while the session ended
    page = customer.page
    page.add_init_script(HOSTS[host])
    page.goto(f"{customer.url}/widget/{BRAND}/?language=en")
    until(page, "heard.length > 0")

    def heard() -> list[tuple[str, object]]:
        told = [json.loads(text) for text in page.evaluate("heard")]
        assert {message["walletdesk"] for message in told} == {1}
        return [(message["type"], message["data"]) for message in told]

    def say(kind: str, **data: object) -> None:
        message = {"walletdesk": 1, "type": kind, "data": data}
        page.evaluate("text => say(text)", json.dumps(message))

    assert heard()[0] == ("ready", {})
    say("init", theme="dark", app={"version": "7.3", "device": "Pixel 9"})
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    say("open", prefill="My transfer", tx="0xabc")
    expect(page.locator("#text")).to_have_value("My transfer\n0xabc")
    for message in DROPPED:
        text = message if isinstance(message, str) else json.dumps(message)
        page.evaluate("text => say(text)", text)
    page.evaluate("say({ walletdesk: 1, type: 'logout', data: {} })")  # JSON only
    expect(page.locator("#text")).to_have_value("My transfer\n0xabc")
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.locator("wd-thread .is-pending")).to_have_count(0)
    page.locator("#close").click()
    assert ("close", {}) in heard()
    assert {kind for kind, _ in heard()} <= {"ready", "unread", "close"}
    say("logout")
    until(page, f"!('walletdesk:{BRAND}:session' in localStorage)")


def test_a_page_that_is_not_the_parent_is_not_heard(stage: Stage) -> None:
    customer = visitor(stage)
    chat = wallet(customer)
    shout = """(origin) => dispatchEvent(new MessageEvent("message", {
      data: JSON.stringify({ walletdesk: 1, type: "open", data: { prefill: "forged" } }),
      origin: origin ?? location.origin, source: origin === "self" ? window : window.parent }))"""
    for origin in ("https://evil.example", "null", f"{customer.url}.evil.example", "self"):
        chat.evaluate(shout, origin)
    expect(chat.locator("#text")).to_have_value("")
    chat.evaluate(shout, None)
    expect(chat.locator("#text")).to_have_value("forged")
    chat.locator("#text").fill("")


def test_a_flood_makes_browsers_compute_and_nobody_notices(stage: Stage) -> None:
    stage.place.query(
        "INSERT INTO contacts_identitypolicy (brand_id, wallet_sign_in, chains, proof_of_work)"
        " SELECT id, false, '{}', 'on' FROM accounts_brand WHERE slug = %s", BRAND
    )  # fmt: skip
    try:
        customer = visitor(stage)
        customer.may_be_told("428")
        write(wallet(customer), "Through the flood")
    finally:
        stage.place.query("DELETE FROM contacts_identitypolicy WHERE id > %s", 0)
