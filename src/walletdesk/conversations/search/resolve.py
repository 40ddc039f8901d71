"""What operators mean for this person: names become numbers, days become moments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import colleagues_who_answer, teams_of
from walletdesk.conversations.prepared import tags_of
from walletdesk.conversations.search.rules import read_day
from walletdesk.conversations.search.types import Asked, Name, Part, Problem
from walletdesk.conversations.tickets.queries import number_exists
from walletdesk.conversations.tickets.rules import number_in
from walletdesk.conversations.types import Filter, Status

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
CHOICES = 12  # named in a complaint
# Values of operators by what people type for them (names in their language, too) → code.
Known = Mapping[Name, Mapping[str, str]]

STANDING: Mapping[str, Mapping[str, Any]] = {
    **{str(status): {"statuses": (str(status),)} for status in Status if status != Status.NEW},
    "waiting": {"statuses": (str(Status.QUEUED),)},
    "unassigned": {"assignees": (0,)},
    "verified": {"verified": True},
    "unverified": {"verified": False},
    "urgent": {"urgencies": (2, 3)},
}
AUTHORS = ("customer", "agent", "bot")
HOLDS = ("file", "picture", "link")
FIELDS = {Name.TOPIC: "topics", Name.CHANNEL: "channels", Name.LANG: "languages"}


@dataclass(slots=True)
class Resolved:
    """What operators ask for: a filter of conversations, marks of messages, a stretch of time.

    Of `marks` each group must hold one; none of `unwanted` may.
    """

    filter: Filter = field(default_factory=Filter)
    marks: list[tuple[str, ...]] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    after: datetime = EARLIEST
    before: datetime = LATEST
    problems: list[Problem] = field(default_factory=list)


def simple(text: str) -> str:
    """Return a value as it is compared: "Deposit missing", deposit_missing and deposit-missing."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def resolve(asked: Asked, membership: Membership, known: Known, today: date) -> Resolved:
    """Return what the operators of a query mean. Unknown values stand in `problems`."""
    found = Resolved(problems=list(asked.problems))
    chosen: dict[str, Any] = {}
    names = {part.name for part in asked.parts if part.name}
    people = _people(membership) if names & {Name.FROM, Name.ASSIGNED} else {}
    for part in asked.parts:
        match part.name:
            case Name.BEFORE | Name.AFTER:
                _day(found, part, today)
            case Name.FROM:
                _author(found, part, membership, people)
            case Name.HAS:
                _holds(found, part, known)
            case Name.IS:
                _standing(found, chosen, part, known)
            case Name.TICKET:
                _ticket(found, chosen, part)
            case Name():
                values, field_name = _values(part.name, membership, people, known)
                _value(found, part, values, _adder(chosen, field_name))
    found.filter = Filter(**chosen)
    return found


def _people(membership: Membership) -> dict[str, int]:
    return {simple(each.user.name): each.pk for each in colleagues_who_answer(membership)}


def _ticket(found: Resolved, chosen: dict[str, Any], part: Part) -> None:
    number = number_in(part.text)
    if number is None:
        found.problems.append(Problem("unknown_value", part, ("K7M-2QD",)))
    else:
        _adder(chosen, "tickets")(number)


def as_ticket(asked: Asked, membership: Membership) -> Asked:
    """Return a query that is nothing but the number of a ticket of the brand as that operator."""
    part = asked.parts[0] if len(asked.parts) == 1 else None
    number = number_in(part.text) if part and part.name is None and not part.excluded else None
    if part is None or number is None or not number_exists(membership.brand, number):
        return asked
    return replace(asked, parts=(replace(part, name=Name.TICKET),))


def _assignable(membership: Membership, people: Mapping[str, int]) -> dict[str, int]:
    mine = dict.fromkeys(("me", "我", "yo", "mi", "mí"), membership.pk)
    return {**people, **mine, **dict.fromkeys(("nobody", "无人", "nadie"), 0)}


def _values(
    name: Name, membership: Membership, people: Mapping[str, int], known: Known
) -> tuple[Mapping[str, Any], str]:
    """Return what may stand after an operator that narrows conversations, and its filter's part."""
    match name:
        case Name.ASSIGNED:
            return _assignable(membership, people), "assignees"
        case Name.TEAM:
            return {simple(team.name): team.pk for team in teams_of(membership)}, "teams"
        case Name.TAG:
            tags = tags_of(membership.brand, archived=True)
            return {simple(tag.name): tag.pk for tag in tags}, "tags"
        case _:
            return known.get(name, {}), FIELDS[name]


def _adder(chosen: dict[str, Any], field_name: str) -> Callable[[Any], None]:
    def add(value: Any) -> None:
        values = chosen.get(field_name, ())
        chosen[field_name] = values if value in values else (*values, value)

    return add


def _value(
    found: Resolved, part: Part, values: Mapping[str, Any], use: Callable[[Any], None]
) -> None:
    """Use the value that was typed, or the only ones that begin so; complain of others."""
    typed = simple(part.text)
    if typed in values:
        use(values[typed])
        return
    begin = {values[name]: None for name in values if name.startswith(typed)}
    if len(begin) == 1:
        use(next(iter(begin)))
    else:
        choices = tuple(name for name in values if name.startswith(typed)) or tuple(values)
        found.problems.append(Problem("unknown_value", part, choices[:CHOICES]))


def _day(found: Resolved, part: Part, today: date) -> None:
    day = read_day(part.text, today)
    if day is None or not EARLIEST.date() <= day <= LATEST.date():
        found.problems.append(Problem("not_a_day", part))
        return
    at = datetime.combine(day, time(), tzinfo=UTC)
    if part.name == Name.BEFORE:
        found.before = min(found.before, at)
    else:
        found.after = max(found.after, at)


def _author(found: Resolved, part: Part, membership: Membership, people: Mapping[str, int]) -> None:
    values = {name: f"by{pk}" for name, pk in people.items()}
    values |= dict.fromkeys(("me", "我", "yo", "mi", "mí"), f"by{membership.pk}")
    values |= {name: name for name in AUTHORS}
    values |= {"客户": "customer", "客服": "agent", "机器人": "bot"}
    values |= {"cliente": "customer", "agente": "agent"}
    _value(found, part, values, _marker(found, part))


def _holds(found: Resolved, part: Part, known: Known) -> None:
    _value(found, part, known.get(Name.HAS, {each: each for each in HOLDS}), _marker(found, part))


def _marker(found: Resolved, part: Part) -> Callable[[str], None]:
    def use(mark: str) -> None:
        if part.excluded:
            found.unwanted.append(mark)
        else:
            found.marks.append((mark,))

    return use


def _standing(found: Resolved, chosen: dict[str, Any], part: Part, known: Known) -> None:
    def use(code: str) -> None:
        if code == "note":
            found.marks.append(("note",))
        for name, value in STANDING.get(code, {}).items():
            if isinstance(value, tuple):
                chosen[name] = tuple(dict.fromkeys((*chosen.get(name, ()), *value)))
            else:
                chosen[name] = value

    codes = {code: code for code in (*STANDING, "note")}
    _value(found, part, {**codes, **known.get(Name.IS, {})}, use)


def expressions(resolved: Resolved) -> Sequence[str]:
    """Return the marks as expressions of the index."""
    wanted = ["(" + " | ".join(f"'@{mark}'" for mark in group) + ")" for group in resolved.marks]
    return [*wanted, *(f"!'@{mark}'" for mark in resolved.unwanted)]
