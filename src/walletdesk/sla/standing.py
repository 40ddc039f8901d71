"""Where a conversation stands as far as promises go, folded from its timeline. Pure.

A promise begins when a person is needed (the bot answers at once), and not before. Folding an
event twice, or all of them again, gives the same standing.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from walletdesk.chain.types import Verdict
from walletdesk.conversations.diagnoses.rules import is_settled
from walletdesk.conversations.diagnoses.types import Step
from walletdesk.conversations.types import Author, Kind, Status
from walletdesk.sla.types import Target, Wait

WITH_PEOPLE = (Status.QUEUED, Status.OPEN)
# After these the row knows better than the events who waits since when.
TAKEN_BACK = frozenset({Kind.UNDONE, Kind.REOPENED, Kind.ABSORBED, Kind.SPLIT_FROM, Kind.SPLIT})
# The kinds that are read; the others turn no clock.
KINDS = TAKEN_BACK | {
    Kind.MESSAGE,
    Kind.HANDED_OVER,
    Kind.CLAIMED,
    Kind.ASSIGNED,
    Kind.RESOLVED,
    Kind.MERGED,
    Kind.CHAIN,
    Kind.CASE,
}
ASKED, ANSWERED = "wallet_asked", ("wallet_done", "wallet_failed")


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of the timeline, as far as clocks care."""

    seq: int
    at: datetime
    kind: str
    author: str
    data: dict[str, Any] = field(default_factory=dict)
    staff_data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when a person is needed, who spoke last, what is waited for.

    `needed`: a person is needed since then. `answered`: a person's last message. `asked`: the
    customer's first message that nobody has answered. `watched`: transactions that are not settled,
    `ordered`: orders that the wallet has not carried out, by their number.
    """

    needed: datetime | None = None
    answered: datetime | None = None
    asked: datetime | None = None
    settled: bool = False
    gone: bool = False
    watched: frozenset[str] = frozenset()
    ordered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """The conversation's row at the time of the last event."""

    status: str
    waiting_since: datetime | None
    queued_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clock that must be there: since when it counts, and the wait that pauses it, if one."""

    begin: datetime
    wait: Wait | None = None


def fold(standing: Standing, fact: Fact) -> Standing:  # noqa: PLR0911 - a table
    """Return where it stands after one more event."""
    match fact.kind:
        case Kind.MESSAGE if fact.author == Author.CUSTOMER:
            return replace(standing, asked=standing.asked or fact.at)
        case Kind.MESSAGE if fact.author == Author.AGENT:
            needed = standing.needed or fact.at
            return replace(standing, needed=needed, answered=fact.at, asked=None)
        case Kind.HANDED_OVER | Kind.CLAIMED | Kind.ASSIGNED:
            return replace(standing, needed=standing.needed or fact.at)
        case Kind.RESOLVED:
            return replace(standing, settled=True, asked=None)
        case Kind.REOPENED:
            return replace(standing, settled=False)
        case Kind.MERGED:
            return replace(standing, gone=True)
        case Kind.CHAIN:
            return replace(standing, watched=_watched(standing.watched, fact.data))
        case Kind.CASE:
            return replace(standing, ordered=_ordered(standing.ordered, fact.staff_data))
        case _:
            return standing


def _watched(watched: frozenset[str], data: dict[str, Any]) -> frozenset[str]:
    name = f"{data.get('diagnosis')} {data.get('reference')}"
    match data.get("reason"):
        case Step.WATCHING:
            return watched | {name}
        case Step.CHANGED if not _is_settled(str(data.get("verdict"))):
            return watched
        case _:
            return watched - {name}


def _is_settled(verdict: str) -> bool:
    return verdict in set(Verdict) and is_settled(Verdict(verdict))


def _ordered(ordered: frozenset[str], data: dict[str, Any]) -> frozenset[str]:
    """By number: a look-up that fails ends no pause, since nobody waited for it."""
    name = str(data.get("order", ""))
    if data.get("state") == ASKED:
        return ordered | {name}
    return ordered - {name} if data.get("state") in ANSWERED else ordered


def corrected(standing: Standing, row: Row, *, taken_back: bool) -> Standing:
    """Return a standing as the row has it, where events alone do not tell.

    `taken_back`: something was undone, merged or split, so the row says since when who waits.
    """
    if row.status == Status.BOT:  # the bot has it again: a person may be needed anew
        return Standing(asked=row.waiting_since, watched=standing.watched, ordered=standing.ordered)
    needed = standing.needed
    if needed is None and row.status in WITH_PEOPLE:
        needed = row.queued_at or row.at
    return replace(
        standing,
        needed=needed,
        settled=row.status == Status.RESOLVED,
        gone=row.status == Status.MERGED,
        asked=row.waiting_since if taken_back else standing.asked,
    )


def waits_of(standing: Standing) -> list[Wait]:
    """Return for whom the matter waits, as they count; empty when it waits for us."""
    holds = {
        Wait.WALLET: bool(standing.ordered),
        Wait.CHAIN: bool(standing.watched),
        Wait.CUSTOMER: standing.answered is not None and standing.asked is None,
    }
    return [wait for wait in Wait if holds[wait]]


def wanted(standing: Standing, pauses: frozenset[Wait]) -> dict[Target, Wanted]:
    """Return the clocks that must be there. `pauses`: which waits stop the one of the resolution.

    An answer is owed whatever else is waited for; an update is not while the customer is asked.
    """
    if standing.needed is None or standing.settled or standing.gone:
        return {}
    waits = waits_of(standing)
    pausing = next((wait for wait in waits if wait in pauses), None)
    found = {Target.RESOLUTION: Wanted(standing.needed, pausing)}
    if standing.answered is None:
        return found | {Target.FIRST: Wanted(standing.needed)}
    silent = Wait.CUSTOMER if waits == [Wait.CUSTOMER] else None
    found[Target.UPDATE] = Wanted(standing.answered, silent)
    if standing.asked is not None:
        found[Target.NEXT] = Wanted(standing.asked)
    return found


def is_met(kind: Target, fact: Fact | None) -> bool:
    """Tell whether an event keeps a promise of a kind, rather than makes it pointless."""
    if fact is None:
        return False
    if kind == Target.RESOLUTION:
        return fact.kind == Kind.RESOLVED
    return fact.kind == Kind.MESSAGE and fact.author == Author.AGENT


# --- as it is stored ------------------------------------------------------------------------

_MOMENTS = ("needed", "answered", "asked")


def write_standing(standing: Standing) -> dict[str, Any]:
    """Return a standing as JSON."""
    moments = {name: getattr(standing, name) for name in _MOMENTS}
    return {name: at.isoformat() for name, at in moments.items() if at} | {
        "settled": standing.settled,
        "gone": standing.gone,
        "watched": sorted(standing.watched),
        "ordered": sorted(standing.ordered),
    }


def read_standing(stored: dict[str, Any]) -> Standing:
    """Return a standing from JSON; that of a conversation of which nothing is known from {}."""
    ordered = stored.get("ordered", ())
    moments = {name: datetime.fromisoformat(stored[name]) for name in _MOMENTS if name in stored}
    return Standing(
        needed=moments.get("needed"),
        answered=moments.get("answered"),
        asked=moments.get("asked"),
        settled=stored.get("settled", False),
        gone=stored.get("gone", False),
        watched=frozenset(stored.get("watched", ())),
        # It was a count once: which orders those were is not known, so nothing waits for them.
        ordered=frozenset(ordered if isinstance(ordered, list) else ()),
    )
