"""Business hours: calendars with their week, their special days, and what customers are told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import list_teams
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.sla import actions
from walletdesk.sla.actions import CalendarDraft, SpecialDay, read_draft
from walletdesk.sla.actions.calendars import read_imported
from walletdesk.sla.closed_days import FILE_SIZE, ImportedDay, read_file, regions
from walletdesk.sla.matching import day_length, seconds_of
from walletdesk.sla.models import Calendar
from walletdesk.sla.queries import calendars_of, get_calendar_for, hours
from walletdesk.sla.rules import is_open, next_change, write_intervals
from walletdesk.sla.types import DAY, Hours, Interval, Week
from walletdesk.sla.working_time import SECOND, OpenHours
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
    tell,
)
from walletdesk.web.desk.settings.problems import problem
from walletdesk.web.desk.settings.promises import length

SPARE_ROWS = 3
NEAR_DAYS = 6


class CalendarForm(SettingsForm):
    """A calendar: `day_0` (Monday) to `day_6`, and rows `special_<n>_date`, `_name`, `_hours`."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=actions.NAME_LENGTH)
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "time-zones", "spellcheck": "false"}),
        help_text=gettext_lazy("As region and city, such as Asia/Shanghai. Type to search."),
    )
    always = forms.BooleanField(label=gettext_lazy("Day and night, every day"), required=False)
    holidays = forms.CharField(
        label=gettext_lazy("Public holidays"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"list": "regions", "spellcheck": "false"}),
        help_text=gettext_lazy("A country, or a country and its region, such as CN or DE-BY."),
    )
    file = forms.FileField(
        label=gettext_lazy("Closed days from a file"),
        required=False,
        help_text=gettext_lazy(
            "A calendar file (.ics): its all-day events, those of every year too. "
            "It takes the place of an earlier file."
        ),
    )
    forget = forms.BooleanField(
        label=gettext_lazy("Forget the days of the earlier file"), required=False
    )
    teams = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Teams that work by these hours"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    main = forms.BooleanField(
        label=gettext_lazy("The main calendar"),
        required=False,
        help_text=gettext_lazy("What customers of the chat are told."),
    )

    def __init__(
        self,
        membership: Membership,
        *args: Any,
        rows: int = SPARE_ROWS,
        calendar: Calendar | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept = read_imported(calendar.imported) if calendar else []
        choices = [(team.pk, team.name) for team in list_teams(membership)]
        self.fields["teams"].choices = choices  # type: ignore[attr-defined]
        self.rows = max(rows, _rows_in(self.data)) if self.is_bound else rows
        for number in range(actions.DAYS):
            self.fields[f"day_{number}"] = forms.CharField(
                label=str(WEEKDAYS[number]),
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"placeholder": _("Closed")}),
            )
        for row in range(self.rows):
            self.fields[f"special_{row}_date"] = forms.DateField(
                label=_("Date"),
                required=False,
                input_formats=["%Y-%m-%d"],
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
            self.fields[f"special_{row}_name"] = forms.CharField(
                label=_("What it is"), required=False, max_length=actions.NAME_LENGTH
            )
            self.fields[f"special_{row}_hours"] = forms.CharField(
                label=_("Hours"),
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={"placeholder": _("Closed")}),
            )
        self.dress()

    @property
    def days(self) -> list[Any]:
        """Return the bound fields of the week."""
        return [self[f"day_{number}"] for number in range(actions.DAYS)]

    @property
    def specials(self) -> list[list[Any]]:
        """Return the bound fields of each special day."""
        parts = ("date", "name", "hours")
        return [[self[f"special_{row}_{part}"] for part in parts] for row in range(self.rows)]

    def refuse(self, error: BadInput) -> None:
        """Show what is wrong with special days at the first of them."""
        if "special" in error.fields:
            error.fields["special_0_date"] = error.fields.pop("special")
        super().refuse(error)

    def draft(self) -> CalendarDraft:
        """Return what a form asks for, as far as its fields could be read."""
        data = self.cleaned_data
        return CalendarDraft(
            name=data.get("name", ""),
            time_zone=data.get("time_zone", ""),
            always=bool(data.get("always")),
            main=bool(data.get("main")),
            days=[data.get(f"day_{number}", "") for number in range(actions.DAYS)],
            special=list(self._special()),
            holidays=data.get("holidays", ""),
            imported=data.get("file") or ([] if data.get("forget") else self.kept),
            teams=data.get("teams", []),
        )

    def clean_file(self) -> list[ImportedDay]:
        """Return the closed days of the file, none without one."""
        sent = self.cleaned_data.get("file")
        if sent is None:
            return []
        try:
            days, _passed = read_file(sent.read(FILE_SIZE + 1))
        except ValueError as error:
            raise forms.ValidationError(problem(str(error))) from None
        return days

    def _special(self) -> Iterator[SpecialDay]:
        data = self.cleaned_data
        for row in range(self.rows):
            day = data.get(f"special_{row}_date")
            if isinstance(day, date):
                name, open_at = (
                    data.get(f"special_{row}_{part}", "") for part in ("name", "hours")
                )
                yield SpecialDay(day, name, open_at)


