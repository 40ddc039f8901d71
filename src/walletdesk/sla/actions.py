"""All writes to calendars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.models import Inbox
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard
from walletdesk.sla.models import Calendar, InboxHours
from walletdesk.sla.rules import check_zone, read_intervals

CALENDARS = 30
SPECIAL_DAYS = 120
NAME_LENGTH = 60
DAYS = 7


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date with hours of its own; closed when `hours` is ""."""

    date: date
    name: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class CalendarDraft:
    """What a calendar shall be. `days` are seven texts such as "09:00-12:00, 13:00-18:00"."""

    name: str
    time_zone: str
    days: Sequence[str] = ("",) * DAYS
    special: Sequence[SpecialDay] = ()
    always: bool = False
    main: bool = False


@transaction.atomic
def create_calendar(*, actor: Membership, draft: CalendarDraft) -> Calendar:
    """Make a calendar; a brand's first one is its main one. Raises BadInput that names fields.

    Codes: required, too_long, taken, zone; `day_<0-6>` and `special`: form, overlap, twice.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    values = read_draft(draft)
    rows = Calendar.objects.select_for_update().filter(brand_id=actor.brand_id)
    count = len(rows)
    if count >= CALENDARS:
        raise BadInput(name="too_many")
    main = draft.main or count == 0
    if main:
        rows.filter(main=True).update(main=False)
    try:
        with transaction.atomic():
            calendar = Calendar.objects.create(brand_id=actor.brand_id, main=main, **values)
    except IntegrityError:
        raise BadInput(name="taken") from None
    _record(actor, calendar.pk, "calendar.created", {}, {**values, "main": main})
    return calendar


@transaction.atomic
def change_calendar(
    *, actor: Membership, calendar: Calendar, version: int, draft: CalendarDraft
) -> None:
    """Change a calendar. The main one stays it until another is made so."""
    _own(actor, calendar)
    values = read_draft(draft)
    before = {name: getattr(calendar, name) for name in values} | {"main": calendar.main}
    rows = Calendar.objects.select_for_update().filter(brand_id=actor.brand_id)
    main = calendar.main or draft.main
    try:
        with transaction.atomic():
            if main:
                rows.filter(main=True).exclude(pk=calendar.pk).update(main=False)
            change_row(
                Calendar.objects.filter(pk=calendar.pk), version=version, main=main, **values
            )
    except IntegrityError:
        raise BadInput(name="taken") from None
    _record(actor, calendar.pk, "calendar.changed", before, {**values, "main": main})


@transaction.atomic
def remove_calendar(*, actor: Membership, calendar: Calendar) -> None:
    """Remove a calendar. The main one cannot go while there are others. Raises BadInput: main."""
    _own(actor, calendar)
    rows = list(Calendar.objects.select_for_update().filter(brand_id=actor.brand_id))
    here = next((row for row in rows if row.pk == calendar.pk), None)
    if here is None:
        raise NotFound
    if here.main and len(rows) > 1:
        raise BadInput(main="main")
    here.delete()
    _record(actor, calendar.pk, "calendar.removed", {"name": here.name}, {})


@transaction.atomic
def set_inbox_hours(*, actor: Membership, inbox: Inbox, calendar: Calendar | None) -> None:
    """Give an inbox a calendar of its own, or the brand's main one again (None)."""
    require_right(actor.role, Permission.BRAND_EDIT)
    brands = {inbox.brand_id, calendar.brand_id if calendar else actor.brand_id}
    if brands != {actor.brand_id}:
        raise NotFound
    found = InboxHours.objects.filter(inbox=inbox).select_related("calendar").first()
    if calendar is None:
        InboxHours.objects.filter(inbox=inbox).delete()
    else:
        InboxHours.objects.update_or_create(inbox=inbox, defaults={"calendar": calendar})
    record_change(
        actor=actor,
        action="inbox.hours_changed",
        subject=f"inbox:{inbox.pk}",
        before={"calendar": found.calendar.name if found else None},
        after={"calendar": calendar.name if calendar else None},
    )


def read_draft(draft: CalendarDraft) -> dict[str, Any]:
    """Return a draft as the row's fields. Raises BadInput with all that is wrong."""
    wrong: dict[str, str] = {}
    name = " ".join(draft.name.split())
    if not name or len(name) > NAME_LENGTH:
        wrong["name"] = "too_long" if name else "required"
    elif guard.check(name).secret:
        wrong["name"] = "secret"
    try:
        check_zone(draft.time_zone)
    except ValueError:
        wrong["time_zone"] = "zone"
    weekly: list[list[list[int]]] = []
    for number, text in enumerate(draft.days):
        try:
            weekly.append([list(pair) for pair in read_intervals(text)])
        except ValueError as error:
            wrong[f"day_{number}"] = str(error)
    special = _special(draft.special, wrong)
    if wrong:
        raise BadInput(**wrong)
    return {
        "name": name,
        "time_zone": draft.time_zone,
        "always": draft.always,
        "weekly": weekly,
        "special": special,
    }


def _special(days: Sequence[SpecialDay], wrong: dict[str, str]) -> list[dict[str, Any]]:
    if len(days) > SPECIAL_DAYS:
        wrong["special"] = "too_many"
    if len({day.date for day in days}) != len(days):
        wrong["special"] = "twice"
    found = []
    for day in sorted(days, key=lambda day: day.date):
        name = " ".join(day.name.split())
        try:
            intervals = [list(pair) for pair in read_intervals(day.hours)]
        except ValueError as error:
            wrong["special"] = str(error)
            continue
        if len(name) > NAME_LENGTH or guard.check(name).secret:
            wrong["special"] = "too_long" if len(name) > NAME_LENGTH else "secret"
        found.append({"date": day.date.isoformat(), "name": name, "intervals": intervals})
    return found


def _record(
    actor: Membership, pk: int, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    subject = f"calendar:{pk}"
    record_change(actor=actor, action=action, subject=subject, before=before, after=after)


def _own(actor: Membership, calendar: Calendar) -> None:
    if calendar.brand_id != actor.brand_id:
        raise NotFound
    require_right(actor.role, Permission.BRAND_EDIT)
