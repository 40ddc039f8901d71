"""`/chat/v1`: what a customer's chat can do besides sending and following messages (`/live`).

Every answer is JSON; refusals carry a stable `code`. After the start of a session a bearer token
says who asks, so no cookie is read and no CSRF token needed. What belongs to others is 404.
"""

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec import Meta, Struct

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.contacts.actions import end_session, open_session
from walletdesk.contacts.models import Contact
from walletdesk.conversations.actions.customer import (
    finish_conversation,
    give_feedback,
    rate_conversation,
    request_person,
    start_conversation,
)
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_of, queue_place, thread
from walletdesk.conversations.queries.joined import joined_thread, joined_to
from walletdesk.conversations.types import UNKNOWN_LANGUAGE, Audience, Status
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.routing.queries import expected_wait
from walletdesk.safety import guard
from walletdesk.web.common.abuse import Work, admit_new_session, allow
from walletdesk.web.common.bodies import Slug, Tag, bearer, customer_of, read_json, read_number
from walletdesk.web.common.devices import device_name
from walletdesk.web.common.languages import choose_language
from walletdesk.web.common.ways import wait_told
from walletdesk.web.widget.identity import session_of
from walletdesk.web.widget.marks import seen_json
from walletdesk.web.widget.start_api import own

COMMENT_LENGTH = 1_000

Ref = Annotated[str, Meta(max_length=20)]
Comment = Annotated[str, Meta(max_length=COMMENT_LENGTH)]


class _Session(Struct, forbid_unknown_fields=True):
    brand: Slug | None = None
    language: Tag | None = None
    work: Work | None = None


class _Nothing(Struct, forbid_unknown_fields=True):
    pass


class _Which(Struct, forbid_unknown_fields=True):
    conversation: Ref


class _Feedback(Struct, forbid_unknown_fields=True):
    conversation: Ref
    seq: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    helped: bool


class _Rating(Struct, forbid_unknown_fields=True):
    conversation: Ref
    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Comment = ""


# --- sessions -----------------------------------------------------------------------------


@csrf_exempt
@require_POST
def start_session(request: HttpRequest) -> JsonResponse:
    """Make an anonymous customer with a first conversation, and hand out their token, once."""
    asked = read_json(request, _Session)
    brand = get_brand(asked.brand)
    admit_new_session(request, brand, asked.work)
    language = choose_language(brand, asked.language, request)
    with transaction.atomic():
        device = device_name(request.headers.get("User-Agent", ""))
        opened = open_session(brand=brand, language=language, device=device)
        # Without a language of the caller's choice the first message decides.
        conversation = start_conversation(
            contact=opened.contact,
            language=language if asked.language else UNKNOWN_LANGUAGE,
            started_on=opened.session.pk,
        )
    return JsonResponse(
        {
            "token": opened.token,
            "conversation": conversation.ref,
            "cursor": conversation.last_seq,
            "brand": brand_json(brand),
            "language": language,
        },
        status=201,
    )


@csrf_exempt
@require_http_methods(["DELETE"])
def close_session(request: HttpRequest) -> HttpResponse:
    """Forget this device. The conversations stay with the desk."""
    end_session(token=bearer(request))
    return HttpResponse(status=204)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def conversations(request: HttpRequest) -> JsonResponse:
    """List the customer's conversations, or open another one."""
    return new_conversation(request) if request.method == "POST" else own(request)


def new_conversation(request: HttpRequest) -> JsonResponse:
    """Open another conversation of the same customer."""
    session = session_of(request)
    contact = session.contact
    read_json(request, _Nothing)
    allow(request, "conversation", device=contact.pk)
    conversation = start_conversation(
        contact=contact, language=contact.language, started_on=session.pk
    )
    return JsonResponse(
        {"conversation": conversation.ref, "cursor": conversation.last_seq}, status=201
    )


# --- reading ------------------------------------------------------------------------------


@require_safe
def state(request: HttpRequest) -> JsonResponse:
    """Say where a conversation stands: status, agent, place in the queue, rating."""
    return JsonResponse(state_json(_asked_for(request)))


