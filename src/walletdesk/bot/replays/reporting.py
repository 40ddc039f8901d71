"""The report of a replay, as plain figures that fit JSON. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from walletdesk.bot.replays.gaps import EXAMPLES, Gap
from walletdesk.bot.replays.types import Judged, Result, Verdict

ANSWERS = (Result.ANSWERED, Result.ANSWERED_AND_HANDED_OVER)
QUOTED = 20  # unsupported sentences, wrong answers


def report_of(judged: Sequence[Judged], gaps: Sequence[Gap], seconds: float) -> dict[str, Any]:
    """Return the report. No words of customers stand in it: names of conversations or lines do.

    Shares are in [0, 1] or None where nothing was judged; times in milliseconds.
    """
    spoken = [one for one in judged if one.result is not Result.EMPTY]
    return {
        **_figures(spoken),
        "reasons": _count(
            one.told.reason for one in spoken if one.told.reason and one.result != Result.ANSWERED
        ),
        "rules": _rules(spoken),
        "unsupported": sum(len(one.unsupported) for one in spoken),
        "unsupported_in": [one.name for one in spoken if one.unsupported][:QUOTED],
        "first_word_ms": _times([time for one in spoken for time in one.seconds]),
        "languages": _by(spoken, lambda one: one.told.language),
        "topics": _by(spoken, lambda one: one.told.topic),
        "wrong_in": [
            {"in": one.name, "rule": one.rule.value, "article": one.told.article}
            for one in spoken
            if one.verdict is Verdict.WRONG
        ][:QUOTED],
        "missing": [_missing(gap) for gap in gaps],
        "seconds": round(seconds, 2),
    }


def _figures(judged: Sequence[Judged]) -> dict[str, Any]:
    results = Counter(one.result for one in judged)
    verdicts = Counter(one.verdict for one in judged)
    known = verdicts[Verdict.RIGHT] + verdicts[Verdict.WRONG]
    return {
        "conversations": len(judged),
        "turns": sum(one.turns for one in judged),
        **{result.value: results[result] for result in Result if result is not Result.EMPTY},
        **{verdict.value: verdicts[verdict] for verdict in Verdict},
        "right_share": round(verdicts[Verdict.RIGHT] / known, 4) if known else None,
    }


def _rules(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    counts = Counter((one.rule.value, one.verdict.value) for one in judged)
    found: dict[str, dict[str, int]] = {}
    for (rule, verdict), count in sorted(counts.items()):
        found.setdefault(rule, {})[verdict] = count
    return found


def _count(values: Any) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _by(judged: Sequence[Judged], part: Any) -> dict[str, dict[str, Any]]:
    parts: dict[str, list[Judged]] = {}
    for one in judged:
        parts.setdefault(part(one), []).append(one)
    ordered = sorted(parts.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {name: _figures(ones) for name, ones in ordered}


def _times(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50 and p95: the smallest time that so many percent do not exceed."""
    ordered = sorted(seconds)
    if not ordered:
        return {"p50": 0.0, "p95": 0.0}
    last = len(ordered) - 1
    return {
        f"p{share}": round(ordered[min(last, len(ordered) * share // 100)] * 1_000, 2)
        for share in (50, 95)
    }


def _missing(gap: Gap) -> dict[str, Any]:
    return {
        "topic": gap.topic,
        "questions": len(gap.questions),
        "languages": dict(gap.languages),
        "examples": [one.name for one in gap.questions[:EXAMPLES]],
    }
