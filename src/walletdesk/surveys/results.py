"""What the answers say: shares and means with intervals, by agent, team, topic and channel.

Agents see what was said of them, whoever leads sees all. Below `stats.ENOUGH` answers a group has
no figures, and so no rank.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek

from walletdesk.accounts.models import Membership, Team
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.surveys.models import Invitation, Response, Theme
from walletdesk.surveys.queries import leads
from walletdesk.surveys.stats import ENOUGH, Interval, mean_of, wilson
from walletdesk.surveys.types import QUESTIONS, SATISFIED, AskState

PERIODS = (30, 90, 365)  # days
COMMENTS = 50
GROUPS = 100  # rows of one table
DIMENSIONS = {"agent": "agent_id", "team": "team_id", "topic": "topic", "channel": "channel"}
_GOOD = Count("pk", filter=Q(score__gte=SATISFIED))


@dataclass(frozen=True, slots=True)
class Row:
    """One group: how many answered, how many were satisfied; `share` is None for too few."""

    key: Any
    name: str
    answers: int
    satisfied: int
    share: Interval | None


@dataclass(frozen=True, slots=True)
class Week:
    """The answers of one week, which begins on `day`."""

    day: date
    answers: int
    share: Interval | None


@dataclass(frozen=True, slots=True)
class Summary:
    """All answers of a period together."""

    answers: int
    share: Interval | None
    means: dict[str, Interval | None]
    asked: int
    answered: Interval | None  # the share of those asked who answered; None for too few


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme with the answers of the period that belong to it."""

    theme: Theme
    answers: int
    share: Interval | None


def responses_for(membership: Membership) -> "QuerySet[Response]":
    """Return the answers that somebody may see. Raises NotFound for who answers nobody."""
    if not may(membership.role, Permission.CONVERSATION_ANSWER):
        raise NotFound
    rows = Response.objects.filter(brand_id=membership.brand_id)
    return rows if leads(membership) else rows.filter(agent=membership)


def period(days: int) -> datetime:
    """Return when a period of PERIODS began."""
    return clock.now() - timedelta(days=days)


def summary(membership: Membership, since: datetime) -> Summary:
    """Return all answers together. The response rate is the brand's: only for who leads."""
    sums = {f"{q}_{n}": Sum(F(q) ** power) for q in QUESTIONS for n, power in (("x", 1), ("xx", 2))}
    counts = {f"{q}_n": Count(q) for q in QUESTIONS}
    rows = responses_for(membership).filter(created_at__gte=since)
    found = rows.aggregate(n=Count("pk"), good=_GOOD, **sums, **counts)
    asked = answered = 0
    if leads(membership):
        sent = Invitation.objects.filter(brand_id=membership.brand_id, asked_at__gte=since)
        told = sent.aggregate(n=Count("pk"), good=Count("pk", filter=Q(state=AskState.ANSWERED)))
        asked, answered = told["n"], told["good"]
    return Summary(
        answers=found["n"],
        share=_enough(found["good"], found["n"]),
        means={q: _mean(found, q) for q in QUESTIONS},
        asked=asked,
        answered=_enough(answered, asked),
    )


def _mean(found: Mapping[str, Any], question: str) -> Interval | None:
    n = found[f"{question}_n"]
    if n < ENOUGH:
        return None
    return mean_of(float(found[f"{question}_x"]), float(found[f"{question}_xx"]), n)


def _enough(good: int, total: int) -> Interval | None:
    return wilson(good, total) if total >= ENOUGH else None


def by(membership: Membership, dimension: str, since: datetime) -> list[Row]:
    """Return the groups of a dimension, ranked where there is enough: by the interval's lower end.

    The others stand behind, by name. Agents get no table that names colleagues.
    """
    field = DIMENSIONS[dimension]
    rows = responses_for(membership).filter(created_at__gte=since)
    found = rows.values(field).annotate(n=Count("pk"), good=_GOOD).order_by("-n", field)[:GROUPS]
    counted = [(each[field], each["n"], each["good"]) for each in found]
    names = _names(dimension, [key for key, _n, _good in counted])
    groups = [
        Row(key, names.get(key, str(key or "")), n, good, _enough(good, n))
        for key, n, good in counted
    ]
    return sorted(
        groups, key=lambda row: (row.share is None, -(row.share.low if row.share else 0), row.name)
    )


def _names(dimension: str, keys: list[Any]) -> dict[Any, str]:
    if dimension == "agent":
        rows = Membership.objects.filter(pk__in=[key for key in keys if key])
        return dict(rows.values_list("pk", "user__name"))
    if dimension == "team":
        return dict(Team.objects.filter(pk__in=[k for k in keys if k]).values_list("pk", "name"))
    return {}


def weeks(membership: Membership, since: datetime) -> list[Week]:
    """Return the weeks of a period, oldest first; those without answers are among them."""
    rows = responses_for(membership).filter(created_at__gte=since)
    found = rows.annotate(week=TruncWeek("created_at")).values("week")
    counted = {
        each["week"].date(): (each["n"], each["good"])
        for each in found.annotate(n=Count("pk"), good=_GOOD)
    }
    day = since.date() - timedelta(days=since.weekday())
    told = []
    while day <= clock.now().date():
        n, good = counted.get(day, (0, 0))
        told.append(Week(day, n, _enough(good, n)))
        day += timedelta(weeks=1)
    return told


def themes(membership: Membership, since: datetime) -> list[ThemeRow]:
    """Return what the comments of a period are about, the most frequent first."""
    rows = responses_for(membership).filter(created_at__gte=since, theme__isnull=False)
    counted = rows.values("theme").annotate(n=Count("pk"), good=_GOOD).order_by("-n", "theme")
    found = list(counted[:GROUPS])
    known = Theme.objects.in_bulk([each["theme"] for each in found])
    return [
        ThemeRow(known[each["theme"]], each["n"], _enough(each["good"], each["n"]))
        for each in found
        if each["theme"] in known
    ]


def comments(
    membership: Membership, since: datetime, *, theme: int | None = None
) -> list[Response]:
    """Return the newest comments, at most COMMENTS; of one theme if it is named."""
    rows = responses_for(membership).filter(created_at__gte=since).exclude(comment="")
    if theme is not None:
        rows = rows.filter(theme=theme)
    return list(rows.select_related("conversation", "agent__user").order_by("-pk")[:COMMENTS])


def survey_records(rows: Sequence[Conversation], limit: int) -> Iterator[dict[str, str]]:
    """Yield a record for each answer about these conversations, for an export of two people."""
    found = Response.objects.filter(conversation__in=[row.pk for row in rows])
    for row in found.select_related("conversation", "agent__user", "team").order_by("pk")[:limit]:
        scores = {q: str(getattr(row, q) or "") for q in ("score", *QUESTIONS)}
        yield scores | {
            "conversation": row.conversation.ref,
            "at": row.created_at.isoformat(timespec="seconds"),
            "way": row.way,
            "agent": row.agent.user.name if row.agent else "",
            "team": row.team.name if row.team else "",
            "topic": row.topic,
            "channel": row.channel,
            "language": row.language,
            "comment": row.comment,
        }
