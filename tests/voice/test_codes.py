"""Codes of calls: each side knows the other by what the wallet app shows, never by a number."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, Customer
from tests.voice.fakes import FakeCall, only
from tests.voice.test_story import to_queue
from walletdesk.channels.delivery.models import Delivery
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.integrations.sms.calls import written
from walletdesk.integrations.sms.types import Sms
from walletdesk.voice.actions import codes
from walletdesk.voice.actions.calling import call_back_due
from walletdesk.voice.models import Call, CallCode, Line
from walletdesk.voice.types import Answered, Dial

pytestmark = pytest.mark.django_db
NUMBER = "+34600111222"


def app(customer: Customer, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask as the customer's wallet app does."""
    headers = {"Authorization": f"Bearer {customer.token}"}
    if body is None:
        return Client().get(f"/chat/v1/{path}", headers=headers).json()
    sent = Client().post(f"/chat/v1/{path}", body, "application/json", headers=headers)
    return sent.json()


def test_the_app_shows_the_code_that_our_call_says(cast: Cast, hotline: Line) -> None:
    mine, other = cast.customer, cast.other_customer
    set_identity(contact=mine.contact, kind=IdentityKind.PHONE, value=NUMBER, source=Source.WALLET)
    # Whoever only says that the number is theirs is shown nothing.
    set_identity(
        contact=other.contact, kind=IdentityKind.PHONE, value=NUMBER, source=Source.CUSTOMER
    )
    call = FakeCall()
    to_queue(call)
    assert app(mine, "call/codes")["codes"] == []
    call.press("2")
    call.press("1")
    [code] = app(mine, "call/codes")["codes"]
    assert " ".join(code) in call.words()
    assert app(other, "call/codes")["codes"] == []
    call.listen()
    call.hang_up()
    conversation = call.row().conversation
    assert conversation is not None
    claim_conversation(conversation=conversation, membership=cast.agent)
    call_back_due()
    back = FakeCall(Call.objects.get(out=True).name)
    only(back.obey(), Dial)
    assert app(mine, "call/codes")["codes"] == [code]
    back.hear(Answered())
    assert " ".join(code) in back.words()
    [leg] = [each["name"] for each in press_ready(back)]
    back.take_up(leg)
    assert app(mine, "call/codes")["codes"] == []  # they talk: the code is used up


def press_ready(back: FakeCall) -> list[dict[str, Any]]:
    """Be a person, no answering machine; return whose telephone rings."""
    back.press("1")
    legs: list[dict[str, Any]] = back.row().state["legs"]
    return legs


def test_a_code_of_the_app_shows_who_calls(cast: Cast, hotline: Line) -> None:
    cast.customer.write("My transfer has not arrived")
    old = app(cast.customer, "call/code", {})["code"]
    code = app(cast.customer, "call/code", {})["code"]
    assert CallCode.objects.count() == 1
    call = FakeCall()
    call.ring("+34600999888")  # any telephone
    for key in ("1", "6"):
        call.press(key)
    call.press(old if old != code else "000000")
    assert "not right" in call.words()
    call.press(code)
    assert "waiting for a person" in call.words()
    call.press("0")
    call.press("1")
    assert call.row().contact_id == cast.customer.contact.pk


def test_after_too_many_wrong_codes_none_is_right(
    cast: Cast, hotline: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "WRONG_A_DAY", 2)
    code = app(cast.customer, "call/code", {})["code"]
    wrong = "000000" if code != "000000" else "111111"
    call = FakeCall()
    call.ring("+34600999888")
    for key in ("1", "6", wrong, wrong, wrong, "6", code):
        call.press(key)
    assert "not right" in call.words()
    call.press("#")
    call.hang_up()
    assert call.row().contact_id != cast.customer.contact.pk


def sent_link(call: FakeCall) -> str:
    delivery = Delivery.objects.get(purpose="call_link", conversation_id=call.row().conversation_id)
    sms = written(delivery)
    assert isinstance(sms, Sms)
    return sms.link


def test_the_link_by_sms_goes_on_with_the_same_conversation(cast: Cast, hotline: Line) -> None:
    hotline.links = True
    hotline.save()
    call = FakeCall()
    to_queue(call)
    call.press("4")
    page, _sep, secret = sent_link(call).partition("#")
    assert page.endswith(f"/widget/{cast.brand.slug}/continue/")
    opened = Client().post("/chat/v1/links/opened", {"link": secret}, "application/json")
    conversation = call.row().conversation
    assert conversation is not None
    assert opened.json()["conversation"] == conversation.ref
    again = Client().post("/chat/v1/links/opened", {"link": secret}, "application/json")
    assert again.status_code == 404


def test_a_strangers_telephone_gets_no_way_into_a_known_customers_matters(
    cast: Cast, hotline: Line
) -> None:
    hotline.links = True
    hotline.save()
    cast.customer.write("My transfer has not arrived")
    code = app(cast.customer, "call/code", {})["code"]
    call = FakeCall()
    call.ring(NUMBER)
    for key in ("1", "6", code, "0", "1", "4"):
        call.press(key)
    assert call.row().contact_id == cast.customer.contact.pk
    if Delivery.objects.filter(purpose="call_link").exists():
        assert "#" not in sent_link(call)
