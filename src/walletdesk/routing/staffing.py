"""Who is there with how much to do, who waits for what, and what is offered to whom."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission, Role
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.language.topics import TOPICS
from walletdesk.routing import sql
from walletdesk.routing.models import Ability, Attendance, Offer, RoutingRules, merged_capacity
from walletdesk.routing.rules import (
    GONE_AFTER,
    has_room,
    match,
    presence_now,
    room_for,
    share,
)
from walletdesk.routing.types import (
    CALL,
    CHANNELS,
    Agent,
    AgentNow,
    OfferState,
    Presence,
    Skill,
    Waiting,
)
from walletdesk.sla.queries import hours_of, hours_of_teams

ANSWERING = [role for role in Role if may(role, Permission.CONVERSATION_ANSWER)]
PAGE = 500  # conversations looked at together
ACTIVE = timedelta(minutes=10)  # an answered chat keeps its place for so long
ASK_AGAIN = timedelta(minutes=2)  # who declined is asked again after that


def rules_of(brand: Brand) -> RoutingRules:
    """Return how a brand shares its work; the defaults, unsaved, when nobody has chosen."""
    return RoutingRules.objects.filter(brand=brand).first() or RoutingRules(brand=brand)


def ability_of(membership: Membership) -> Ability:
    """Return what a person can do; nothing noted, unsaved, when nobody has said."""
    found = Ability.objects.filter(membership=membership).first()
    return found or Ability(membership=membership)


def group_of(topic: str) -> str:
    """Return the group of a topic, "" for a brand's own and for none."""
    known = TOPICS.get(topic)
    return known.group if known else ""


def channel_kind(channel: str) -> str:
    """Return whose capacity a channel takes: what we do not know is written back and forth."""
    return channel if channel in CHANNELS else "chat"


# --- who is there -------------------------------------------------------------------------


def _people(brand: Brand) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(brand=brand, role__in=ANSWERING, user__is_active=True)
        .select_related("user", "ability", "attendance")
        .order_by("user__name", "pk")
    )


def presence_of(attendance: Attendance | None, now: datetime) -> Presence:
    """Return what somebody is at a moment."""
    if attendance is None:
        return Presence.OFF
    until = attendance.wrap_up_until
    return presence_now(
        attendance.chosen,
        (now - attendance.heard_at).total_seconds(),
        (until - now).total_seconds() if until else 0.0,
    )


def _loads(members: Collection[int]) -> dict[int, dict[str, int]]:
    """Return membership → channel → conversations that keep a place, offers included."""
    counts: dict[int, dict[str, int]] = {member: {} for member in members}
    with connection.cursor() as cursor:
        cursor.execute(sql.LOADS, {"members": list(members), "active": clock.now() - ACTIVE})
        for member, channel, count in cursor.fetchall():
            kind = channel_kind(channel)
            counts[member][kind] = counts[member].get(kind, 0) + count
    return counts


def _as_agent(member: Membership, rules: RoutingRules, counts: dict[str, int]) -> Agent:
    ability: Ability | None = getattr(member, "ability", None)
    attendance: Attendance | None = getattr(member, "attendance", None)
    capacity = merged_capacity(rules.capacity, ability.capacity if ability else None)
    given = attendance.given_at if attendance else None
    return Agent(
        id=member.pk,
        team=member.team_id,
        languages=frozenset(member.languages),
        skills=tuple(Skill(*one) for one in ability.skills) if ability else (),
        capacity=capacity,
        load=share(counts, capacity),
        since=given.timestamp() if given else 0.0,
    )


def agents_online(brand: Brand, rules: RoutingRules) -> list[Agent]:
    """Return those who can be given work now. Two statements."""
    now = clock.now()
    heard = now - timedelta(seconds=GONE_AFTER)
    found = _people(brand).filter(
        attendance__heard_at__gte=heard, attendance__chosen=Presence.ONLINE
    )
    people = [member for member in found if presence_of(member.attendance, now) == Presence.ONLINE]
    loads = _loads([member.pk for member in people])
    return [_as_agent(member, rules, loads[member.pk]) for member in people]


def agents_on_duty(brand: Brand, rules: RoutingRules) -> list[Agent]:
    """Return those of them whose hours are now: their team's, else the brand's main ones."""
    if not rules.office_hours:
        return agents_online(brand, rules)
    main, teams = hours_of(brand), hours_of_teams(brand)
    open_now = {team: hours.open for team, hours in teams.items()}
    usual = main is None or main.open
    if not usual and not any(open_now.values()):
        return []
    return [a for a in agents_online(brand, rules) if open_now.get(a.team or 0, usual)]


