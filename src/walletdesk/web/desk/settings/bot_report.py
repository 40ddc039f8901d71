"""A replay's report in words, and where the parts of its picture lie."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.accounts.models import Membership
from walletdesk.bot.replays.models import Replay
from walletdesk.bot.replays.queries import first_words
from walletdesk.bot.replays.types import Result, Rule, State
from walletdesk.bot.summary import reason_name
from walletdesk.bot.types import Reason
from walletdesk.web.common.personal import masked_line
from walletdesk.web.desk.present import language_name

WIDTH = 720  # of the picture
STATES = {
    State.WAITING: gettext_noop("Waiting"),
    State.RUNNING: gettext_noop("Running"),
    State.DONE: gettext_noop("Done"),
    State.CANCELLED: gettext_noop("Cancelled"),
    State.FAILED: gettext_noop("Failed"),
}
RESULTS = {
    Result.ANSWERED: gettext_noop("Answered"),
    Result.ANSWERED_AND_HANDED_OVER: gettext_noop("Answered, and a person called"),
    Result.HANDED_OVER: gettext_noop("Handed over"),
    Result.LOOKED_UP: gettext_noop("Looked something up"),
    Result.ASKED_AGAIN: gettext_noop("Asked again"),
    Result.SMALL_TALK: gettext_noop("Small talk"),
}
RULES = {
    Rule.EXPECTED_ARTICLE: gettext_noop("The expected article"),
    Rule.CUSTOMER_SAID: gettext_noop("The customer said whether this article helped"),
    Rule.AGENT_SENT: gettext_noop("A colleague sent this article, or another one"),
    Rule.ENDED_WELL: gettext_noop("It ended after this article, without a person"),
    Rule.PERSON_NEEDED: gettext_noop("A person was needed, or was not"),
    Rule.TOPIC: gettext_noop("The topic that a colleague set"),
}


def state_name(state: str) -> str:
    """Return the name of a replay's state."""
    return _(STATES[State(state)])


def shown_report(
    replay: Replay | None, membership: Membership, topics: Sequence[tuple[str, str]]
) -> dict[str, Any] | None:
    """Return what the page shows of a report; customers' words as far as one may read them."""
    if replay is None:
        return None
    report = replay.report
    names = dict(topics)
    examples = [name for gap in report["missing"] for name in gap["examples"]]
    asked = first_words(membership, [*examples, *(one["in"] for one in report["wrong_in"])])
    return {
        "figures": report,
        "known": report["right"] + report["wrong"],
        "parts": parts_of(report),
        "reasons": [(reason_name(Reason(code)), n) for code, n in report["reasons"].items()],
        "rules": [
            (_(name), report["rules"].get(rule, {}))
            for rule, name in RULES.items()
            if rule in report["rules"]
        ],
        "languages": [
            (language_name(code) if code else "–", figures)
            for code, figures in report["languages"].items()
        ],
        "missing": [
            {
                "topic": names.get(gap["topic"], gap["topic"]),
                "questions": gap["questions"],
                "languages": [(language_name(c), n) for c, n in gap["languages"].items()],
                "examples": _examples(gap["examples"], asked),
            }
            for gap in report["missing"]
        ],
        "wrong": [
            one | {"text": masked_line(asked[one["in"]]), "rule": _(RULES[Rule(one["rule"])])}
            for one in report["wrong_in"]
            if one["in"] in asked
        ],
    }


def _examples(names: Sequence[str], asked: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, masked_line(asked[name])) for name in names if name in asked]


def parts_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of the bar, from left to right: code, name, count, share, x and width."""
    total = sum(report[result] for result in RESULTS) or 1
    parts, at = [], 0.0
    for result, name in RESULTS.items():
        width = WIDTH * report[result] / total
        parts.append(
            {
                "code": result.value,
                "name": _(name),
                "count": report[result],
                "share": report[result] / total,
                "x": round(at, 2),
                "width": round(width, 2),
            }
        )
        at += width
    return parts
