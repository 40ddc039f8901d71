"""Valid addresses and bodies of the open conversation's calls, for the access matrix."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.urls import reverse

from tests.cast import Cast
from walletdesk.contacts.actions.notes import add_contact_note
from walletdesk.conversations.actions.macros import MacroDraft, create_macro
from walletdesk.conversations.actions.scheduled import schedule_reply
from walletdesk.conversations.actions.tags import create_tag
from walletdesk.conversations.models import Macro, ScheduledReply, Tag
from walletdesk.kit import clock
from walletdesk.routing.models import Offer
from walletdesk.safety import guard
from walletdesk.voice.models import Call

TEXT = guard.check("Good day").safe


def schedule(cast: Cast) -> ScheduledReply:
    """Have the agent answer in an hour."""
    return schedule_reply(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=UUID(int=9),
        text=TEXT,
        due_at=clock.now() + timedelta(hours=1),
    )


def macro(cast: Cast) -> Macro:
    """Return a shared macro of the brand."""
    draft = MacroDraft(name="Hello", bodies={"en": "Hello {customer.label}"})
    return Macro.objects.first() or create_macro(actor=cast.owner, draft=draft)


def tag(cast: Cast) -> Tag:
    """Return a tag of the brand."""
    return Tag.objects.first() or create_tag(actor=cast.owner, name="vip", colour="blue")


def offer(cast: Cast) -> Offer:
    """Return what is offered to the agent: the first customer's conversation."""
    now = clock.now()
    row, _ = Offer.objects.update_or_create(
        conversation=cast.customer.conversation,
        membership=cast.agent,
        defaults={"state": "pending", "created_at": now, "expires_at": now + timedelta(minutes=1)},
    )
    return row


def call_of(cast: Cast) -> Call:
    """Return a call of the first customer in which nobody's telephone is."""
    found = {"brand": cast.brand, "contact": cast.customer.contact, "state": {}, "stage": "menu"}
    row, _ = Call.objects.get_or_create(
        ref="telephone1",
        defaults=found | {"driver": "fake", "name": "1", "started_at": clock.now()},
    )
    return row


def address_of(name: str, cast: Cast, ref: str) -> str | None:
    """Return the address of a call that names more than a conversation, else None."""
    if name in {"desk:people", "desk:presence", "desk:presence_now", "desk:telephone"}:
        return reverse(name)
    if name in {"desk:offer_accept", "desk:offer_decline", "desk:telephone_press"}:
        phone = [call_of(cast).ref, "hold"]
        return reverse(name, args=phone if "phone" in name else [offer(cast).pk])
    if name.startswith("desk:scheduled_"):
        row = ScheduledReply.objects.first()
        return reverse(name, args=[ref, row.ref if row else "x"])
    if name == "desk:macro":
        return reverse(name, args=[ref, macro(cast).pk])
    if name == "desk:about_remove":
        note = add_contact_note(contact=cast.customer.contact, membership=cast.agent, text=TEXT)
        return reverse(name, args=[ref, note.pk])
    return None


def body_of(name: str, cast: Cast) -> dict[str, Any] | None:
    """Return a valid body, None for a call that is none of these."""
    later = (clock.now() + timedelta(hours=2)).isoformat()
    bodies: dict[str, dict[str, Any]] = {
        "desk:typing": {"mode": "reply"},
        "desk:viewing": {},
        "desk:draft": {"kind": "reply", "text": "Good"},
        "desk:scheduled": {"id": str(uuid4()), "text": "Good day", "at": later},
        "desk:scheduled_change": {"at": later},
        "desk:scheduled_cancel": {},
        "desk:scheduled_send": {},
        "desk:describe": {"_form": 1, "field": "urgency", "value": "2"},
        "desk:about": {"_form": 1, "text": "Speaks softly"},
        "desk:about_remove": {"_form": 1},
    }
    if name == "desk:tag":
        return {"_form": 1, "name": tag(cast).name}
    if name == "desk:untag":
        return {"_form": 1, "tag": str(tag(cast).pk)}
    return bodies.get(name)