def agents_for(brand: Brand, rules: RoutingRules, channel: str) -> list[Agent]:
    """Return those who can be given a conversation of a channel now.

    A call has come in by the hours of its number, or as an emergency at any hour: whoever is there.
    """
    return (agents_online if channel == CALL else agents_on_duty)(brand, rules)


def agents_now(brand: Brand) -> list[AgentNow]:
    """Return everybody who answers, by name, with presence and load. Three statements."""
    now, rules = clock.now(), rules_of(brand)
    people = list(_people(brand))
    loads = _loads([member.pk for member in people])
    return [_agent_now(member, rules, loads[member.pk], now) for member in people]


def agent_now(membership: Membership) -> AgentNow:
    """Return how one person stands."""
    member = _people(membership.brand).filter(pk=membership.pk).first() or membership
    counts = _loads([member.pk])[member.pk]
    return _agent_now(member, rules_of(membership.brand), counts, clock.now())


def _agent_now(
    member: Membership, rules: RoutingRules, counts: dict[str, int], now: datetime
) -> AgentNow:
    agent = _as_agent(member, rules, counts)
    taken = sum(counts.values())
    return AgentNow(
        membership_id=member.pk,
        name=member.user.name,
        presence=presence_of(getattr(member, "attendance", None), now),
        load=taken,
        capacity=taken + room_for(agent, "chat"),
        team_id=member.team_id,
    )


# --- who waits ----------------------------------------------------------------------------


def queue_of(brand: Brand, rules: RoutingRules, *, calls: bool) -> Iterator[Waiting]:
    """Yield those who wait and to whom nothing is offered, the next first; PAGE in a statement.

    `calls`: callers on hold, else all the others.
    """
    now = clock.now()
    values: dict[str, Any] = {
        "brand": brand.pk,
        "calls": calls,
        "ageing": timedelta(minutes=rules.ageing_minutes),
        "again": now - ASK_AGAIN,
        "overflow": now - timedelta(seconds=rules.overflow_seconds),
        "page": PAGE,
        "start": 0,
    }
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql.QUEUE, values)
            rows = cursor.fetchall()
        for pk, urgency, since, channel, language, topic, team, level, last, refused in rows:
            yield Waiting(
                id=pk,
                urgency=urgency,
                queued_at=since,
                channel=channel_kind(channel),
                language=language,
                topic=topic,
                team=team,
                level=level,
                last_agent=last,
                refused=frozenset(refused),
            )
        if len(rows) < PAGE:
            return
        values["start"] += PAGE


def who_would_get(brand: Brand, rules: RoutingRules, asked: Waiting) -> list[tuple[AgentNow, bool]]:
    """Return who fits such a question now, the best first, and whether they have room for it.

    Found by having each round's choice step aside: what is shown is what would happen.
    """
    names = {agent.membership_id: agent for agent in agents_now(brand)}
    agents, now = agents_for(brand, rules, asked.channel), clock.now().timestamp()
    found = []
    for ready in (True, False):
        left = [a for a in agents if has_room(a, asked.channel) == ready]
        if not ready:
            left = [_emptied(agent) for agent in left]
        while chosen := match(
            [asked], left, now=now, overflow=rules.overflow_seconds, group_of=group_of
        ):
            best = chosen[0][1]
            found.append((names[best.id], ready))
            left = [agent for agent in left if agent.id != best.id]
    return found


def _emptied(agent: Agent) -> Agent:
    return Agent(agent.id, agent.team, agent.languages, agent.skills, agent.capacity, 0.0)


# --- offers -------------------------------------------------------------------------------


def pending_offer(membership: Membership) -> Offer | None:
    """Return what is offered to somebody now, the oldest first."""
    return (
        Offer.objects.filter(
            membership=membership, state=OfferState.PENDING, expires_at__gt=clock.now()
        )
        .select_related("conversation__contact", "conversation__brand")
        .order_by("pk")
        .first()
    )


def get_offer_for(membership: Membership, offer_id: int) -> Offer:
    """Return an offer that was made to this person, whatever became of it, else raise NotFound."""
    found = (
        Offer.objects.filter(pk=offer_id, membership=membership)
        .select_related("conversation")
        .first()
    )
    if found is None:
        raise NotFound
    return found
