"""A round: end what is over, note who came and went, and give or offer what waits.

A worker holds one a few times a second. An advisory lock lets one round at a time run for a brand;
PostgreSQL drops it when its process dies, and the next one does what is left. Ownership does not
hang on that lock: it is decided by the conversation's own (conversations/actions/giving.py).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand_by_id, screens_of
from walletdesk.conversations.actions.giving import give_waiting
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock
from walletdesk.kit.wake import signal_each
from walletdesk.routing import sql
from walletdesk.routing.actions.presence import note_missed
from walletdesk.routing.models import Attendance, RoutingRules
from walletdesk.routing.queries import ahead_of, outlook_of
from walletdesk.routing.rules import GONE_AFTER, match
from walletdesk.routing.staffing import (
    agents_for,
    agents_on_duty,
    channel_kind,
    group_of,
    queue_of,
    rules_of,
)
from walletdesk.routing.types import CALL, Agent, Given, Mode, OfferState, Wait, Waiting

LOCK = 0x726F7574  # "rout"
BATCH = 500
TOLD_AT_ONCE = 50  # forecasts in a round; who comes in a larger rush is not part of the check

Pairs = list[tuple[Waiting, Agent]]


def hold_rounds() -> bool:
    """Hold a round for each brand in which somebody waits; tell whether anything was given."""
    with connection.cursor() as cursor:
        cursor.execute(sql.BUSY_BRANDS)
        brands = [row[0] for row in cursor.fetchall()]
    given = False
    for brand_id in brands:
        brand = get_brand_by_id(brand_id)
        if brand is not None:
            done = hold_round(brand=brand)
            given = given or bool(done.assigned or done.offered)
    return given


@transaction.atomic
def hold_round(*, brand: Brand) -> Given:
    """Hold one round for a brand. Does nothing while another one runs."""
    with connection.cursor() as cursor:
        cursor.execute(sql.ALONE, [LOCK, brand.pk])
        if not cursor.fetchone()[0]:
            return Given()
    rules = rules_of(brand)
    _note_stays(brand, rules)
    _end_offers(brand)
    calls = _offer(brand, rules, _calls(brand, rules))
    if rules.mode == Mode.PICK:
        return Given(offered=calls)
    pairs = _others(brand, rules)
    if rules.mode == Mode.ASSIGN:
        return Given(assigned=_give(brand, pairs), offered=calls)
    return Given(offered=calls + _offer(brand, rules, pairs))


def _calls(brand: Brand, rules: RoutingRules) -> Pairs:
    """Return who is offered a caller on hold: first of all, in every mode.

    Nobody looks at a list while a caller waits, and nobody's microphone opens unasked.
    """
    waiting = list(queue_of(brand, rules, calls=True))
    return _pairs(rules, waiting, agents_for(brand, rules, CALL)) if waiting else []


def _others(brand: Brand, rules: RoutingRules) -> Pairs:
    agents = agents_on_duty(brand, rules)
    # Without anybody there the whole queue would be read for nothing.
    return _pairs(rules, queue_of(brand, rules, calls=False), agents) if agents else []


def _pairs(rules: RoutingRules, waiting: Iterable[Waiting], agents: Sequence[Agent]) -> Pairs:
    return match(
        waiting,
        agents,
        now=clock.now().timestamp(),
        overflow=rules.overflow_seconds,
        group_of=group_of,
        most=BATCH,
    )


def _give(brand: Brand, pairs: Pairs) -> int:
    if not pairs:
        return 0
    given = give_waiting([(waiting.id, agent.id) for waiting, agent in pairs])
    _tell(brand, {member: {"what": "given", "ref": ref} for _, member, ref in given})
    return len(given)


def _offer(brand: Brand, rules: RoutingRules, pairs: Pairs) -> int:
    """Reserve each conversation for its agent: one offer a person at a time."""
    if not pairs:
        return 0
    now = clock.now()
    first = {agent.id: waiting.id for waiting, agent in reversed(pairs)}
    with connection.cursor() as cursor:
        cursor.execute(
            sql.OFFER,
            {
                "ids": list(first.values()),
                "members": list(first),
                "now": now,
                "until": now + timedelta(seconds=rules.offer_seconds),
            },
        )
        asked = [row[0] for row in cursor.fetchall()]
    _tell(brand, {member: {"what": "offer"} for member in asked})
    return len(asked)


def _tell(brand: Brand, news: dict[int, dict[str, str]]) -> None:
    """Tell each person once; of several that they were given the last one is named."""
    Attendance.objects.filter(membership_id__in=news).update(given_at=clock.now())
    _signal(brand, news)


def _signal(brand: Brand, news: dict[int, dict[str, str]]) -> None:
    if news:
        screens = screens_of(news)
        told = {screens[member]: fields for member, fields in news.items() if member in screens}
        signal_each(f"desk:{brand.pk}", told)


def _end_offers(brand: Brand) -> None:
    now = clock.now()
    heard = now - timedelta(seconds=GONE_AFTER)
    with connection.cursor() as cursor:
        cursor.execute(sql.END_OFFERS, {"brand": brand.pk, "now": now, "heard": heard})
        ended = cursor.fetchall()
    note_missed(members=[member for member, state in ended if state == OfferState.EXPIRED])
    _signal(brand, {member: {"what": "offer"} for member, _ in ended})


# --- stays in the queue -------------------------------------------------------------------------


def _note_stays(brand: Brand, rules: RoutingRules) -> None:
    """Note who has left the queue and who has come, with what these are told."""
    with connection.cursor() as cursor:
        cursor.execute(sql.END_STAYS, {"brand": brand.pk, "now": clock.now(), "limit": BATCH})
        cursor.execute(sql.BEGIN_STAYS, [brand.pk, BATCH])
        fresh = dict(cursor.fetchall()[:TOLD_AT_ONCE])
    if fresh:
        _foretell(brand, rules, fresh)


def _foretell(brand: Brand, rules: RoutingRules, stays: dict[int, int]) -> None:
    """Note what those who have just come (stay → conversation) are told."""
    known = outlook_of(brand, rules)
    come = {c.pk: c for c in Conversation.objects.filter(pk__in=stays.values())}
    ahead = ahead_of(brand, rules, come.values())
    waits: dict[int, Wait] = {}
    for stay, pk in stays.items():
        wait = known.wait(
            ahead=ahead.get(pk, {}),
            urgency=come[pk].urgency,
            language=come[pk].language,
            channel=channel_kind(come[pk].channel),
        )
        if wait is not None:
            waits[stay] = wait
    columns: list[list[Any]] = [list(waits)]
    names = ("place", "reckoned", "low", "middle", "high")
    columns += [[getattr(wait, name) for wait in waits.values()] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(sql.TELL_STAYS, columns)