def _rows_in(data: Any) -> int:
    """Return how many rows of special days a form sent, within reason."""
    numbers = [
        int(parts[1])
        for parts in (str(name).split("_") for name in data)
        if len(parts) == 3 and parts[0] == "special" and parts[1].isdecimal() and len(parts[1]) < 4
    ]
    return min(max(numbers, default=-1) + 1, actions.SPECIAL_DAYS)


def _initial(calendar: Calendar) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: getattr(calendar, name)
        for name in ("name", "time_zone", "always", "main", "version", "holidays")
    }
    found["teams"] = list(calendar.teams.values_list("team_id", flat=True))
    found |= {f"day_{n}": write_intervals(pairs) for n, pairs in enumerate(calendar.weekly)}
    for row, day in enumerate(calendar.special):
        found |= {
            f"special_{row}_date": day["date"],
            f"special_{row}_name": day["name"],
            f"special_{row}_hours": write_intervals(day["intervals"]),
        }
    return found


@require_safe
@section_page("hours")
def listing(request: StaffRequest) -> HttpResponse:
    """List the calendars with what they say now."""
    rows = [
        {"calendar": calendar, "picture": picture(calendar.week()), "said": said(hours(calendar))}
        for calendar in calendars_of(request.membership)
    ]
    return show(request, "hours", "hours", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("hours")
def new(request: StaffRequest) -> HttpResponse:
    """Make a calendar."""
    office = {f"day_{number}": "09:00-18:00" for number in range(5)}
    initial = {"time_zone": "UTC", "main": not calendars_of(request.membership)} | office
    form = CalendarForm(
        request.membership, request.POST or None, request.FILES or None, initial=initial
    )

    def create() -> None:
        actions.create_calendar(actor=request.membership, draft=form.draft())

    if request.method == "POST" and save(request, form, create, said=_("Calendar added")):
        return done("hours")
    return _editor(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("hours")
def edit(request: StaffRequest, calendar_id: int) -> HttpResponse:
    """Change a calendar."""
    calendar = get_calendar_for(request.membership, calendar_id)
    rows = min(len(calendar.special) + SPARE_ROWS, actions.SPECIAL_DAYS)
    form = CalendarForm(
        request.membership,
        request.POST or None,
        request.FILES or None,
        rows=rows,
        calendar=calendar,
        initial=_initial(calendar),
    )

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        actions.change_calendar(
            actor=request.membership, calendar=calendar, version=version, draft=form.draft()
        )

    if request.method == "POST" and save(request, form, change):
        return done("hours")
    return _editor(request, form, calendar)


def _editor(request: StaffRequest, form: CalendarForm, calendar: Calendar | None) -> HttpResponse:
    shown = calendar
    if form.is_bound or shown is None:
        shown = _drafted(form) or shown
    context = {
        "form": form,
        "calendar": calendar,
        "regions": sorted(regions().items()),
        "zones": sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"),
    } | _look(shown)
    return show(request, "hours", "calendar", context, status=status_of(form))


@require_POST
@section_call("hours")
def preview(request: StaffRequest) -> HttpResponse:
    """Return the week's picture and what somebody who writes now would be told."""
    form = CalendarForm(request.membership, request.POST, request.FILES)
    return render(request, "desk/settings/_week.html", _look(_drafted(form)))


@require_POST
@section_page("hours")
def remove(request: StaffRequest, calendar_id: int) -> HttpResponse:
    """Remove a calendar."""
    calendar = get_calendar_for(request.membership, calendar_id)
    actions.remove_calendar(actor=request.membership, calendar=calendar)
    tell(request, _("Calendar removed"))
    return done("hours")


def _drafted(form: CalendarForm) -> Calendar | None:
    """Return the calendar that a form describes, None while it cannot be read."""
    if form.is_bound:
        form.is_valid()
    else:
        form.cleaned_data = dict(form.initial)
    try:
        return Calendar(**read_draft(replace(form.draft(), name="-"), get_language() or "en"))
    except BadInput:
        return None


def _look(calendar: Calendar | None) -> dict[str, Any]:
    if calendar is None:
        return {"picture": None, "said": ""}
    week, now = calendar.week(), clock.now()
    told = Hours("", week.zone, is_open(week, now), week.always, next_change(week, now))
    today = now.astimezone(ZoneInfo(week.zone)).date()
    closed = [(date.fromisoformat(day), name) for day, name in calendar.closed]
    return {
        "picture": picture(week),
        "said": said(told),
        "due": list(_due(calendar)),
        "closed": [(day, name) for day, name in closed if day >= today],
    }


def _due(calendar: Calendar) -> Iterator[tuple[str, str]]:
    """Yield what a user who writes now would be promised by this calendar: length, moment."""
    opening = OpenHours(calendar.week())
    zone, now, day = ZoneInfo(calendar.time_zone), clock.now(), day_length(opening.week)
    for count, unit in ((10, "m"), (1, "d"), (3, "d")):
        due = opening.reach(now, seconds_of(count, unit, day) * SECOND)
        if due is not None:
            yield length(count, unit), formats.date_format(due.astimezone(zone), "DATETIME_FORMAT")


def picture(week: Week) -> list[dict[str, Any]]:
    """Return the days of a week with their bars, in minutes of the day; nights are cut at 24:00."""
    bars: list[list[tuple[int, int]]] = [[] for _day in range(actions.DAYS)]
    for number, pairs in enumerate(week.days):
        for start, end in ((0, DAY),) if week.always else pairs:
            bars[number].append((start, min(end, DAY)))
            if end > DAY:
                bars[(number + 1) % actions.DAYS].append((0, end - DAY))
        if week.always and not pairs:
            bars[number] = [(0, DAY)]
    return [
        {
            "name": str(WEEKDAYS_ABBR[number]),
            "text": _spoken(week, number),
            "bars": [{"x": start, "width": end - start} for start, end in sorted(set(found))],
        }
        for number, found in enumerate(bars)
    ]


def _spoken(week: Week, number: int) -> str:
    if week.always:
        return _("Day and night")
    pairs: tuple[Interval, ...] = week.days[number]
    return write_intervals(pairs) or _("Closed")


def said(told: Hours) -> str:
    """Return what a customer who writes now is told, in the reader's language."""
    if told.always:
        return _("We answer day and night.")
    if told.changes_at is None:
        return _("We are here.") if told.open else _("We are away just now.")
    zone = ZoneInfo(told.zone)
    moment = told.changes_at.astimezone(zone)
    fields = {"moment": _moment(moment, clock.now().astimezone(zone)), "zone": told.zone}
    if told.open:
        return _("We are here until %(moment)s (%(zone)s).") % fields
    return _("We are away just now and back %(moment)s (%(zone)s).") % fields


def _moment(moment: datetime, now: datetime) -> str:
    time = f"{moment:%H:%M}"
    days = (moment.date() - now.date()).days
    if days == 0:
        return time
    if days <= NEAR_DAYS:
        return _("on %(day)s at %(time)s") % {"day": WEEKDAYS[moment.weekday()], "time": time}
    day = formats.date_format(moment, "DATE_FORMAT")
    return _("on %(day)s at %(time)s") % {"day": day, "time": time}
