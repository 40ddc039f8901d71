"""`/chat/v1/chain`: what a customer's messages name, looked up when they press a chip."""

from typing import Annotated

from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from msgspec import Meta, Struct

from walletdesk.contacts.models import Contact
from walletdesk.conversations.diagnoses.actions.asking import ask_by_customer
from walletdesk.conversations.diagnoses.actions.watching import stop_watch, watch_by_customer
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_of
from walletdesk.conversations.types import Audience
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import customer_of, read_json
from walletdesk.web.common.chain.chips import chips_json, read_seqs
from walletdesk.web.common.languages import choose_language

Ref = Annotated[str, Meta(max_length=20)]
Seq = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class _Look(Struct, forbid_unknown_fields=True):
    conversation: Ref
    seq: Seq


class _Watch(Struct, forbid_unknown_fields=True):
    conversation: Ref
    seq: Seq
    reference: Annotated[str, Meta(min_length=1, max_length=120)]
    on: bool = True


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def chain(request: HttpRequest) -> JsonResponse:
    """Tell what messages name, or have one of them looked up. Telling asks no node."""
    contact = customer_of(request)
    if request.method == "POST":
        allow(request, "chain", device=contact.pk)
        asked = read_json(request, _Look)
        conversation = get_conversation_of(contact, asked.conversation)
        ask_by_customer(conversation=conversation, seq=asked.seq)
        return _told(request, contact, conversation, [asked.seq])
    conversation = get_conversation_of(contact, request.GET.get("conversation", ""))
    return _told(request, contact, conversation, read_seqs(request.GET.get("seqs", "")))


@csrf_exempt
@require_POST
def watch(request: HttpRequest) -> JsonResponse:
    """Watch a transaction, or no longer."""
    contact = customer_of(request)
    allow(request, "act", device=contact.pk)
    asked = read_json(request, _Watch)
    conversation = get_conversation_of(contact, asked.conversation)
    if asked.on:
        watch_by_customer(conversation=conversation, seq=asked.seq, reference=asked.reference)
    else:
        stop_watch(conversation=conversation, reference=asked.reference, membership=None)
    return _told(request, contact, conversation, [asked.seq])


def _told(
    request: HttpRequest, contact: Contact, conversation: Conversation, seqs: list[int]
) -> JsonResponse:
    """Answer in the page's language, which the page says in `language`."""
    asked = request.GET.get("language") or contact.language
    with translation.override(choose_language(conversation.brand, asked, request)):
        return JsonResponse(chips_json(conversation, Audience.CUSTOMER, seqs))
