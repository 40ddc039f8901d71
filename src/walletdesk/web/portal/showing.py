"""What a status page shows: the steps, the promise, and what was said."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from walletdesk.conversations.file_queries import files_of
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import queue_place
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.tickets.queries import (
    current_conversation,
    cursor_of,
    timeline_of,
    waits_for_confirmation,
    was_answered,
)
from walletdesk.conversations.tickets.rules import spoken, step_of
from walletdesk.conversations.tickets.types import Step
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.routing.queries import expected_wait
from walletdesk.web.common import ticket_words as wording
from walletdesk.web.common.languages import html_code
from walletdesk.web.common.qr import draw
from walletdesk.web.common.strings import thread_strings
from walletdesk.web.common.transcript import author_name, readable, told
from walletdesk.web.common.ways import wait_told
from walletdesk.web.files.addresses import addresses_of
from walletdesk.web.portal.strings import page_strings

HIDDEN = ("feedback", "released", "undone", "redacted", "merged", "absorbed")


def shown(request: HttpRequest, ticket: Ticket, language: str) -> dict[str, Any]:
    """Return the context of portal/status.html."""
    current = current_conversation(ticket)
    answered = was_answered(current)
    step = step_of(
        current.status,
        current.last_author,
        has_person=current.assignee_id is not None,
        answered=answered,
    )
    wait, advice = _wait(current)
    path = reverse("portal:status", args=[_secret_of(request)])
    address = f"{settings.WALLETDESK.base_url.rstrip('/')}{path}"
    return {
        "ticket": ticket,
        "number": spoken(ticket.number),
        "topic": wording.topic_words(ticket.conversation.topic),
        "path": path,
        "address": address,
        "qr": draw(address),
        "steps": _steps(step, current),
        "step": str(step),
        "overdue": not answered and ticket.due_at < clock.now(),
        "answered": answered,
        "ahead": _ahead(current),
        "wait": wait,
        "advice": advice,
        "over": current.status == Status.RESOLVED,
        "rating": current.rating,
        "unconfirmed": waits_for_confirmation(ticket),
        "entries": _entries(ticket, current),
        "strings": page_strings(),
        "config": {
            "cursor": cursor_of(current),
            "status": str(Status.OPEN if current.status == Status.SNOOZED else current.status),
            "htmlLanguage": html_code(language),
        },
    }


def _secret_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return str(match.kwargs["token"]) if match else ""


def _ahead(current: Conversation) -> int | None:
    place = queue_place(current)
    return place.place - 1 if place else None


def _wait(current: Conversation) -> tuple[str, str]:
    """Return how long it takes until a person takes a ticket that waits, and when that is shorter.

    Both "" when it is not known.
    """
    told = expected_wait(current.brand, conversation=current)
    return wait_told(current.brand, told) if told else ("", "")


def _steps(step: Step, current: Conversation) -> list[dict[str, str]]:
    """Return all steps: those behind are done, one is now, the rest is still to come."""
    order = list(Step)
    now = order.index(step)
    names = {each: _(wording.STEPS[each]) for each in order}
    if current.assignee is not None:
        names[Step.IN_WORK] = _("In work by %(name)s") % {"name": current.assignee.user.name}
    states = ["done" if i < now or step == Step.SOLVED else "next" for i in range(len(order))]
    states[now] = "done now" if step == Step.SOLVED else "now"
    return [{"name": names[each], "state": states[i]} for i, each in enumerate(order)]


def _entries(ticket: Ticket, current: Conversation) -> list[dict[str, Any]]:
    events: list[Any] = timeline_of(ticket, current)
    strings = thread_strings()
    named = [file["id"] for event in events for file in event["data"].get("files", [])]
    addresses = {}
    if named and ticket.session is not None:
        found = files_of(ticket.session, named)
        addresses = {file.ref: addresses_of(file, ticket.session) for file in found}
    entries = []
    for event in events:
        by_form = event["kind"] == "handed_over" and event["data"].get("reason") == "form"
        if by_form or event["kind"] in HIDDEN:
            continue
        entries.append(
            {
                "kind": event["kind"] if event["kind"] in {"message", "notice"} else "line",
                "mine": event["author"] == "customer",
                "bot": event["author"] == "bot",
                "who": author_name(event, strings) or strings["agent"],
                "at": event["at"],
                "time": date_format(datetime.fromisoformat(event["at"]), "DATETIME_FORMAT"),
                "text": _text(event, strings),
                "sources": event["data"].get("sources", []),
                "files": [_file(file, addresses) for file in event["data"].get("files", [])],
            }
        )
    return entries


def _text(event: dict[str, Any], strings: dict[str, str]) -> str:
    if event["kind"] == "message":  # its files and articles stand below it
        return readable(event["text"], strings)
    return told(event, strings)


def _file(file: dict[str, Any], addresses: dict[str, dict[str, str]]) -> dict[str, str]:
    found = addresses.get(file["id"], {})
    return {
        "name": str(file["name"]),
        "url": found.get("display") or found.get("file", ""),
        "thumb": found.get("thumb", ""),
    }
