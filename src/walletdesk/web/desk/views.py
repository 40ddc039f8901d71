"""Pages and fragments of the desk. Fragments answer htmx; a page holds the same fragments."""

from typing import Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from walletdesk.accounts.queries import colleagues_who_answer
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.pending import drafts_of
from walletdesk.conversations.queries import (
    count_views,
    desk_cursor,
    get_conversation_for,
    get_conversations_for,
    list_conversations,
    thread,
)
from walletdesk.conversations.types import Audience, Kind, View
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk import panel, present, rules, wording
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.strings import strings
from walletdesk.web.desk.writing import scheduled_json


@require_safe
@staff_page
def home(request: StaffRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Lead to the view in which work begins."""
    return redirect("desk:list", view=View.QUEUE)


# --- lists --------------------------------------------------------------------------------


@require_safe
@staff_page
def list_page(request: StaffRequest, view: View) -> HttpResponse:
    """Show a view with nothing open."""
    return render(request, "desk/page.html", _shell(request, view) | _list(request, view))


@require_safe
@staff_call
def list_fragment(request: StaffRequest, view: View) -> HttpResponse:
    """Return the list of a view and the counts of the rail."""
    context = _list(request, view) | {"view": view, "swap_counts": True}
    return render(request, "desk/_list.html", context)


@require_safe
@staff_call
def rows(request: StaffRequest) -> HttpResponse:
    """Return the next page of a list: `view`, and `after` as the page before named it."""
    view = _view_asked(request)
    after = rules.read_cursor(request.GET.get("after", ""))
    found, following = list_conversations(request.membership, view, after=after)
    context = {
        "view": view,
        "rows": present.rows_of(found, request.membership, view),
        "next": rules.write_cursor(following),
    }
    return render(request, "desk/_rows.html", context)


@require_safe
@staff_call
def changed(request: StaffRequest) -> HttpResponse:
    """Return what became of the conversations named by `ref`: those that stand in `view` as rows.

    The head of the open one (`open`) and the counts come along, to be swapped out of band.
    """
    view = _view_asked(request)
    found = get_conversations_for(request.membership, request.GET.getlist("ref"))
    opened = next((c for c in found if c.ref == request.GET.get("open")), None)
    context = {
        "view": view,
        "rows": present.rows_in_view(found, request.membership, view),
        "tabs": present.tabs(count_views(request.membership), view),
        "head": present.head(opened, request.membership) if opened else None,
    }
    return render(request, "desk/_changed.html", context)


def _view_asked(request: StaffRequest) -> View:
    try:
        return View(request.GET.get("view", ""))
    except ValueError:
        raise BadInput(view="name") from None


def _list(request: StaffRequest, view: View) -> dict[str, Any]:
    """Read a list and its counts. The cursor is read first: what comes later is told live."""
    cursor = desk_cursor()
    found, following = list_conversations(request.membership, view)
    return {
        "cursor": cursor,
        "rows": present.rows_of(found, request.membership, view),
        "next": rules.write_cursor(following),
        "tabs": present.tabs(count_views(request.membership), view),
        "listed": True,
    }


def _shell(request: StaffRequest, view: View) -> dict[str, Any]:
    membership = request.membership
    return {
        "view": view,
        "view_name": wording.view(view),
        "tabs": present.tabs({}, view),
        "membership": membership,
        "role": wording.role(membership.role),
        "initials": rules.initials(membership.user.name),
        "tone": rules.tone(membership.user.name),
        "strings": strings(),
        "desk": {"brand": membership.brand.slug, "member": membership.pk, "view": view},
    }


# --- one conversation ---------------------------------------------------------------------


@require_safe
@staff_page
def conversation_page(request: StaffRequest, view: View, ref: str) -> HttpResponse:
    """Show a conversation beside a view, whose list follows as a fragment."""
    conversation = get_conversation_for(request.membership, ref)
    context = _shell(request, view) | _conversation(request, conversation)
    return render(request, "desk/page.html", context)


@require_safe
@staff_call
def conversation_fragment(request: StaffRequest, ref: str) -> HttpResponse:
    """Return a conversation: head, thread, composer and the customer's panel."""
    conversation = get_conversation_for(request.membership, ref)
    return render(request, "desk/_conversation.html", _conversation(request, conversation))


def _conversation(request: StaffRequest, conversation: Conversation) -> dict[str, Any]:
    events = thread(conversation, Audience.STAFF)
    summaries = [event["text"] for event in events if event["kind"] == Kind.SUMMARY]
    return {
        "conversation": conversation,
        "head": present.head(conversation, request.membership),
        "events": msgspec.json.encode(events).decode(),
        "cursor_seq": events[-1]["seq"] if events else 0,
        "summary": present.plain_preview(summaries[-1]) if summaries else "",
        "drafts": drafts_of(conversation, request.membership),
        "scheduled": msgspec.json.encode(scheduled_json(request, conversation)).decode(),
        "unread_after": present.unread_after(conversation, request.membership),
    } | panel.context(conversation, request.membership)


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
