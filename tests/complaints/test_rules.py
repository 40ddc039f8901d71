"""Periods of law by the calendar, the profiles as data, and that every way has an end."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.complaints import law_files, rules
from walletdesk.complaints.types import Act, Limit, Outcome, Profile, State, Step, Unit

PROFILES = law_files.load_profiles()
RECEIVED = st.integers(0, 20 * 366 * 1_440).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def week(profile: Profile, at: datetime) -> rules.Week:
    return rules.week_of(profile, law_files.holidays_of(profile.holidays, at.year))


def ends(code: str, limit: Limit, at: str) -> str:
    profile, moment = PROFILES[code], datetime.fromisoformat(at)
    end = rules.ends_at(limit, moment, week(profile, moment))
    return end.astimezone(ZoneInfo(profile.zone)).isoformat()


@pytest.mark.parametrize(
    ("code", "limit", "at", "end"),
    [
        # ten working days from a Friday, over a weekend and another
        ("mica", (10, "working_days"), "2026-11-20T10:00+01:00", "2026-12-05T00:00:00+01:00"),
        # over Christmas in England: 25 and 28 December and 1 January are closed
        ("fca-disp", (5, "working_days"), "2026-12-23T10:00+00:00", "2027-01-05T00:00:00+00:00"),
        # a complaint on a Sunday evening in UTC is Monday in Brussels already
        ("mica", (1, "working_days"), "2026-11-22T23:30+00:00", "2026-11-25T00:00:00+01:00"),
        # two months, and a month that is shorter
        ("mica", (2, "months"), "2026-11-20T10:00+01:00", "2027-01-21T00:00:00+01:00"),
        ("mica", (2, "months"), "2026-12-31T10:00+01:00", "2027-03-01T00:00:00+01:00"),
        ("mica", (2, "months"), "2027-12-31T10:00+01:00", "2028-03-01T00:00:00+01:00"),
        # summer time begins between: the end is midnight by the wall clock all the same
        ("mica", (2, "months"), "2026-02-10T10:00+01:00", "2026-04-11T00:00:00+02:00"),
        ("fca-disp", (8, "weeks"), "2026-09-15T10:00+01:00", "2026-11-11T00:00:00+00:00"),
        ("plain", (30, "calendar_days"), "2026-02-01T23:59+00:00", "2026-03-04T00:00:00+00:00"),
    ],
)
def test_periods_end_with_their_last_day(
    code: str, limit: tuple[int, str], at: str, end: str
) -> None:
    assert ends(code, Limit(limit[0], Unit(limit[1])), at) == end


@given(st.sampled_from(sorted(PROFILES)), RECEIVED)
def test_deadlines_come_in_order_and_warn_before(code: str, at: datetime) -> None:
    profile = PROFILES[code]
    calendar = week(profile, at)
    due = rules.deadlines_of(profile, at, calendar)
    assert list(due) == list(Step)
    ends = [one.due_at for one in due.values()]
    assert ends == sorted(ends)
    for one in due.values():
        assert at < one.warn_at < one.due_at
        local = one.due_at.astimezone(ZoneInfo(profile.zone))
        assert (local.hour, local.minute) == (0, 0) or local.utcoffset() != (
            local - timedelta(hours=3)
        ).utcoffset()
    for rule in profile.steps:
        if rule.limit.unit == Unit.WORKING_DAYS:
            last = (due[rule.step].due_at - timedelta(seconds=1)).astimezone(ZoneInfo(profile.zone))
            day = last.date()
            assert day.weekday() < 5
            assert day not in law_files.holidays_of(profile.holidays, at.year)
    if profile.longest is not None:
        assert rules.ends_at(profile.longest, at, calendar) > ends[-1]


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
def test_no_way_ends_without_an_outcome(wanted: list[Act]) -> None:
    state = State.RECEIVED
    outcome: frozenset[Outcome] = frozenset()
    for act in wanted:
        if not rules.may_move(state, act):
            continue
        assert state != State.CLOSED
        state = rules.MOVES[state][act]
        outcome = rules.OUTCOMES.get(act, frozenset())
    assert (state == State.CLOSED) == bool(outcome)


def test_every_state_leads_to_the_end() -> None:
    for start in State:
        seen, todo = {start}, [start]
        while todo:
            for state in rules.MOVES[todo.pop()].values():
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        assert State.CLOSED in seen
    assert {one for many in rules.OUTCOMES.values() for one in many} == set(Outcome)


def test_profiles_say_what_the_law_says() -> None:
    assert set(PROFILES) == {"mica", "fca-disp", "fca-disp-payments", "plain"}
    limits = {
        code: {rule.step: (rule.limit.number, str(rule.limit.unit)) for rule in one.steps}
        for code, one in PROFILES.items()
    }
    assert limits["mica"]["acknowledge"] == (10, "working_days")
    assert limits["mica"]["respond"] == (2, "months")
    assert limits["fca-disp"]["respond"] == (8, "weeks")
    assert limits["fca-disp-payments"]["respond"] == (15, "working_days")
    assert PROFILES["fca-disp"].summary == Limit(3, Unit.WORKING_DAYS)
    assert PROFILES["fca-disp-payments"].longest == Limit(35, Unit.WORKING_DAYS)
    assert any("Ombudsman" in body.name for body in PROFILES["fca-disp"].bodies)
    for one in PROFILES.values():
        assert set(one.names) == set(one.basis) == {"en", "zh-hans", "es"}
        assert one.sources


def test_an_operators_file_replaces_ours_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    text = Path(law_files.__file__).with_name("law").joinpath("plain.toml").read_text()
    own = tmp_path / "own.toml"
    own.write_text(text.replace("limit = 30", "limit = 15"))
    found = law_files.load_profiles(tmp_path)
    assert found["plain"].steps[2].limit.number == 15
    for wrong in ("limit = 0", 'limit = "x"', "limit = 9999"):
        own.write_text(text.replace("limit = 30", wrong))
        with pytest.raises(law_files.ProfileError, match=r"own\.toml"):
            law_files.load_profiles(tmp_path)
    for before, after in (('"UTC"', '"Nowhere/Land"'), ('holidays = ""', 'holidays = "XX"'),
                          ('"respond"', '"acknowledge"'), ("names]", "name]")):  # fmt: skip
        own.write_text(text.replace(before, after))
        with pytest.raises(law_files.ProfileError, match=r"own\.toml"):
            law_files.load_profiles(tmp_path)
    own.write_bytes(b"\xff\x00")
    with pytest.raises(law_files.ProfileError):
        law_files.load_profiles(tmp_path)
    with pytest.raises(law_files.ProfileError):
        law_files.load_profiles(tmp_path / "none")


def test_holidays_are_those_of_the_place() -> None:
    assert date(2026, 12, 28) in law_files.holidays_of("GB-ENG", 2026)
    assert date(2026, 7, 21) in law_files.holidays_of("BE", 2026)
    assert law_files.holidays_of("", 2026) == ()
