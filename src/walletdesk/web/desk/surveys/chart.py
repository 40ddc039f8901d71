"""Where the lines of the chart over time lie: numbers for a drawing that the server makes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from walletdesk.surveys.results import Week

WIDTH, HEIGHT = 720, 180
LEFT, RIGHT, TOP, BOTTOM = 70, 12, 12, 28
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Mark:
    """One week in the drawing; `y` is None where too few answered."""

    week: Week
    x: float
    y: float | None
    label: bool  # whether its date stands below


def drawing(weeks: Sequence[Week]) -> dict[str, Any]:
    """Return lines, bands and marks. A week without figures interrupts the line."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(weeks) - 1)
    every = max(1, len(weeks) // 6)
    marks = [
        Mark(
            week=week,
            x=round(LEFT + at * step, 1),
            y=_height(week.share.value) if week.share else None,
            label=at % every == 0,
        )
        for at, week in enumerate(weeks)
    ]
    parts = [
        list(part) for drawn, part in groupby(marks, lambda m: m.week.share is not None) if drawn
    ]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "foot": HEIGHT - 6,
        "marks": marks,
        "lines": [" ".join(f"{mark.x},{mark.y}" for mark in part) for part in parts],
        "bands": [_band(part) for part in parts],
        "ticks": [{"y": _height(tick / 100), "text": f"{tick} %"} for tick in TICKS],
        "empty": not parts,
    }


def _band(part: Sequence[Mark]) -> str:
    upper = [(mark.x, mark.week.share.high) for mark in part if mark.week.share]
    lower = [(mark.x, mark.week.share.low) for mark in reversed(part) if mark.week.share]
    return " ".join(f"{x},{_height(value)}" for x, value in upper + lower)


def _height(share: float) -> float:
    return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)
