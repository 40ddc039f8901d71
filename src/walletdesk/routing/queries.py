"""How long those who wait will wait: what the desk knows, handed to the model (forecast.py)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.routing import sql
from walletdesk.routing.forecast import Asked, mean_stay, reckon, told
from walletdesk.routing.models import RoutingRules
from walletdesk.routing.rules import FULL, ORDERED_STRICTLY
from walletdesk.routing.staffing import (
    agents_now,
    agents_on_duty,
    channel_kind,
    rules_of,
)
from walletdesk.routing.types import CALL, CHANNELS, Agent, Mode, Past, Wait

__all__ = ["agents_now", "expected_wait"]  # what the wall asks for

PAST_SHOWN = 600
STAYS_SHOWN = 200
RECENT = timedelta(days=7)
LATELY = timedelta(minutes=30)  # in which arrivals are counted
SNAPSHOT_SECONDS = 5
USUAL_URGENCY = 1  # of somebody who has not said anything yet


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of a desk at a moment."""

    agents: Sequence[Agent]
    picks: bool  # agents take what is not a call by themselves: a free place takes nobody
    stays: dict[str, float]  # channel → mean seconds
    lately: Sequence[tuple[int, str, int]]  # urgency, language, arrivals within LATELY
    past: Sequence[Past]

    def wait(
        self, *, ahead: dict[str, int], urgency: int, language: str, channel: str
    ) -> Wait | None:
        """Return the range for somebody; `ahead` counts those before them by language."""
        later: dict[str, float] = defaultdict(float)
        for theirs, spoken, count in self.lately:
            if theirs > urgency:
                later[spoken] += count / LATELY.total_seconds()
        asked = Asked(language, ahead, later)
        stay = self.stays[channel]
        picked = self.picks and channel != CALL
        agents = [replace(one, load=FULL) for one in self.agents] if picked else self.agents
        reckoned = reckon(asked=asked, agents=agents, channel=channel, stay=stay)
        if reckoned is None:
            return None
        return told(
            place=sum(ahead.values()) + 1,
            reckoned=reckoned,
            urgency=urgency,
            language=language,
            past=self.past,
        )


def outlook_of(brand: Brand, rules: RoutingRules) -> Outlook:
    """Return what is known of a brand's desk now."""
    now = clock.now()
    agents = agents_on_duty(brand, rules)
    values: dict[str, Any] = {
        "brand": brand.pk,
        "now": now,
        "since": now - RECENT,
        "lately": now - LATELY,
        "limit": PAST_SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.PAST, values)
        past = [Past(*row) for row in cursor.fetchall()]
        cursor.execute(sql.LATELY, values)
        lately = cursor.fetchall()
    stays = {channel: _mean_stay(brand, channel, now) for channel in CHANNELS}
    return Outlook(agents, rules.mode == Mode.PICK, stays, lately, past)


def _mean_stay(brand: Brand, channel: str, now: datetime) -> float:
    since = now - timedelta(days=1)
    values: dict[str, Any] = {"brand": brand.pk, "channel": channel, "now": now, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(sql.TAKEN, values | {"limit": STAYS_SHOWN})
        return mean_stay(cursor.fetchall())


def expected_wait(
    brand: Brand,
    *,
    conversation: Conversation | None = None,
    channel: str = "chat",
    language: str = "",
) -> Wait | None:
    """Return place and range for a conversation that waits, or for who would come now.

    None when nobody is there, or it waits no longer. What is known of desk and past is
    SNAPSHOT_SECONDS old at most; the place is counted now.
    """
    if conversation is not None and conversation.status != Status.QUEUED:
        return None
    rules = rules_of(brand)
    known: Outlook | None = cache.get(key := f"outlook:{brand.pk}")
    if known is None:
        known = outlook_of(brand, rules)
        cache.set(key, known, SNAPSHOT_SECONDS)
    asked = channel_kind(conversation.channel if conversation else channel)
    if not known.agents:
        return None
    if conversation is None:
        return known.wait(
            ahead=_all_waiting(brand),
            urgency=USUAL_URGENCY,
            language=language,
            channel=asked,
        )
    return known.wait(
        ahead=ahead_of(brand, rules, [conversation]).get(conversation.pk, {}),
        urgency=conversation.urgency,
        language=conversation.language,
        channel=asked,
    )


def _all_waiting(brand: Brand) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql.WAITING, [brand.pk])
        return dict(cursor.fetchall())


def ahead_of(
    brand: Brand, rules: RoutingRules, conversations: Iterable[Conversation]
) -> dict[int, dict[str, int]]:
    """Return conversation → language → how many stand before it, as this brand orders its queue.

    One statement. Those that do not wait, and the first one, are left out.
    """
    ageing = ordered_by(rules)
    waiting = [c for c in conversations if c.queued_at]
    keys = {c.pk: c.queued_at - c.urgency * ageing for c in waiting if c.queued_at}
    values: dict[str, Any] = {
        "brand": brand.pk,
        "ageing": ageing,
        "ids": list(keys),
        "ats": list(keys.values()),
        "calls": [channel_kind(c.channel) == CALL for c in waiting],
    }
    found: dict[int, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql.AHEAD, values)
        for pk, language, count in cursor.fetchall():
            found[pk][language] = count
    return found


def ordered_by(rules: RoutingRules) -> timedelta:
    """Return what a step of urgency is worth: where agents pick, more than any wait."""
    if rules.mode == Mode.PICK:
        return ORDERED_STRICTLY
    return timedelta(minutes=rules.ageing_minutes)
