"""Filters of the lists as people see them: chips, the choice, the names kept in the rail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import colleagues_who_answer, teams_of
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.views import remove_view, save_view
from walletdesk.conversations.filters import PARTS, read_filter, write_filter
from walletdesk.conversations.prepared import tags_of
from walletdesk.conversations.types import Filter, SavedName, Status, View
from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard
from walletdesk.web.desk import present, wording
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.bodies import read_body
from walletdesk.web.desk.topic_names import topics_of

WAITS = (5, 15, 60, 240, 1440)  # minutes
STATUSES = (Status.BOT, Status.QUEUED, Status.OPEN, Status.SNOOZED, Status.RESOLVED, Status.MERGED)
MINUTES = 60  # of an hour
MORE_THAN = 8  # a part with more choices than this folds


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing by which a list is narrowed, and the address of the list without it."""

    part: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved filter in the rail."""

    id: int
    name: str
    href: str
    shared: bool
    current: bool
    may_remove: bool


Choices = list[tuple[Any, str]]


def _fixed(membership: Membership) -> dict[str, Choices]:
    """Return the values of the parts whose names are ours, with their names."""
    return {
        "channels": [(code, wording.channel(code)) for code in wording.CHANNELS],
        "languages": [(code, present.language_name(code)) for code in membership.brand.languages],
        "urgencies": [(level, wording.urgency(level)) for level in (3, 2, 1, 0)],
        "statuses": [(str(code), wording.status(code)) for code in STATUSES],
    }


def choices(membership: Membership) -> dict[str, Choices]:
    """Return the values that each part of a filter offers, with their names."""
    people = colleagues_who_answer(membership)
    return _fixed(membership) | {
        "topics": list(topics_of(membership.brand)),
        "assignees": [(0, _("Nobody")), *((m.pk, m.user.name) for m in people)],
        "teams": [(team.pk, team.name) for team in teams_of(membership)],
        "tags": [(tag.pk, tag.name) for tag in tags_of(membership.brand)],
    }


def _titles() -> dict[str, tuple[str, str]]:
    """Return for each part its name in addresses and for people."""
    return {
        "channels": ("channel", _("Channel")),
        "languages": ("language", _("Language")),
        "urgencies": ("urgency", _("Urgency")),
        "statuses": ("status", _("Status")),
        "topics": ("topic", _("Topic")),
        "assignees": ("assignee", _("Assigned to")),
        "teams": ("team", _("Team")),
        "tags": ("tag", _("Tag")),
    }


def _wait(minutes: int) -> str:
    if minutes < MINUTES:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // MINUTES
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _verified(verified: bool) -> str:  # noqa: FBT001 - the value of the filter
    return _("Verified") if verified else _("Not verified")


def chips(
    chosen: Filter, membership: Membership, view: View, names: Mapping[tuple[str, int | str], str]
) -> list[Chip]:
    """Return the chips of a filter; `names` are those of rows (`DeskState.names`).

    What was removed meanwhile is named by its number.
    """
    ours = _fixed(membership) | {"topics": wording.topics(), "assignees": [(0, _("Nobody"))]}
    found = []
    for field, (_name, title) in _titles().items():
        known = dict(ours.get(field, []))
        values = getattr(chosen, field)
        for value in values:
            rest = tuple(other for other in values if other != value)
            changed: dict[str, Any] = {field: rest}
            without = replace(chosen, **changed)
            text = str(names.get((field, value)) or known.get(value, value))
            found.append(Chip(title, text, _address(view, without)))
    if chosen.waiting is not None:
        without = replace(chosen, waiting=None)
        found.append(Chip(_("Waits at least"), _wait(chosen.waiting), _address(view, without)))
    if chosen.verified is not None:
        without = replace(chosen, verified=None)
        found.append(Chip(_("Identity"), _verified(chosen.verified), _address(view, without)))
    return found


def _address(view: str, chosen: Filter) -> str:
    query = write_filter(chosen)
    return reverse("desk:list", args=[view]) + (f"?{query}" if query else "")


def saved(
    names: Iterable[SavedName], membership: Membership, view: View, query: str
) -> list[Saved]:
    """Return saved filters for the rail."""
    shares = may(membership.role, Permission.CONVERSATION_REASSIGN)
    return [
        Saved(
            one.id,
            one.name,
            reverse("desk:list", args=[one.view]) + f"?{one.query}",
            one.shared,
            current=(one.view, one.query) == (view, query),
            may_remove=shares or not one.shared,
        )
        for one in names
    ]


# --- calls --------------------------------------------------------------------------------


@require_safe
@staff_call
def choose(request: StaffRequest, view: View) -> HttpResponse:
    """Return the choice of a filter for a view, with what holds now."""
    chosen = read_filter({name: request.GET.getlist(name) for name in PARTS})
    offered = choices(request.membership)
    parts = [
        {
            "name": name,
            "title": title,
            "folds": len(offered[field]) > MORE_THAN and not getattr(chosen, field),
            "options": [(v, text, v in getattr(chosen, field)) for v, text in offered[field]],
        }
        for field, (name, title) in _titles().items()
        if len(offered[field]) > 1 or getattr(chosen, field)
    ]
    context = {
        "view": view,
        "parts": parts,
        "waits": [(minutes, _wait(minutes), minutes == chosen.waiting) for minutes in WAITS],
        "verified": [
            (int(is_so), _verified(is_so), is_so == chosen.verified) for is_so in (True, False)
        ],
        "chosen": chosen,
    }
    return render(request, "desk/_filter.html", context)


class _Kept(Struct, forbid_unknown_fields=True):
    name: str
    view: str
    query: str
    shared: bool = False


@require_POST
@staff_call
def save(request: StaffRequest) -> HttpResponse:
    """Keep the filter of a list under a name, for oneself or for the brand."""
    kept = read_body(request, _Kept)
    if kept.view not in list(View):
        raise BadInput(view="name")
    query = write_filter(read_filter(_fields(kept.query)))
    name = guard.check(kept.name.replace("\x00", "")).safe
    found = save_view(
        membership=request.membership,
        name=name,
        view=View(kept.view),
        query=query,
        shared=kept.shared,
    )
    address = reverse("desk:list", args=[found.view]) + f"?{found.query}"
    return JsonResponse({"id": found.pk, "address": address}, status=201)


def _fields(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, max_num_fields=200)
    except ValueError:
        raise BadInput(query="too many") from None


@require_POST
@staff_call
def remove(request: StaffRequest, view_id: int) -> HttpResponse:
    """Forget a saved filter."""
    remove_view(membership=request.membership, view_id=view_id)
    return HttpResponse(status=204)
