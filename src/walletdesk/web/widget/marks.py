"""`/chat/v1/seen` and `/chat/v1/typing`: what a customer's screen tells without being asked."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Meta, Struct

from walletdesk.conversations.actions.marks import mark_seen_by_customer, tell_customer_types
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_of
from walletdesk.kit.errors import NotFound
from walletdesk.web.common.bodies import customer_of, read_json

Ref = Annotated[str, Meta(max_length=20)]
Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class _Seen(Struct, forbid_unknown_fields=True):
    conversation: Ref
    delivered: Seq
    read: Seq


class _Typing(Struct, forbid_unknown_fields=True):
    conversation: Ref


@csrf_exempt
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Note how far this customer's device has received and shown the conversation."""
    contact = customer_of(request)
    told = read_json(request, _Seen)
    conversation = get_conversation_of(contact, _name(told.conversation))
    mark_seen_by_customer(conversation=conversation, delivered=told.delivered, read=told.read)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def typing(request: HttpRequest) -> HttpResponse:
    """Say that the customer is writing."""
    contact = customer_of(request)
    told = read_json(request, _Typing)
    tell_customer_types(conversation=get_conversation_of(contact, _name(told.conversation)))
    return HttpResponse(status=204)


def _name(ref: str) -> str:
    if not (ref.isascii() and ref.isalnum()):
        raise NotFound  # no name of ours; the database would stumble over some characters
    return ref


def seen_json(conversation: Conversation) -> dict[str, dict[str, int]]:
    """Return how far each side has seen the other, by number."""
    read = conversation.staff_read_seq
    return {
        "customer": {
            "delivered": conversation.customer_delivered_seq,
            "read": conversation.customer_read_seq,
        },
        "agent": {"delivered": read, "read": read},
    }
