"""Calls of the assistance: what the panel shows, and texts that a model writes."""

from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.bot.assist.actions import ask_writing, cancel_writing
from walletdesk.bot.assist.queries import (
    digest_for,
    get_writing_for,
    replies_for,
    similar_solved,
)
from walletdesk.bot.assist.types import REWRITES, Kind, Similar, State
from walletdesk.bot.ports import current_generator
from walletdesk.conversations.models import CLOCK_MARGIN, Conversation
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.conversations.rules import MESSAGE_LENGTH
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText, StorableText
from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.assist.steps import next_steps
from walletdesk.web.desk.assist.words import fact_name, trouble
from walletdesk.web.desk.bodies import LARGEST_SEQ, read_body
from walletdesk.web.desk.present import language_name
from walletdesk.web.desk.topic_names import topic_name

PREVIEW = 280
Text = Annotated[str, msgspec.Meta(max_length=MESSAGE_LENGTH)]


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What a model is to write. `seq`: a message to be translated for the agent."""

    kind: Kind
    text: Text = ""
    seq: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_SEQ)] | None = None


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """There is nothing to say."""


class Drafted(msgspec.Struct, forbid_unknown_fields=True):
    """The draft from which a text was written: its personal data is put back."""

    text: Text = ""


@require_safe
@staff_call
def show(request: StaffRequest, ref: str) -> HttpResponse:
    """Show replies with their sources, similar solved conversations, the digest, next steps."""
    conversation = get_conversation_for(request.membership, ref)
    digest = digest_for(conversation)
    brand = request.membership.brand
    context = {
        "conversation": conversation,
        "replies": replies_for(request.membership, conversation),
        "similar": [
            _similar(each, topic_name(brand, each.topic))
            for each in similar_solved(request.membership, conversation)
        ],
        "digest": digest,
        "asked": words_for_tokens(digest.asked),
        "latest": words_for_tokens(digest.latest),
        "facts": [(fact_name(kind), value) for kind, value in digest.facts],
        "steps": next_steps(conversation, request.membership),
        "writes": current_generator() is not None,
        "may_write": may(request.membership.role, Permission.CONVERSATION_ANSWER),
    }
    return render(request, "desk/_assist.html", context)


def _similar(each: Similar, topic: str) -> dict[str, Any]:
    return {
        "row": each,
        "asked": words_for_tokens(each.asked)[:PREVIEW],
        "solution": words_for_tokens(each.solution)[:PREVIEW],
        "topic": topic,
        "language": language_name(each.language),
        "by_bot": each.solved_by == "bot",
    }


@require_POST
@staff_call
def write(request: StaffRequest, ref: str) -> HttpResponse:
    """Have a model write; `written` tells how far it is."""
    conversation = get_conversation_for(request.membership, ref)
    wanted = read_body(request, Wanted)
    text, language = _asked(conversation, wanted)
    writing = ask_writing(
        conversation=conversation,
        membership=request.membership,
        kind=wanted.kind,
        text=text,
        language=language,
    )
    return JsonResponse({"id": writing.pk})


def _asked(conversation: Conversation, wanted: Wanted) -> tuple[SafeText, str]:
    """Return what a model reads, tokens in place of personal data, and the language to write in."""
    customers = conversation.language or conversation.brand.default_language
    if wanted.kind not in REWRITES:
        mine = get_language() or settings.LANGUAGE_CODE
        return guard.check("").safe, mine if wanted.kind == Kind.SUMMARY else customers
    if wanted.seq is not None:
        event = conversation.events.filter(
            seq=wanted.seq, created_at__gte=conversation.created_at - CLOCK_MARGIN
        ).first()
        if event is None or not event.text.strip():
            raise NotFound
        return _tokenised(event.text).safe, get_language() or settings.LANGUAGE_CODE
    if not wanted.text.replace("\x00", "").strip():
        raise BadInput(text="empty")
    return _tokenised(wanted.text).safe, customers


def _tokenised(text: str) -> StorableText:
    """Return a text with numbered tokens: the same draft gets the same ones each time."""
    numbers: dict[tuple[str, str], str] = {}
    safe = guard.check(text.replace("\x00", "")).safe
    return guard.tokenise(
        safe, lambda kind, value: numbers.setdefault((kind, value), f"{len(numbers) + 1:04d}")
    )


@require_POST
@staff_call
def written(request: StaffRequest, ref: str, writing_id: int) -> HttpResponse:
    """Tell how far a text is; when it is done, with the draft's own data in it again."""
    writing = get_writing_for(request.membership, ref, min(writing_id, LARGEST_SEQ))
    draft = read_body(request, Drafted).text
    text = writing.text
    for value in _tokenised(draft).values if draft else ():
        text = text.replace(f"⟦{value.kind}:{value.code}⟧", value.value)
    return JsonResponse(
        {
            "state": writing.state,
            "characters": writing.characters,
            "text": text if writing.state == State.DONE else "",
            "sources": writing.sources,
            "message": trouble(writing.state, writing.reason),
        }
    )


@require_POST
@staff_call
def cancel(request: StaffRequest, ref: str, writing_id: int) -> HttpResponse:
    """Stop a text."""
    read_body(request, Nothing)
    writing = get_writing_for(request.membership, ref, min(writing_id, LARGEST_SEQ))
    cancel_writing(writing=writing)
    return HttpResponse(status=204)
