"""Pure rules of asking: when it is quiet where the customer is, and what counts as low."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LINK_LIFE = timedelta(days=14)
COMMENT_LENGTH = 1_000
INTRO_LENGTH = 300
NOTE_LENGTH = 1_000
LIMITS = {
    "delay_hours": (0, 168),
    "quiet_from": (0, 23),
    "quiet_until": (0, 23),
    "every_days": (1, 365),
    "threshold": (0, 4),
}
STEP = timedelta(minutes=15)
SEARCHED = timedelta(days=2)  # a quiet time recurs daily, so more would show nothing new

# Where a customer may be whose device never told: by calling code (ITU-T E.164), else by language.
_BY_CODE = {
    "+86": ("Asia/Shanghai",),
    "+852": ("Asia/Hong_Kong",),
    "+853": ("Asia/Macau",),
    "+886": ("Asia/Taipei",),
    "+65": ("Asia/Singapore",),
    "+34": ("Europe/Madrid",),
    "+44": ("Europe/London",),
    "+52": ("America/Mexico_City", "America/Tijuana"),
    "+54": ("America/Argentina/Buenos_Aires",),
    "+57": ("America/Bogota",),
    "+51": ("America/Lima",),
    "+56": ("America/Santiago",),
    "+58": ("America/Caracas",),
    "+1": ("America/New_York", "America/Los_Angeles"),
}
_BY_LANGUAGE = {
    "zh-hans": ("Asia/Shanghai",),
    "es": ("Europe/Madrid", "America/Mexico_City", "America/Argentina/Buenos_Aires"),
    "en": ("Europe/London", "America/New_York", "America/Los_Angeles"),
}


def overall(scores: Sequence[int]) -> int:
    """Return the one score of several: their mean, a half counts down.

    >>> overall((5, 5, 3)), overall((4, 5, 4))
    (4, 4)
    """
    total, n = sum(scores), len(scores)
    return (2 * total + n - 1) // (2 * n)


def is_low(scores: Sequence[int], threshold: int) -> bool:
    """Tell whether any score is as low as the threshold."""
    return min(scores) <= threshold


def zones_of(told: str, phone: str, language: str) -> tuple[str, ...]:
    """Return the zones in which a customer may be: what the device told, else what is likely.

    Several mean that none may be disturbed.
    """
    if known := zone(told):
        return (known.key,)
    by_code = next((z for code, z in _BY_CODE.items() if phone.startswith(code)), ())
    return by_code or _BY_LANGUAGE.get(language, ("UTC",))


def zone(name: str) -> ZoneInfo | None:
    """Return a zone of the IANA list, None for anything else."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def is_quiet(hour: int, quiet_from: int, quiet_until: int) -> bool:
    """Tell whether an hour of the day is quiet; equal ends mean that none is."""
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def allowed_at(now: datetime, zones: Sequence[str], quiet_from: int, quiet_until: int) -> datetime:
    """Return from when on a customer may be disturbed: now, or the end of the quiet time.

    When it is always quiet in one of several zones, the first alone counts.
    """
    for known in (zones, zones[:1]):
        places = [ZoneInfo(name) for name in known]
        at = now
        while at <= now + SEARCHED:
            hours = (at.astimezone(place).hour for place in places)
            if not any(is_quiet(hour, quiet_from, quiet_until) for hour in hours):
                return at
            at = _next_step(at)
    return now


def _next_step(at: datetime) -> datetime:
    """Return the next full quarter of an hour: every zone's hours begin at one."""
    floor = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return floor + STEP
