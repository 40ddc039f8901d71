"""Closed days: holidays of a country, files of strangers, and which day counts before which."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from walletdesk.accounts.models import AuditEntry
from walletdesk.kit.errors import BadInput
from walletdesk.sla.actions import CalendarDraft, SpecialDay, create_calendar
from walletdesk.sla.actions.calendars import extend_calendars
from walletdesk.sla.closed_days import (
    FILE_SIZE,
    ImportedDay,
    check_region,
    closed_days,
    public_holidays,
    read_file,
)

WEEK = ["09:00-18:00"] * 5 + ["", ""]


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n".encode()


def test_regions() -> None:
    assert (check_region(" de-by "), check_region("cn")) == ("DE-BY", "CN")
    assert date(2026, 1, 6) in dict(public_holidays("DE-BY", [2026], "en"))
    assert date(2026, 1, 6) not in dict(public_holidays("DE", [2026], "en"))
    assert dict(public_holidays("CN", [2027], "zh-hans"))[date(2027, 1, 1)] == "元旦"
    for text in ("", "XX", "DE-XX", "Germany", "\x00", "CN" * 50):
        with pytest.raises(ValueError, match="region"):
            check_region(text)


def test_what_a_file_says() -> None:
    days, passed = read_file(
        ics(
            "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas",
            "DTSTART;VALUE=DATE:20260501\r\nSUMMARY:Founding day\r\nRRULE:FREQ=YEARLY",
            "DTSTART:20260601T090000Z\r\nSUMMARY:A meeting",
            "DTSTART;VALUE=DATE:20260701\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Every day",
            "SUMMARY:No date",
            "DTSTART;VALUE=DATE:99999999\r\nSUMMARY:Nonsense",
        )
    )
    assert passed == 4
    assert [day.date.day for day in days] == [1, 24, 25, 26]
    found = closed_days(region="", imported=days, years=[2026, 2027], language="en")
    assert (date(2027, 5, 1), "Founding day") in found
    assert date(2027, 12, 24) not in dict(found)
    leap = [ImportedDay(date(2028, 2, 29), "x", yearly=True)]
    several = closed_days(region="", imported=leap, years=range(2027, 2033), language="en")
    assert [day for day, _name in several] == [date(2028, 2, 29), date(2032, 2, 29)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ical"),
        (b"\x00" * 500, "ical"),
        (b"BEGIN:VCALENDAR\r\n", "ical"),
        (b"BEGIN:VEVENT\r\n" * 1_500, "ical"),
        (b"\xff\xfe" * 100, "ical"),
        (b"x" * (FILE_SIZE + 1), "ical_size"),
        (b"BEGIN:VEVENT\r\n" * 3_000, "ical_size"),
    ],
)
def test_files_that_are_none(data: bytes, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        read_file(data)


@given(st.binary(max_size=200), st.text(max_size=60))
def test_any_bytes_are_read_or_refused(noise: bytes, name: str) -> None:
    for data in (noise, ics(f"DTSTART;VALUE=DATE:20260501\r\nSUMMARY:{name}") + noise):
        try:
            read_file(data)
        except ValueError as error:
            assert str(error) in {"ical", "ical_size"}  # noqa: PT017 - either is right


@time_machine.travel(datetime(2026, 3, 2, 4, tzinfo=UTC), tick=False)
def test_a_special_day_counts_before_a_holiday(cast: Cast) -> None:
    special = [SpecialDay(date(2026, 5, 1), "Half day", "09:00-12:00")]
    draft = CalendarDraft("Office", "Europe/Berlin", WEEK, special=special, holidays="de")
    calendar = create_calendar(actor=cast.owner, draft=draft)
    week = calendar.week()
    assert week.special[date(2026, 5, 1)] == ((540, 720),)
    assert week.special[date(2026, 12, 25)] == ()
    assert (calendar.holidays, calendar.closed_to) == ("DE", 2028)
    with pytest.raises(BadInput) as refused:
        create_calendar(actor=cast.owner, draft=CalendarDraft("No", "UTC", WEEK, holidays="XX"))
    assert refused.value.fields == {"holidays": "region"}


def test_the_years_to_come_are_worked_out(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
        draft = CalendarDraft("Office", "Europe/Berlin", WEEK, holidays="DE")
        calendar = create_calendar(actor=cast.owner, draft=draft)
        before = calendar.timetable_id
        assert extend_calendars() == 0
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False):
        assert extend_calendars() == 1
        calendar.refresh_from_db()
        assert date(2029, 12, 25) in calendar.week().special
        assert calendar.timetable_id != before


def test_a_calendar_in_the_settings(cast: Cast, django_assert_max_num_queries: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = cast.client(cast.owner)
    form = {"name": "Office", "time_zone": "Asia/Shanghai", "holidays": "cn", "version": 0}
    form |= {f"day_{n}": "09:00-18:00" for n in range(5)} | {"teams": str(cast.agent.team_id)}
    bad = client.post("/desk/settings/hours/new/", form | {"file": SimpleUploadedFile("x", b"no")})
    assert (bad.status_code, "no calendar file" in bad.content.decode()) == (422, True)
    file = SimpleUploadedFile("x.ics", ics("DTSTART;VALUE=DATE:20270617\r\nSUMMARY:Outing"))
    assert client.post("/desk/settings/hours/new/", form | {"file": file}).status_code == 302
    calendar = cast.brand.calendars.get()
    assert calendar.imported == [["2027-06-17", "Outing", False]]
    assert calendar.teams.get().team_id == cast.agent.team_id
    page = client.get(f"/desk/settings/hours/{calendar.pk}/").content.decode()
    assert "Outing" in page
    form |= {"name": "Bureau"}
    assert client.post(f"/desk/settings/hours/{calendar.pk}/", form).status_code == 302
    calendar.refresh_from_db()
    assert (calendar.name, len(calendar.imported)) == ("Bureau", 1)  # the file's days stay
    assert AuditEntry.objects.filter(action="calendar.changed").exists()
