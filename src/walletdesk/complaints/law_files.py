"""Reads profiles of the law: TOML files, ours and the operator's, which replace ours by code.

No Django: `walletdesk check` and the supervisor read them too.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from holidays import country_holidays

from walletdesk.complaints.types import Body, Limit, Profile, Step, StepRule, Unit
from walletdesk.sla.rules import check_zone

MOST_BYTES = 100_000
YEARS = 3  # of holidays, from the year of the receipt on: longer than any period
LANGUAGES = frozenset({"en", "zh-hans", "es"})


class ProfileError(Exception):
    """A file of a profile cannot be used. `str` says which and why."""


def load_profiles(folder: Path | None = None) -> dict[str, Profile]:
    """Return all profiles by code. Raises ProfileError."""
    ours = sorted(
        files("walletdesk.complaints").joinpath("law").iterdir(), key=lambda one: one.name
    )
    texts = {one.name: one.read_bytes() for one in ours if one.name.endswith(".toml")}
    if folder is not None:
        if not folder.is_dir():
            raise ProfileError(f"{folder} is no folder")
        texts |= {str(path): _read(path) for path in sorted(folder.glob("*.toml"))}
    found = {}
    for name, text in texts.items():
        try:
            profile = read_profile(tomllib.loads(text.decode()))
        except (UnicodeDecodeError, KeyError, TypeError, ValueError, NotImplementedError) as error:
            why = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise ProfileError(f"{name}: {why}") from error
        found[profile.code] = profile
    return found


def _read(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise ProfileError(f"{path} is too large")
    return path.read_bytes()


def read_profile(told: Mapping[str, Any]) -> Profile:
    """Return one profile from its table. Raises KeyError, TypeError, ValueError when wrong."""
    steps = tuple(_step(one) for one in told["step"])
    if [rule.step for rule in steps] != list(Step):
        raise ValueError(f"steps must be {', '.join(Step)}, in this order")
    profile = Profile(
        code=_text(told["code"], 40),
        jurisdiction=_text(told["jurisdiction"], 20),
        zone=check_zone(told["zone"]),
        holidays=_text(told["holidays"], 20),
        names=_by_language(told["names"]),
        basis=_by_language(told["basis"]),
        sources=tuple(_text(one, 300) for one in told.get("sources", ())),
        steps=steps,
        longest=_limit(told["longest"]) if "longest" in told else None,
        summary=_limit(told["summary"]) if "summary" in told else None,
        bodies=tuple(_body(one) for one in told.get("body", ())),
    )
    holidays_of(profile.holidays, 2026)
    return profile


def _step(told: Mapping[str, Any]) -> StepRule:
    warn = told["warn_days"]
    if not (isinstance(warn, int) and 0 < warn <= 60):
        raise ValueError("warn_days must be 1 to 60")
    return StepRule(Step(told["step"]), _limit(told), warn)


def _limit(told: Mapping[str, Any]) -> Limit:
    number = told["limit"]
    if not (isinstance(number, int) and 0 < number <= 400):
        raise ValueError("limit must be 1 to 400")
    return Limit(number, Unit(told["unit"]))


def _body(told: Mapping[str, Any]) -> Body:
    within = _by_language(told["within"])
    return Body(_text(told["name"], 120), _text(told["address"], 200), within)


def _by_language(told: Mapping[str, Any]) -> dict[str, str]:
    if not set(told) >= {"en"} or not set(told) <= LANGUAGES:
        raise ValueError(f"texts are needed in en, and may be in {', '.join(sorted(LANGUAGES))}")
    return {code: _text(text, 300) for code, text in told.items()}


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{value!r:.60} is no text of at most {most} characters")
    return value


@cache
def holidays_of(place: str, year: int) -> tuple[date, ...]:
    """Return the holidays of a place ("BE", "GB-ENG", "" for none) in the years from one on."""
    if not place:
        return ()
    country, _dash, part = place.partition("-")
    found = country_holidays(country, subdiv=part or None, years=range(year, year + YEARS))
    return tuple(sorted(found))
