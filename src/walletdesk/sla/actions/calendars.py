"""All writes to calendars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership, Team
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.models import Inbox
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard
from walletdesk.sla.actions.timetables import keep_timetable, review_promises
from walletdesk.sla.closed_days import ImportedDay, check_region, closed_days
from walletdesk.sla.models import NAME_LENGTH, Calendar, InboxHours, TeamHours
from walletdesk.sla.rules import check_zone, read_intervals

CALENDARS = 30
SPECIAL_DAYS = 120
DAYS = 7
YEARS_AHEAD = 2  # for which holidays are worked out; the package knows no decree of later ones


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
    holidays: str = ""
    imported: Sequence[ImportedDay] = ()
    teams: Sequence[int] | None = None  # those that work by it; None leaves them as they are


@transaction.atomic
def create_calendar(*, actor: Membership, draft: CalendarDraft) -> Calendar:
    """Make a calendar; a brand's first one is its main one. Raises BadInput that names fields.

    Codes: required, too_long, taken, zone, region; `day_<0-6>` and `special`: form, overlap, twice.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    values = _timed(read_draft(draft, actor.brand.default_language))
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
    _set_teams(actor, calendar, draft.teams)
    review_promises(brand_id=actor.brand_id)
    _record(actor, calendar.pk, "calendar.created", {}, {**values, "main": main})
    return calendar


@transaction.atomic
def change_calendar(
    *, actor: Membership, calendar: Calendar, version: int, draft: CalendarDraft
) -> None:
    """Change a calendar. The main one stays it until another is made so."""
    _own(actor, calendar)
    values = _timed(read_draft(draft, actor.brand.default_language))
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
    _set_teams(actor, calendar, draft.teams)
    review_promises(brand_id=actor.brand_id)
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
    review_promises(brand_id=actor.brand_id)
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


@transaction.atomic
def extend_calendars() -> int:
    """Work out the closed days of the years to come; return how many calendars gained some."""
    wanted = clock.now().year + YEARS_AHEAD
    rows = Calendar.objects.select_for_update().filter(closed_to__lt=wanted)
    found = list(rows.exclude(holidays="", imported=[]).select_related("brand"))
    for row in found:
        imported = read_imported(row.imported)
        row.closed = _closed(row.holidays, imported, row.brand.default_language)
        row.closed_to, row.timetable_id = wanted, keep_timetable(body=row.body())
        row.save(update_fields=["closed", "closed_to", "timetable"])
        review_promises(brand_id=row.brand_id)
    return len(found)


def _timed(values: dict[str, Any]) -> dict[str, Any]:
    """Return a row's fields with the timetable that they mean."""
    return values | {"timetable_id": keep_timetable(body=Calendar(**values).body())}


def _set_teams(actor: Membership, calendar: Calendar, teams: Sequence[int] | None) -> None:
    """Have exactly these teams work by a calendar. A team has one."""
    if teams is None:
        return
    mine = list(Team.objects.filter(brand_id=actor.brand_id, pk__in=teams))
    TeamHours.objects.filter(calendar=calendar).exclude(team__in=mine).delete()
    for team in mine:
        TeamHours.objects.update_or_create(team=team, defaults={"calendar": calendar})


def read_imported(stored: Sequence[Sequence[Any]]) -> list[ImportedDay]:
    """Return imported days from JSON."""
    return [ImportedDay(date.fromisoformat(day), name, yearly) for day, name, yearly in stored]


def _closed(region: str, imported: Sequence[ImportedDay], language: str) -> list[list[str]]:
    year = clock.now().year
    found = closed_days(
        region=region,
        imported=imported,
        years=range(year, year + YEARS_AHEAD + 1),
        language=language,
    )
    return [[day.isoformat(), name] for day, name in found]


def read_draft(draft: CalendarDraft, language: str) -> dict[str, Any]:
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
    region = ""
    try:
        region = check_region(draft.holidays) if draft.holidays.strip() else ""
    except ValueError as error:
        wrong["holidays"] = str(error)
    if wrong:
        raise BadInput(**wrong)
    imported = [replace(day, name=_unsecret(day.name)) for day in draft.imported]
    return {
        "holidays": region,
        "imported": [[day.date.isoformat(), day.name, day.yearly] for day in imported],
        "closed": _closed(region, imported, language),
        "closed_to": clock.now().year + YEARS_AHEAD,
        "name": name,
        "time_zone": draft.time_zone,
        "always": draft.always,
        "weekly": weekly,
        "special": special,
    }


def _unsecret(name: str) -> str:
    return "" if guard.check(name).secret else name


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
