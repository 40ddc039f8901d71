"""The whole story in a browser: the chat, a mail on a phone, and what a low score does."""

import json
import re

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import faults
from tests.browser import PATIENCE_MS, launched
from tests.cast import Cast, Customer, make_customer
from tests.server import Server, session_of
from tests.surveys.conftest import settle
from walletdesk.kit import clock, ids
from walletdesk.surveys.actions.asking import renew_link
from walletdesk.surveys.models import Invitation
from walletdesk.surveys.rules import LINK_LIFE
from walletdesk.surveys.types import AskState, Way

WISH = "没有人告诉我进度"


def mailed_link(cast: Cast) -> str:
    """Return the path of a link that a Spanish customer got by mail."""
    customer = make_customer(cast.brand, "es")
    settle(cast, customer)
    now = clock.now()
    Invitation.objects.create(
        ref=ids.new_ref(),
        brand=cast.brand,
        contact=customer.contact,
        conversation=customer.conversation,
        way=Way.EMAIL,
        state=AskState.ASKED,
        due_at=now,
        asked_at=now,
        expires_at=now + LINK_LIFE,
    )
    return f"/s/{renew_link(conversation_id=customer.conversation.pk)}/"


@pytest.mark.django_db(transaction=True)
def test_a_low_score_in_the_chat_reaches_the_supervisor(cast: Cast, server: Server) -> None:
    customer = make_customer(cast.brand, "zh-hans")
    settle(cast, customer)
    link, cookie = mailed_link(cast), session_of(cast.supervisor.user)
    brand = cast.brand.slug
    with launched() as browser:
        _answers_in_the_chat(browser, server.url, brand, customer)
        _answers_a_mail_on_a_phone_without_scripts(browser, server.url + link)
        _follows_up(browser, server.url, cookie)


def _page(browser: Browser, **how: object) -> Page:
    page = browser.new_context(viewport={"width": 390, "height": 844}, **how).new_page()  # type: ignore[arg-type] # by name
    page.set_default_timeout(PATIENCE_MS)
    return page


def _answers_in_the_chat(browser: Browser, url: str, brand: str, customer: Customer) -> None:
    page = _page(browser, locale="zh-CN")
    kept = json.dumps({"token": customer.token, "conversation": customer.conversation.ref})
    page.add_init_script(f"localStorage.setItem('walletdesk:{brand}:session', {json.dumps(kept)})")
    page.goto(f"{url}/widget/{brand}/?language=zh-hans")
    page.locator("#conversations button, #conversations a").first.click()
    rows = page.locator("#survey fieldset")
    expect(rows).to_have_count(3)
    rows.nth(0).locator("input").first.focus()
    page.keyboard.press("Space")  # one star, by keyboard
    rows.nth(1).locator("label").nth(2).click()
    send = page.locator("#survey button[type=submit]")
    expect(send).to_be_disabled()
    rows.nth(2).locator("label").nth(4).click()
    page.locator("#survey textarea").fill(WISH)
    assert faults(page) == []
    send.click()
    expect(page.locator("#survey")).to_be_hidden()
    expect(page.locator("wd-thread")).to_contain_text("3")
    page.context.close()


def _answers_a_mail_on_a_phone_without_scripts(browser: Browser, link: str) -> None:
    page = _page(browser, locale="es", java_script_enabled=False)
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.locator("[name=speed][value='5']").check(force=True)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=accuracy][value='2']")).to_be_checked()
    page.locator("[name=manner][value='4']").check(force=True)
    page.locator("button[type=submit]").click()
    page.wait_for_url(re.compile("/s/thanks/"))
    page.goto(link)
    expect(page.locator("[name=speed]")).to_have_count(0)
    page.context.close()


def _follows_up(browser: Browser, url: str, cookie: str) -> None:
    page = _page(browser, locale="en")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])
    page.goto(f"{url}/desk/surveys/follow-ups/")
    card = page.locator(".survey-follow li", has_text=WISH)
    expect(card).to_be_visible()
    assert faults(page) == []
    card.locator("a").last.click()
    expect(page.locator("wd-thread a[href*='/desk/surveys/follow-ups/']")).to_be_visible()
    page.go_back()
    card.locator("textarea").fill("I called and apologised")
    card.locator("button.primary").click()
    expect(page.locator(".survey-follow")).to_have_count(1)  # the Spanish one had a 2
    expect(page.locator(".survey-follow li", has_text=WISH)).to_have_count(0)
    page.context.close()