@require_safe
def events(request: HttpRequest) -> JsonResponse:
    """Return a page of the timeline: after a number, before a number, or the newest."""
    contact = customer_of(request)
    conversation = _asked_for(request, contact)
    after, before = read_number(request, "after"), read_number(request, "before")
    if after is not None and before is not None:
        raise BadInput(before="either after or before")
    if after:
        return JsonResponse({"events": thread(conversation, Audience.CUSTOMER, after=after)})
    joined = joined_to(conversation, contact.pk)
    page = joined_thread(conversation, Audience.CUSTOMER, joined, before=before)
    return JsonResponse({"events": page})


def _asked_for(request: HttpRequest, contact: Contact | None = None) -> Conversation:
    return own_conversation(contact or customer_of(request), request.GET.get("conversation", ""))


# --- acting -------------------------------------------------------------------------------


@csrf_exempt
@require_POST
def ask_for_person(request: HttpRequest) -> JsonResponse:
    """Have a person take over from the bot. Asking twice is no error."""
    contact = customer_of(request)
    allow(request, "act", device=contact.pk)
    conversation = _of(contact, read_json(request, _Which))
    return JsonResponse(state_json(request_person(conversation=conversation)))


@csrf_exempt
@require_POST
def feedback(request: HttpRequest) -> JsonResponse:
    """Say whether an answer of the bot helped. The first answer counts."""
    contact = customer_of(request)
    allow(request, "act", device=contact.pk)
    given = read_json(request, _Feedback)
    event = give_feedback(conversation=_of(contact, given), seq=given.seq, helped=given.helped)
    return JsonResponse({"seq": event.data["seq"], "helped": event.data["helped"]})


@csrf_exempt
@require_POST
def rating(request: HttpRequest) -> JsonResponse:
    """Rate a conversation that is over. The comment goes through the guard like any message."""
    contact = customer_of(request)
    allow(request, "act", device=contact.pk)
    given = read_json(request, _Rating)
    comment = guard.check(given.comment.replace("\x00", "").strip()).safe
    rate_conversation(conversation=_of(contact, given), score=given.score, comment=comment)
    return JsonResponse({"score": given.score, "comment": comment.text})


@csrf_exempt
@require_POST
def finish(request: HttpRequest) -> JsonResponse:
    """End a conversation from the customer's side."""
    contact = customer_of(request)
    allow(request, "act", device=contact.pk)
    conversation = _of(contact, read_json(request, _Which))
    return JsonResponse(state_json(finish_conversation(conversation=conversation)))


def _of(contact: Contact, asked: _Which | _Feedback | _Rating) -> Conversation:
    return own_conversation(contact, asked.conversation)


def own_conversation(contact: Contact, ref: str) -> Conversation:
    """Return a conversation of this customer. Raises NotFound."""
    if not (ref.isascii() and ref.isalnum()):
        raise NotFound  # no name of ours; the database would stumble over some characters
    return get_conversation_of(contact, ref)


# --- shapes -------------------------------------------------------------------------------


def brand_json(brand: Brand) -> dict[str, Any]:
    """Return what a customer's browser may know of a brand."""
    return {
        "slug": brand.slug,
        "name": brand.name,
        "languages": brand.languages,
        "accent": brand.accent,
    }


def _queue_json(conversation: Conversation) -> dict[str, Any] | None:
    """Return place and expected wait of a conversation that waits for a person."""
    place = queue_place(conversation)
    if place is None:
        return None
    brand = conversation.brand
    wait = expected_wait(brand, conversation=conversation)
    with translation.override(conversation.language or brand.default_language):
        told, advice = wait_told(brand, wait)
    return {
        "place": wait.place if wait else place.place,
        "waiting": place.waiting,
        "wait": told,
        "advice": advice,
    }


def state_json(conversation: Conversation) -> dict[str, Any]:
    """Return where a conversation stands, for its customer."""
    agent = conversation.assignee
    status = conversation.status
    if status == Status.SNOOZED:  # when we look again is no business of the customer's
        status = Status.OPEN if agent else Status.QUEUED
    return {
        "conversation": conversation.ref,  # another one than was asked for: it was merged
        "status": status,
        "language": conversation.language or conversation.brand.default_language,
        "agent": agent.user.name if agent else None,
        "queue": _queue_json(conversation),
        "rating": conversation.rating,
        "cursor": conversation.last_seq,
        "seen": seen_json(conversation),
    }
