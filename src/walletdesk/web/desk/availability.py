"""Being there: what a person chose, that their browser lives, and what is offered to them."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import earlier_conversations
from walletdesk.kit import clock
from walletdesk.routing.actions.offers import accept_offer, decline_offer
from walletdesk.routing.actions.presence import hear_from
from walletdesk.routing.models import Offer
from walletdesk.routing.staffing import agent_now, get_offer_for, pending_offer
from walletdesk.routing.types import CALL, AgentNow, Presence
from walletdesk.web.desk import present, wording
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import read_body
from walletdesk.web.desk.topic_names import topic_name

HISTORY = 2  # earlier conversations that an offer shows


class Sign(Struct, forbid_unknown_fields=True):
    """A sign of life; `chosen` when the person has just chosen what they are."""

    chosen: str | None = None


class Answer(Struct, forbid_unknown_fields=True):
    """An answer to an offer: the address says which."""


def presence_word(presence: str) -> str:
    """Return what somebody is, in the reader's language."""
    return {
        Presence.ONLINE: _("Online"),
        Presence.AWAY: _("Away"),
        Presence.WRAP_UP: _("Finishing up"),
        Presence.OFF: _("Offline"),
    }[Presence(presence)]


@require_POST
@staff_call
def beat(request: StaffRequest) -> HttpResponse:
    """Take a sign of life. Says what the page should show; it reads that again when it differs."""
    chosen = read_body(request, Sign).chosen
    hear_from(membership=request.membership, chosen=chosen)
    now, offer = agent_now(request.membership), pending_offer(request.membership)
    return JsonResponse({"key": _key(now, offer), "presence": now.presence})


@require_safe
@staff_call
def availability(request: StaffRequest) -> HttpResponse:
    """Show how one stands, and the offer that waits for an answer."""
    now, offer = agent_now(request.membership), pending_offer(request.membership)
    context = {
        "now": now,
        "word": presence_word(now.presence),
        "key": _key(now, offer),
        "offer": _offer(offer) if offer else None,
    }
    return render(request, "desk/_availability.html", context)


def _key(now: AgentNow, offer: Offer | None) -> str:
    return f"{now.presence} {now.load} {now.capacity} {offer.pk if offer else 0}"


def _offer(offer: Offer) -> dict[str, Any]:
    conversation = offer.conversation
    since = conversation.queued_at or offer.created_at
    left = offer.expires_at - clock.now()
    return {
        "id": offer.pk,
        "label": conversation.contact.name,
        "topic": topic_name(conversation.brand, conversation.topic),
        "language": present.language_name(conversation.language),
        "urgency": wording.urgency(conversation.urgency),
        "channel": wording.channel(conversation.channel),
        "waits": wording.age(clock.now() - since),
        "preview": present.plain_preview(conversation.preview),
        "call": conversation.channel == CALL,
        "history": _history(conversation),
        "seconds": max(1, round(left / timedelta(seconds=1))),
    }


def _history(conversation: Conversation) -> list[str]:
    """Return what the last conversations of the same customer were about, in short."""
    now, brand = clock.now(), conversation.brand
    return [
        " · ".join(
            (
                topic_name(brand, one.topic)
                or present.plain_preview(one.preview)
                or wording.channel(one.channel),
                wording.status(one.status),
                wording.age(now - one.last_event_at),
            )
        )
        for one in earlier_conversations(conversation)[:HISTORY]
    ]


@require_POST
@staff_call
def accept(request: StaffRequest, offer_id: int) -> HttpResponse:
    """Take what is offered."""
    read_body(request, Answer)
    offer = get_offer_for(request.membership, offer_id)
    taken = accept_offer(offer=offer, membership=request.membership)
    return JsonResponse({"ref": taken.ref})


@require_POST
@staff_call
def decline(request: StaffRequest, offer_id: int) -> HttpResponse:
    """Leave what is offered to a colleague."""
    read_body(request, Answer)
    offer = get_offer_for(request.membership, offer_id)
    decline_offer(offer=offer, membership=request.membership)
    return HttpResponse(status=204)
