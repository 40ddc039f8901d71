"""Pure rules of complaints: what may follow what, and by when."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from walletdesk.complaints.types import Act, Deadline, Limit, Outcome, Profile, State, Step, Unit
from walletdesk.sla.types import Week
from walletdesk.sla.working_days import add_working_days, end_of_day

MOVES: Final[dict[State, dict[Act, State]]] = {
    State.RECEIVED: {
        Act.ACKNOWLEDGE: State.ACKNOWLEDGED,
        Act.REFUSE: State.CLOSED,
        Act.WITHDRAW: State.CLOSED,
    },
    State.ACKNOWLEDGED: {Act.ASSIGN: State.INVESTIGATING, Act.WITHDRAW: State.CLOSED},
    State.INVESTIGATING: {
        Act.ASSIGN: State.INVESTIGATING,
        Act.DECIDE: State.CLOSED,
        Act.WITHDRAW: State.CLOSED,
    },
    State.CLOSED: {},
}
"""What may be done where, and where that leads. Nothing leads out of closed."""

OUTCOMES: Final[dict[Act, frozenset[Outcome]]] = {
    Act.REFUSE: frozenset({Outcome.INADMISSIBLE}),
    Act.WITHDRAW: frozenset({Outcome.WITHDRAWN}),
    Act.DECIDE: frozenset({Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT_UPHELD}),
}
"""The outcomes with which an act closes a complaint."""

ACKNOWLEDGED_WITH: Final = (
    "number", "received", "admissible", "handler", "handler_email", "handler_phone", "answer_by",
    "free", "page",
)  # fmt: skip
"""Codes of the facts of an acknowledgement; a copy of the complaint is its appendix.

Delegated Regulation (EU) 2025/294, article 4: identity and contact of who handles it, with e-mail
and telephone, the date of receipt, the time frame, and a copy.
"""

# What the form asks for: (code, kind of personal datum or "", longest text), in groups. After the
# annex of Delegated Regulation (EU) 2025/294; nobody has to fill in more than the description.
FORM: Final[dict[str, tuple[tuple[str, str, int], ...]]] = {
    "complainant": (
        ("last_name", "name", 120), ("first_name", "name", 120), ("registration", "document", 60),
        ("lei", "", 20), ("client_reference", "", 80), ("address", "address", 200),
        ("postcode", "address", 20), ("city", "address", 100), ("country", "", 60),
        ("phone", "phone", 40), ("email", "email", 200),
    ),
    "contact": (
        ("contact_name", "name", 120), ("contact_address", "address", 300),
        ("contact_phone", "phone", 40), ("contact_email", "email", 200),
    ),
    "representative": (
        ("rep_name", "name", 120), ("rep_registration", "document", 60),
        ("rep_address", "address", 300), ("rep_phone", "phone", 40), ("rep_email", "email", 200),
    ),
    "matter": (
        ("description", "", 1_000), ("service", "", 300), ("dates", "", 200), ("damage", "", 300),
        ("remarks", "", 1_000),
    ),
}  # fmt: skip

_WEEKDAY: Final = ((0, 1_440),)


def week_of(profile: Profile, closed: Sequence[date]) -> Week:
    """Return the working days of a profile's place: Monday to Friday without `closed`."""
    days = tuple(_WEEKDAY if number < 5 else () for number in range(7))
    return Week(profile.zone, days, dict.fromkeys(closed, ()))


def last_day(limit: Limit, start: date, week: Week) -> date:
    """Return the last day of a period; the day of the event does not count.

    Months end with the same number of day, or the last day of a shorter month (Regulation (EEC,
    Euratom) No 1182/71, article 3(2)(c)). A period that ends on a holiday is not made longer:
    earlier is always lawful.
    """
    match limit.unit:
        case Unit.WORKING_DAYS:
            return add_working_days(week, start, limit.number)
        case Unit.CALENDAR_DAYS:
            return start + timedelta(days=limit.number)
        case Unit.WEEKS:
            return start + timedelta(weeks=limit.number)
        case Unit.MONTHS:
            year, month = divmod(start.year * 12 + start.month - 1 + limit.number, 12)
            return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def ends_at(limit: Limit, received_at: datetime, week: Week) -> datetime:
    """Return the moment (UTC) at which a period from a receipt on is over."""
    start = received_at.astimezone(ZoneInfo(week.zone)).date()
    return end_of_day(week, last_day(limit, start, week))


def deadline(due_at: datetime, received_at: datetime, warn_days: int) -> Deadline:
    """Return a deadline with the moment at which it is near: never before half of the time."""
    half = received_at + (due_at - received_at) / 2
    return Deadline(due_at, max(due_at - timedelta(days=warn_days), half))


def deadlines_of(profile: Profile, received_at: datetime, week: Week) -> dict[Step, Deadline]:
    """Return the deadlines of a profile's steps."""
    return {
        rule.step: deadline(ends_at(rule.limit, received_at, week), received_at, rule.warn_days)
        for rule in profile.steps
    }


def may_move(state: str, act: Act) -> bool:
    """Tell whether something may be done where a complaint stands."""
    return act in MOVES[State(state)]
