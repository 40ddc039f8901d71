"""Somebody whose matter is settled, reached in the chat, by mail or by SMS."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.cast import Cast, Customer, make_customer, reply
from tests.mailout.conftest import drain, make_account
from walletdesk.channels.delivery.models import Delivery
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.staff import resolve_conversation
from walletdesk.integrations.email.outgoing.queries import get_sent
from walletdesk.integrations.email.outgoing.sending import send_due
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import open_fields
from walletdesk.kit import clock
from walletdesk.surveys.actions.asking import ask_due
from walletdesk.surveys.models import SurveySettings

ANA = "ana@customer.example"
PHONE = "+8613812345678"


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Stand still at tomorrow's noon in Shanghai: the database's clock, which stays, is behind."""
    tomorrow = clock.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=12, minute=0, second=0), tick=False) as travel:
        yield travel


@pytest.fixture
def asked(cast: Cast, noon: time_machine.Traveller) -> Cast:
    """Return the cast of a brand that asks by every way, six hours after the end."""
    make_account(cast.brand, 1, WayOut.CONSOLE)
    SurveySettings.objects.create(
        brand=cast.brand, by_email=True, by_sms=True, delay_hours=6, quiet_from=21, quiet_until=9
    )
    return cast


def known(cast: Cast, language: str = "zh-hans", **identities: str) -> Customer:
    """Return a new customer for whom the wallet vouches."""
    customer = make_customer(cast.brand, language)
    for kind, value in identities.items():
        set_identity(
            contact=customer.contact, kind=IdentityKind(kind), value=value, source=Source.WALLET
        )
    return customer


def settle(cast: Cast, customer: Customer) -> None:
    """Have an agent settle the matter of a customer; what follows of it is planned."""
    customer.write("My transfer has not arrived")
    reply(cast.agent, customer, "It has now")
    resolve_conversation(conversation=customer.now(), membership=cast.agent)
    drain()


def ask_all() -> None:
    while ask_due():
        pass


def mailed(customer: Customer) -> dict[str, Any] | None:
    """Return what the survey's mail to a customer holds, None without one; it is sent."""
    rows = Delivery.objects.filter(
        conversation_id=customer.conversation.pk, channel="email", purpose="rating"
    )
    delivery = rows.first()
    if delivery is None:
        return None
    sent = get_sent(delivery.pk)
    assert sent is not None
    fields = open_fields(sent.sealed, ref=sent.ref, column="sent")
    send_due(delivery.pk)
    sent.refresh_from_db()
    raw = open_fields(sent.copy, ref=sent.ref, column="copy") if sent.copy else {}
    return {**fields, "sent": sent, "raw": raw}
