"""The picture of a flow: boxes for steps, arrows down, lanes beside them for jumps. Pure."""

from dataclasses import dataclass

from walletdesk.bot.flows.types import Flow

BOX, HIGH, GAP, LANE, LEFT = 250, 44, 26, 14, 8
_WIDE = 0x2E80  # from here on characters are twice as wide
_FITS = 30


@dataclass(frozen=True, slots=True)
class Box:
    """A step. Lengths in units of the drawing."""

    id: str
    kind: str
    number: int
    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and arrows. `back` are the arrows that lead up again."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    ahead: tuple[str, ...]
    back: tuple[str, ...]


def picture_of(flow: Flow, texts: dict[str, str]) -> Picture:
    """Return the drawing of a flow; `texts` are the words in each box."""
    places = {step.id: n for n, step in enumerate(flow.steps)}
    boxes = tuple(
        Box(step.id, step.kind, n + 1, _cut(texts.get(step.id, "")), _top(n))
        for n, step in enumerate(flow.steps)
    )
    ahead: list[str] = []
    back: list[str] = []
    lanes = 0
    taken: list[int] = []  # lane → the lowest place up to which it is used
    for n, step in enumerate(flow.steps):
        for way in flow.ways(step):
            to = places.get(way)
            if to is None:
                continue
            if to == n + 1:
                ahead.append(f"M{LEFT + BOX // 2} {_top(n) + HIGH}V{_top(to) - 5}")
                continue
            first, last = min(n, to), max(n, to)
            lane = next((k for k, end in enumerate(taken) if end <= first), len(taken))
            taken[lane : lane + 1] = [last]
            lanes = max(lanes, lane + 1)
            (ahead if to > n else back).append(_bow(n, to, lane))
    width = LEFT + BOX + LANE * (lanes + 1)
    return Picture(width, _top(len(flow.steps)) - GAP + LEFT, boxes, tuple(ahead), tuple(back))


def _top(place: int) -> int:
    return LEFT + place * (HIGH + GAP)


def _bow(start: int, end: int, lane: int) -> str:
    """Return the path from the side of one box to the side of another, in a lane."""
    x, side = LEFT + BOX, LEFT + BOX + LANE * (lane + 1)
    down = 1 if end > start else -1
    y1, y2 = _top(start) + HIGH // 2 + 8 * down, _top(end) + HIGH // 2 - 8 * down
    return (
        f"M{x} {y1}H{side - 6}Q{side} {y1} {side} {y1 + 6 * down}"
        f"V{y2 - 6 * down}Q{side} {y2} {side - 6} {y2}H{x + 5}"
    )


def _cut(text: str) -> str:
    room = _FITS
    for at, letter in enumerate(text):
        room -= 2 if ord(letter) >= _WIDE else 1
        if room < 0:
            return f"{text[:at]}…"
    return text
