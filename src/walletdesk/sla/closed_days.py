"""Days on which a calendar is closed: public holidays, and days from an iCalendar file. Pure.

Holidays come from the `holidays` package, by country (ISO 3166-1) and region (ISO 3166-2 as the
package knows them). A file counts with its all-day events (RFC 5545): single ones, those of several
days, and those that come every year; the rest of it is passed over and counted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

FILE_SIZE = 256 * 1024
EVENTS = 1_000
LONGEST = 60  # days of one event
IMPORTED = 1_000  # days in all
NAME = 60
_LANGUAGES = {"zh-hans": "zh_CN", "en": "en_US"}
_YEARLY = {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "WKST"}


@dataclass(frozen=True, slots=True)
class ImportedDay:
    """A closed day of a file; `yearly`: on this day of every year from then on."""

    date: date
    name: str
    yearly: bool = False


@lru_cache(maxsize=1)
def regions() -> dict[str, str]:
    """Return code → English name of every country of which holidays are known."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - takes most of a second, seldom needed

    return {codes[1]: _spaced(codes[0]) for codes in COUNTRIES.values()}


def _spaced(name: str) -> str:
    return "".join(f" {c}" if c.isupper() and n else c for n, c in enumerate(name))


def check_region(text: str) -> str:
    """Return a country or "COUNTRY-REGION" as the package writes it. Raises ValueError: region."""
    from holidays import list_supported_countries  # noqa: PLC0415 - as above

    country, _hyphen, region = text.strip().partition("-")
    known = list_supported_countries()
    if country.upper() not in regions():
        raise ValueError("region")
    found = {each.lower(): each for each in known[country.upper()]}
    if region and region.lower() not in found:
        raise ValueError("region")
    return f"{country.upper()}-{found[region.lower()]}" if region else country.upper()


def public_holidays(code: str, years: Sequence[int], language: str) -> list[tuple[date, str]]:
    """Return the holidays of some years, by date, named in a language if the package knows it."""
    from holidays import country_holidays, list_localized_countries  # noqa: PLC0415 - as above

    country, _hyphen, region = code.partition("-")
    spoken = list_localized_countries().get(country, [])
    wanted = (_LANGUAGES.get(language, language), "en_US")
    chosen = next((each for each in wanted if each in spoken), None)
    found = country_holidays(country, subdiv=region or None, years=years, language=chosen)
    return sorted((day, name[:NAME]) for day, name in found.items())


def closed_days(
    *, region: str, imported: Iterable[ImportedDay], years: Sequence[int], language: str
) -> list[tuple[date, str]]:
    """Return the closed days of some years, by date; the file names a day before the package."""
    found = dict(public_holidays(region, years, language)) if region else {}
    for day in imported:
        for year in years if day.yearly else (day.date.year,):
            moved = _in_year(day.date, year)
            if moved is not None and moved >= day.date and year in years:
                found[moved] = day.name
    return sorted(found.items())


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None


# --- files ----------------------------------------------------------------------------------


def read_file(data: bytes) -> tuple[list[ImportedDay], int]:
    """Return the closed days of an iCalendar file, and how many events were passed over.

    Raises ValueError: `ical` for what is none, `ical_size` for one that is too large or too long.
    """
    from icalendar import Calendar  # noqa: PLC0415 - as above

    if len(data) > FILE_SIZE or data.count(b"BEGIN:") > 2 * EVENTS:
        raise ValueError("ical_size")
    try:
        events = Calendar.from_ical(data).walk("VEVENT")
    except Exception as error:
        # A foreign parser of hostile input: whatever it trips over, the file is not usable.
        raise ValueError("ical") from error
    days: dict[date, ImportedDay] = {}
    passed = 0
    for event in events[:EVENTS]:
        found = list(_days_of(event))
        passed += not found
        days |= {day.date: day for day in found}
    if len(days) > IMPORTED:
        raise ValueError("ical_size")
    return [days[day] for day in sorted(days)], passed


def _days_of(event: Any) -> Iterator[ImportedDay]:
    try:
        first = event["DTSTART"].dt
        after = event["DTEND"].dt if "DTEND" in event else None
        rule = event.get("RRULE")
        name = " ".join(str(event.get("SUMMARY", "")).replace("\x00", "").split())[:NAME]
    except (AttributeError, KeyError, TypeError, ValueError):
        return
    if not _is_day(first) or (after is not None and not _is_day(after)):
        return
    yearly = rule is not None
    count = max(1, (after - first).days) if after else 1
    if count > LONGEST or (yearly and not _is_yearly(rule)):
        return
    for number in range(count):
        if first.toordinal() + number <= date.max.toordinal():
            yield ImportedDay(first + timedelta(days=number), name, yearly)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_yearly(rule: Any) -> bool:
    """Tell whether a rule means the same day of each year, for ever."""
    if not isinstance(rule, dict) or not set(rule) <= _YEARLY:
        return False
    each = rule.get("INTERVAL", [1])
    return [str(f).upper() for f in rule.get("FREQ", [])] == ["YEARLY"] and list(each) == [1]
