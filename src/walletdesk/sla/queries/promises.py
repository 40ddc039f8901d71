"""Reads of policies and of the hours by which promises run."""

import hashlib
import json
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from walletdesk.accounts.models import Brand, Membership
from walletdesk.kit.errors import NotFound
from walletdesk.sla.clocks import Hours
from walletdesk.sla.matching import Book, Rule, day_length
from walletdesk.sla.models import Calendar, Policy, TeamHours, Timetable, as_week
from walletdesk.sla.types import DAY
from walletdesk.sla.working_time import OpenHours

ALWAYS: dict[str, Any] = {
    "zone": "UTC",
    "weekly": [[[0, DAY]]] * 7,
    "special": [],
    "always": True,
}


def digest_of(body: dict[str, Any]) -> bytes:
    """Return the digest under which hours are kept."""
    return hashlib.sha256(_text(body).encode()).digest()


def open_hours(timetables: Iterable[int]) -> Hours:
    """Return a reader of the hours of these timetables. One statement."""
    found = {
        row.pk: _opening(_text(row.body)) for row in Timetable.objects.filter(pk__in=[*timetables])
    }
    return found.__getitem__


def opening(body: dict[str, Any]) -> OpenHours:
    """Return hours in which one can count."""
    return _opening(_text(body))


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


@lru_cache(maxsize=512)
def _opening(body: str) -> OpenHours:
    return OpenHours(as_week(**json.loads(body)))


def books_of(brands: Collection[int], always: int) -> dict[int, Book]:
    """Return what each brand promises; `always` is the timetable of day and night. 3 statements."""
    rules: dict[int, list[Rule]] = {brand: [] for brand in brands}
    for policy in Policy.objects.filter(brand__in=brands).order_by("position", "id"):
        rules[policy.brand_id].append(rule_of(policy))
    rows = Calendar.objects.filter(brand__in=brands, timetable__isnull=False)
    calendars = list(rows.select_related("timetable"))
    teams = list(TeamHours.objects.filter(calendar__in=[c.pk for c in calendars]))
    return {
        brand: _book(rules[brand], [c for c in calendars if c.brand_id == brand], teams, always)
        for brand in brands
    }


def _book(
    rules: list[Rule], calendars: list[Calendar], teams: list[TeamHours], always: int
) -> Book:
    timetables = {row.pk: row.timetable_id or always for row in calendars}
    return Book(
        rules=rules,
        calendars=timetables,
        teams={r.team_id: timetables[r.calendar_id] for r in teams if r.calendar_id in timetables},
        main=next((timetables[row.pk] for row in calendars if row.main), always),
        always=always,
        days={
            row.timetable.pk: day_length(row.timetable.week()) for row in calendars if row.timetable
        }
        | {always: DAY * 60},
    )


def rule_of(policy: Policy) -> Rule:
    """Return a policy as the matching reads it."""
    return Rule(
        id=policy.pk,
        name=policy.name,
        channels=policy.channels,
        topics=policy.topics,
        urgencies=policy.urgencies,
        languages=policy.languages,
        tiers=policy.tiers,
        calendar=policy.calendar_id,
        always=policy.always,
        targets=policy.targets,
        warn=policy.warn,
        pauses=policy.pauses,
    )


def policies_of(brand: Brand) -> list[Policy]:
    """Return a brand's policies in the order in which they are asked."""
    rows = Policy.objects.filter(brand=brand).select_related("calendar")
    return list(rows.order_by("position", "id"))


def get_policy_for(membership: Membership, policy_id: int) -> Policy:
    """Return a policy of the person's brand, else raise NotFound."""
    found = Policy.objects.filter(brand_id=membership.brand_id, pk=policy_id).first()
    if found is None:
        raise NotFound
    return found


def hours_for(brand: Brand, policy: Policy, team_id: int | None = None) -> tuple[str, OpenHours]:
    """Return the name and the hours of the calendar by which a policy runs; "" is day and night."""
    if policy.always:
        return "", opening(ALWAYS)
    calendar = policy.calendar
    if calendar is None and team_id:
        row = TeamHours.objects.filter(team_id=team_id).select_related("calendar").first()
        calendar = row.calendar if row else None
    calendar = calendar or Calendar.objects.filter(brand=brand, main=True).first()
    return (calendar.name, opening(calendar.body())) if calendar else ("", opening(ALWAYS))
