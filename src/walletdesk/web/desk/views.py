"""A conversation on the desk, as a page beside a list and as a fragment for htmx."""

from typing import Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from walletdesk.accounts.queries import colleagues_who_answer
from walletdesk.conversations.actions.openings import record_openings
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.pending import unsaid_in
from walletdesk.conversations.queries import (
    get_conversation_for,
)
from walletdesk.conversations.queries.joined import joined_thread, joined_to
from walletdesk.conversations.queries.lists import desk_state
from walletdesk.conversations.types import Audience, Kind, View
from walletdesk.web.desk import panel, present, rules, shell, wording
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.bot_summary import told_parts
from walletdesk.web.desk.filtering import chips
from walletdesk.web.desk.lists import filter_asked
from walletdesk.web.desk.writing import scheduled_json

# --- one conversation ---------------------------------------------------------------------


@require_safe
@staff_page
def conversation_page(request: StaffRequest, view: View, ref: str) -> HttpResponse:
    """Show a conversation beside a view, whose list follows as a fragment."""
    conversation = get_conversation_for(request.membership, ref)
    chosen = filter_asked(request)
    context = shell.shell(request, view, chosen) | _conversation(request, conversation)
    if chosen:
        names = desk_state(request.membership, chosen).names
        context["chips"] = chips(chosen, request.membership, view, names)
    return render(request, "desk/page.html", context)


@require_safe
@staff_call
def conversation_fragment(request: StaffRequest, ref: str) -> HttpResponse:
    """Return a conversation: head, thread, composer and the customer's panel."""
    conversation = get_conversation_for(request.membership, ref)
    return render(request, "desk/_conversation.html", _conversation(request, conversation))


def _conversation(request: StaffRequest, conversation: Conversation) -> dict[str, Any]:
    there = panel.what_is_there(conversation, request.membership)
    joined = joined_to(conversation) if "joined" in there else []
    if joined or "noted" not in there:
        record_openings(membership=request.membership, conversations=[conversation, *joined])
    events = joined_thread(conversation, Audience.STAFF, joined)
    drafts, waiting = unsaid_in(conversation, request.membership)
    last = next((event for event in reversed(events) if event["kind"] == Kind.SUMMARY), None)
    return {
        "conversation": conversation,
        "head": present.head(conversation, request.membership),
        "events": msgspec.json.encode(events).decode(),
        "cursor_seq": int(events[-1]["seq"]) if events else 0,
        "summary": told_parts(last["text"], last["staff_data"]) if last else [],
        "drafts": drafts,
        "scheduled": msgspec.json.encode(scheduled_json(request, waiting)).decode(),
        "unread_after": present.unread_after(conversation, request.membership),
    } | panel.context(conversation, request.membership, there)


@require_safe
@staff_call
def colleagues(request: StaffRequest, ref: str) -> HttpResponse:
    """Return the people to whom this conversation can be handed."""
    conversation = get_conversation_for(request.membership, ref)
    people = [
        {
            "id": colleague.pk,
            "name": colleague.user.name,
            "initials": rules.initials(colleague.user.name),
            "tone": rules.tone(colleague.user.name),
            "role": wording.role(colleague.role),
            "team": colleague.team.name if colleague.team else "",
            "languages": [
                (present.SHORT_LANGUAGES.get(code, code), code == conversation.language)
                for code in colleague.languages
            ],
            "speaks": conversation.language in colleague.languages,
        }
        for colleague in colleagues_who_answer(request.membership)
        if colleague.pk != conversation.assignee_id
    ]
    people.sort(key=lambda person: not person["speaks"])
    return render(request, "desk/_colleagues.html", {"people": people, "ref": conversation.ref})
