"""Reads of the audit trail, alarms and locks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate

from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission, Role
from walletdesk.accounts.watch import rules
from walletdesk.accounts.watch.models import Alarm, Lock
from walletdesk.accounts.watch.types import Activity
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound

PAGE = 50
ALARMS = 50
REVEALED = "contact.revealed"
OPENED = "conversation.opened"
SEARCHED = "contact.searched"
ASKED = "secret.asked"
ASKED_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What an audit page is narrowed to; None and "" mean everything."""

    actor: int | None = None
    action: str = ""
    subject: str = ""
    day: date | None = None


def _require(membership: Membership) -> None:
    if not may(membership.role, Permission.AUDIT_READ):
        raise NotFound


def list_audit(
    membership: Membership, wanted: AuditFilter, *, before: int | None = None
) -> tuple[list[AuditEntry], int | None]:
    """Return one page of the trail, newest first, and where the next starts, None at the end."""
    _require(membership)
    rows = AuditEntry.objects.filter(brand_id=membership.brand_id)
    if wanted.actor is not None:
        rows = rows.filter(actor=wanted.actor)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if wanted.day is not None:
        zone = rules.zone_of(membership.brand.default_language)
        start = datetime.combine(wanted.day, datetime.min.time(), zone)
        rows = rows.filter(created_at__gte=start, created_at__lt=start + timedelta(days=1))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows.order_by("-pk")[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


def people_of(membership: Membership) -> list[Membership]:
    """Return everybody of the brand, also who is shut out: their traces stay."""
    _require(membership)
    return list(
        Membership.objects.filter(brand_id=membership.brand_id)
        .select_related("user")
        .order_by("user__name")
    )


def list_alarms(membership: Membership) -> list[Alarm]:
    """Return the brand's alarms: those that wait first, then the newest, at most ALARMS."""
    _require(membership)
    return list(
        Alarm.objects.filter(brand_id=membership.brand_id)
        .select_related("member__user", "settled_by__user")
        .order_by(F("settled_at").desc(nulls_first=True), "-pk")[:ALARMS]
    )


def waiting_alarms(membership: Membership) -> int:
    """Return how many alarms nobody has looked at."""
    _require(membership)
    return Alarm.objects.filter(brand_id=membership.brand_id, settled_at=None).count()


def open_locks(membership: Membership) -> list[Lock]:
    """Return who of the brand is locked out at present."""
    _require(membership)
    return list(
        Lock.objects.filter(brand_id=membership.brand_id, opened_at=None)
        .select_related("member__user")
        .order_by("-pk")
    )


def get_alarm_for(membership: Membership, alarm_id: int) -> Alarm:
    """Return an alarm of one's brand, else raise NotFound."""
    _require(membership)
    found = Alarm.objects.filter(pk=alarm_id, brand_id=membership.brand_id).first()
    if found is None:
        raise NotFound
    return found


def get_lock_for(membership: Membership, lock_id: int) -> Lock:
    """Return a lock of one's brand, else raise NotFound."""
    _require(membership)
    found = Lock.objects.filter(pk=lock_id, brand_id=membership.brand_id).first()
    if found is None:
        raise NotFound
    return found


def overseers_of(brand_id: int) -> list[int]:
    """Return the users who may read the trail of a brand and are not shut out."""
    roles = [role for role in Role if may(role, Permission.AUDIT_READ)]
    rows = Membership.objects.filter(brand=brand_id, role__in=roles, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))


# --- activity -----------------------------------------------------------------------------


def reveals_since(membership_id: int, since: datetime) -> int:
    """Return how many values a person was shown since a moment."""
    return AuditEntry.objects.filter(
        actor=membership_id, action=REVEALED, created_at__gte=since
    ).count()


def askings_lately(membership: Membership) -> int:
    """Return how often a person asked customers for a secret within ASKED_LATELY."""
    return AuditEntry.objects.filter(
        actor=membership, action=ASKED, created_at__gte=clock.now() - ASKED_LATELY
    ).count()


def activity_of(membership: Membership) -> Activity:
    """Count what a person did: three queries."""
    now = clock.now()
    zone = rules.zone_of(membership.brand.default_language)
    day, _end = rules.shift_day(now, zone)
    usual_hours = _usual_hours(membership, now, zone)
    lately = now - rules.WINDOW
    counted = _entries(membership, min(day, now - timedelta(hours=1)), (REVEALED, OPENED, SEARCHED))
    hours = counted.aggregate(
        reveals_hour=_count(REVEALED, now - timedelta(hours=1)),
        reveals_today=_count(REVEALED, day),
        openings=_count(OPENED, lately, Q(detail__mine=False)),
        searches=_count(SEARCHED, lately),
    )
    off = [
        at
        for at in counted.filter(action=REVEALED, created_at__gte=day).values_list(
            "created_at", flat=True
        )
        if not rules.on_shift(at.astimezone(zone).hour, usual_hours)
    ]
    return Activity(
        hour=now.astimezone(zone).hour,
        oversees=may(membership.role, Permission.AUDIT_READ),
        reveals_off_shift=len(off),
        usual_per_day=_usual_per_day(membership, day),
        usual_hours=usual_hours,
        **hours,
    )


def _entries(
    membership: Membership, since: datetime, actions: Iterable[str]
) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        actor=membership, action__in=list(actions), created_at__gte=since
    )


def _count(action: str, since: datetime, more: Q | None = None) -> Count:
    return Count("id", filter=Q(action=action, created_at__gte=since) & (more or Q()))


def _usual_per_day(membership: Membership, day: datetime) -> float | None:
    """Return the mean of the days before this one on which the person worked here at all."""
    before = _entries(
        membership, day - timedelta(days=rules.HABIT_DAYS), (REVEALED, OPENED)
    ).filter(created_at__lt=day)
    counted: Any = (
        before.annotate(on=TruncDate("created_at"))
        .values("on")
        .annotate(reveals=Count("id", filter=Q(action=REVEALED)))
        .values_list("reveals", flat=True)
    )
    days = list(counted)
    return sum(days) / len(days) if len(days) >= rules.HABIT_DAYS_LEAST else None


def _usual_hours(membership: Membership, now: datetime, zone: Any) -> frozenset[int]:
    rows: Any = (
        _entries(membership, now - timedelta(days=rules.HOURS_DAYS), (REVEALED, OPENED))
        .filter(created_at__lt=now - timedelta(hours=12))  # tonight is no habit yet
        .annotate(hour=ExtractHour("created_at", tzinfo=zone), on=TruncDate("created_at"))
        .values("hour")
        .annotate(days=Count("on", distinct=True))
        .filter(days__gte=rules.HOURS_DAYS_LEAST)
        .values_list("hour", flat=True)
    )
    return frozenset(rows)
