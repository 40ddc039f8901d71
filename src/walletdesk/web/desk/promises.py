"""Promises on the desk: how much time is left, in a word and a colour, and why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.kit import clock
from walletdesk.sla.clocks import Line
from walletdesk.sla.queries.clocks import explained, next_due
from walletdesk.sla.types import ClockView, Outcome, Target, Wait
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest, staff_call

TARGETS = {
    Target.FIRST: gettext_noop("First answer"),
    Target.NEXT: gettext_noop("Next answer"),
    Target.UPDATE: gettext_noop("Update"),
    Target.RESOLUTION: gettext_noop("Resolution"),
}
WAITS = {
    Wait.CUSTOMER: gettext_noop("Paused: waiting for the customer"),
    Wait.WALLET: gettext_noop("Paused: waiting for the wallet"),
    Wait.CHAIN: gettext_noop("Paused: waiting for a confirmation on the chain"),
}
SAID = {
    "started": gettext_noop("started, %(length)s promised"),
    "resumed": gettext_noop("goes on"),
    "retargeted": gettext_noop("another promise holds: %(length)s"),
    "hours": gettext_noop("other business hours hold"),
    "customer": gettext_noop("paused: waiting for the customer"),
    "wallet": gettext_noop("paused: waiting for the wallet"),
    "chain": gettext_noop("paused: waiting for a confirmation on the chain"),
    "closed": gettext_noop("closed"),
    "warned": gettext_noop("warned"),
    "late": gettext_noop("late"),
    "due": gettext_noop("due"),
    "met": gettext_noop("kept"),
    "dropped": gettext_noop("ended without an answer being due"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """What a row and a head show of the promise that is due first. Moments are ISO 8601."""

    text: str
    title: str
    tone: str  # good, thin, gone or still
    due: str
    warn: str


def badges(conversations: Collection[Conversation]) -> dict[int, Badge]:
    """Return conversation → what to show of its promises. One statement."""
    return {pk: badge(view) for pk, view in next_due([c.pk for c in conversations]).items()}


def badge(view: ClockView) -> Badge:
    """Return what to show of a clock now. desk/ages.js goes on from there in the same words."""
    name = _(TARGETS[view.kind])
    if view.due_at is None:
        paused = _(WAITS[Wait(view.why)]) if view.why in set(Wait) else _("Paused")
        return Badge(_("paused"), f"{name}. {paused}", "still", "", "")
    tone = "gone" if view.due_at <= clock.now() else "good"
    if tone == "good" and view.warn_at and view.warn_at <= clock.now():
        tone = "thin"
    warn = view.warn_at.isoformat() if view.warn_at else ""
    return Badge(left_of(view.due_at), name, tone, view.due_at.isoformat(), warn)


def left_of(due: datetime) -> str:
    """Return how far away a moment is, or how long ago it was."""
    left = due - clock.now()
    words = _("%(age)s left") if left > timedelta() else _("%(age)s late")
    return words % {"age": short(abs(left))}


def short(length: timedelta) -> str:
    """Return a length in its largest unit; less than a minute counts as one."""
    return wording.age(max(length, timedelta(minutes=1)))


@require_safe
@staff_call
def explain(request: StaffRequest, ref: str) -> HttpResponse:
    """Return the promises of a conversation, each with its time line."""
    conversation = get_conversation_for(request.membership, ref)
    found = explained(conversation)
    clocks = [
        {
            "name": _(TARGETS[view.kind]),
            "badge": badge(view) if view.ended_at is None else None,
            "met": view.why == Outcome.MET and not view.breached_at,
            "late": bool(view.breached_at),
            "lines": list(_told(lines)),
        }
        for view, lines in found
    ]
    context = {"clocks": clocks, "policy": found[0][0].policy if found else ""}
    return render(request, "desk/_promises.html", context)


def _told(lines: list[Line]) -> Iterator[dict[str, object]]:
    for line in lines:
        words = _(SAID[line.what])
        if line.seconds:
            words %= {"length": length_of(line.seconds)}
        if line.more:
            more = _("and %(count)s times before") % {"count": line.more}
            words = f"{words} ({more})"
        yield {"at": line.at, "to": line.to, "text": words, "what": line.what}


def length_of(seconds: int) -> str:
    """Return a length of working time in hours and minutes."""
    hours, rest = divmod(seconds, 3_600)
    minutes, odd = divmod(rest, 60)
    parts = [
        _("%(count)s h") % {"count": hours} if hours else "",
        _("%(count)s m") % {"count": minutes} if minutes else "",
        _("%(count)s s") % {"count": odd} if odd else "",
    ]
    return " ".join(part for part in parts if part)
