"""One-time codes by which a caller shows who they are: a number that calls proves nothing."""

import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.keys import lookup
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Author, Status
from walletdesk.kit import clock
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.voice.flow.states import CodeChecked
from walletdesk.voice.models import Call, CallCode
from walletdesk.voice.ports import texter

LIFE: Final = timedelta(minutes=10)
WRONG_A_DAY: Final = 2_000  # of one brand: a million codes, so guessing stays hopeless
TEXTS_A_DAY: Final = 5  # to one customer


@transaction.atomic
def make_code(*, contact: Contact) -> str:
    """Return a new one-time code of six digits for a customer; an older one ends."""
    code = f"{secrets.randbelow(1_000_000):06}"
    CallCode.objects.filter(contact=contact).delete()
    CallCode.objects.filter(brand=contact.brand, digest=_digest(contact.brand, code)).delete()
    CallCode.objects.create(
        contact=contact,
        brand=contact.brand,
        digest=_digest(contact.brand, code),
        expires_at=clock.now() + LIFE,
    )
    return code


def send_code(*, call: Call) -> None:
    """Send a code to the number that calls, when the wallet says whose it is; else nothing.

    Whoever holds that telephone reads it; who only claims the number does not.
    """
    sender, digest = texter(), call.number_hash
    if sender is None or digest is None:
        return
    rows = Identity.objects.filter(
        brand=call.brand, kind=IdentityKind.PHONE, lookup=bytes(digest), source=Source.WALLET
    ).select_related("contact__brand")
    found = list(rows[:2])
    if len(found) != 1:
        return
    try:
        hit(
            what="call-code",
            who=str(found[0].contact_id),
            limit=TEXTS_A_DAY,
            window=timedelta(days=1),
        )
    except TooMany:
        return
    sender.code(contact=found[0].contact, number_hash=bytes(digest))


def check_code(*, call: Call, keys: str) -> CodeChecked:
    """Use a code up. Right: the call belongs to that customer, and their request's status is told.

    After WRONG_A_DAY wrong ones in a brand no code is right until tomorrow.
    """
    rows = CallCode.objects.select_for_update().filter(
        brand=call.brand, digest=_digest(call.brand, keys), expires_at__gt=clock.now()
    )
    row = rows.select_related("contact").first()
    try:
        hit(
            what="call-code-wrong",
            who=str(call.brand_id),
            limit=WRONG_A_DAY,
            window=timedelta(days=1),
            cost=1 if row is None else 0,
        )
    except TooMany:
        row = None
    if row is None:
        return CodeChecked(good=False)
    row.delete()
    if call.conversation_id is None:
        call.contact = row.contact
        call.save(update_fields=["contact"])
    return CodeChecked(good=True, status=_status(row.contact))


def _status(contact: Contact) -> str:
    rows = Conversation.objects.filter(contact=contact).exclude(
        status__in=(Status.NEW, Status.MERGED)
    )
    newest = rows.order_by("-last_event_at").first()
    if newest is None:
        return "none"
    if newest.status in (Status.BOT, Status.QUEUED):
        return "queued"
    if newest.status == Status.RESOLVED:
        return "resolved"
    return "waiting" if newest.last_author == Author.AGENT else "open"


def _digest(brand: Brand, code: str) -> bytes:
    return lookup("call-code", f"{brand.pk}|{code}")
