"""The customer's panel: what is known of them, what staff note, what the conversation is about."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.cases.queries import ANY_CASE, cases_of
from walletdesk.complaints.models import Complaint
from walletdesk.complaints.queries import ANY_COMPLAINT, complaint_of
from walletdesk.contacts.actions.notes import NOTE_LENGTH, add_contact_note, remove_contact_note
from walletdesk.contacts.queries import ANY_NOTE, identity_of, notes_of
from walletdesk.conversations.actions.complaints import TOPIC
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.conversations.actions.openings import NOTED, noted_since
from walletdesk.conversations.actions.timeline import CHAT
from walletdesk.conversations.authenticity.queries import agent_code
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.prepared import ANY_TAG, tags_on
from walletdesk.conversations.queries import (
    ANY_EARLIER,
    earlier_conversations,
    get_conversation_for,
)
from walletdesk.conversations.queries.joined import ANY_JOINED
from walletdesk.conversations.queries.related import ANY_RELATED
from walletdesk.escalation.queries import ANY_ESCALATION
from walletdesk.integrations.email.outgoing.queries import deliverable
from walletdesk.kit.errors import BadInput
from walletdesk.kit.existence import Existence
from walletdesk.safety import guard
from walletdesk.web.desk import mail_words, present, wording
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.cases import present as case_present
from walletdesk.web.desk.cases import words as case_words
from walletdesk.web.desk.complaints import present as complaint_present
from walletdesk.web.desk.escalation import panel_part
from walletdesk.web.desk.topic_names import topics_of

FIELDS = ("topic", "urgency", "language")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be chosen."""

    value: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a person can set about a conversation."""

    code: str
    name: str
    value: str
    choices: tuple[Choice, ...]


def fields_of(conversation: Conversation) -> list[Field]:
    """Return what can be set about a conversation, with what is set now."""
    languages = conversation.brand.languages
    named = {
        "topic": (_("Topic"), topics_of(conversation.brand)),
        "urgency": (_("Urgency"), [(str(n), wording.urgency(n)) for n in range(4)]),
        "language": (_("Language"), [(c, settings.LANGUAGE_NAMES.get(c, c)) for c in languages]),
    }
    return [
        _field(code, name, str(getattr(conversation, code)), values)
        for code, (name, values) in named.items()
    ]


def _field(code: str, name: str, value: str, values: list[tuple[str, str]]) -> Field:
    known = {each for each, _name in values}
    shown = values if value in known else [(value, value or "–"), *values]
    choices = tuple(Choice(each, text, chosen=each == value) for each, text in shown)
    return Field(code, name, next(c.name for c in choices if c.chosen), choices)


_AROUND = Existence(
    case=ANY_CASE,
    complaint=ANY_COMPLAINT,
    earlier=ANY_EARLIER,
    escalation=ANY_ESCALATION,
    joined=ANY_JOINED,
    note=ANY_NOTE,
    noted=NOTED,
    related=ANY_RELATED,
    tag=ANY_TAG,
)


def what_is_there(conversation: Conversation, membership: Membership) -> frozenset[str]:
    """Return which kinds of things stand around a conversation, for `context`. One statement."""
    return _AROUND.among(
        conversation=conversation.pk,
        contact=conversation.contact_id,
        member=membership.pk,
        noted_since=noted_since(),
    )


def context(
    conversation: Conversation, membership: Membership, there: frozenset[str]
) -> dict[str, Any]:
    """Return what desk/_panel.html shows besides the bot's summary."""
    identity = identity_of(conversation.contact)
    notes = notes_of(conversation.contact) if "note" in there else []
    cases = cases_of(conversation) if "case" in there else []
    earlier = earlier_conversations(conversation) if "earlier" in there else []
    return {
        "conversation": conversation,
        "cases": [case_present.row(one) for one in cases],
        **_complaint(conversation, complaint_of(conversation) if "complaint" in there else None),
        "case_kinds": case_words.choices(case_words.KINDS),
        "identity": identity,
        "mail_trouble": _mail_trouble(conversation),
        "fields": fields_of(conversation),
        "may_note": may(membership.role, Permission.CONVERSATION_ANSWER),
        "may_remove_any": may(membership.role, Permission.CONVERSATION_REASSIGN),
        "tags": tags_on(conversation) if "tag" in there else [],
        "notes": [{"row": note, "text": present.plain_preview(note.text)} for note in notes],
        "note_length": NOTE_LENGTH,
        "earlier": present.earlier(earlier),
        "language_name": present.language_name(conversation.language),
        "contact_language": present.language_name(conversation.contact.language),
        "membership": membership,
        "agent_code": agent_code(conversation),
    } | panel_part(conversation, membership, there)


def _complaint(conversation: Conversation, found: Complaint | None) -> dict[str, Any]:
    return {
        "complaint": complaint_present.row(found) if found else None,
        "complaint_offered": found is None and conversation.topic == TOPIC,
    }


def _mail_trouble(conversation: Conversation) -> str:
    if conversation.channel == CHAT:
        return ""
    return mail_words.reach(deliverable(conversation.contact))


def show_panel(request: StaffRequest, ref: str) -> HttpResponse:
    """Answer with the panel as it stands now."""
    conversation = get_conversation_for(request.membership, ref)
    there = what_is_there(conversation, request.membership)
    shown = context(conversation, request.membership, there)
    return render(request, "desk/_panel_body.html", shown)


@require_safe
@staff_call
def panel(request: StaffRequest, ref: str) -> HttpResponse:
    """Return the panel as it stands now."""
    return show_panel(request, ref)


@require_POST
@staff_call
def describe(request: StaffRequest, ref: str) -> HttpResponse:
    """Set the topic, urgency or language: form fields `field` and `value`."""
    conversation = get_conversation_for(request.membership, ref)
    field = request.POST.get("field", "")
    if field not in FIELDS:
        raise BadInput(field="unknown")
    describe_conversation(
        conversation=conversation,
        membership=request.membership,
        field=field,  # type: ignore[arg-type]  # one of FIELDS
        value=request.POST.get("value", ""),
    )
    return show_panel(request, ref)


@require_POST
@staff_call
def note(request: StaffRequest, ref: str) -> HttpResponse:
    """Note something about the customer."""
    conversation = get_conversation_for(request.membership, ref)
    text = request.POST.get("text", "").replace("\x00", "").strip()
    add_contact_note(
        contact=conversation.contact,
        membership=request.membership,
        text=guard.check(text).safe,
    )
    return show_panel(request, ref)


@require_POST
@staff_call
def remove_note(request: StaffRequest, ref: str, note_id: int) -> HttpResponse:
    """Remove a note about the customer."""
    conversation = get_conversation_for(request.membership, ref)
    remove_contact_note(
        contact=conversation.contact, membership=request.membership, note_id=note_id
    )
    return show_panel(request, ref)
