"""A diagnosis told in the language that is active."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from walletdesk.chain.types import Diagnosis, Finding, Json, Verdict
from walletdesk.web.common.diagnosis import figures
from walletdesk.web.common.diagnosis.steps import (
    CONFIDENCE,
    NEVER,
    RECOVERABLE,
    STEPS,
    THIRD_PARTIES,
)
from walletdesk.web.common.diagnosis.summaries import DEFAULTS, REASONS, SEVERAL, SUMMARIES

_ADDRESSES: Final = frozenset(
    {
        "recipient",
        "genuine",
        "look_alike",
        "spender",
        "delegate",
        "controller",
        "token",
        "sender",
        "victim",
    }
)
_NO_FACTS: Final = frozenset(
    {
        Verdict.UNREACHABLE,
        Verdict.UNDECIDED_HEX,
        Verdict.SECRET_SHOWN,
        Verdict.NOT_READABLE,
        Verdict.CANNOT_TELL,
    }
)
"""Verdicts that say nothing of a chain, so that how sure they are needs no sentence."""
_FIELDS: Final = (
    "amount", "recipient", "have", "need", "service", "seconds", "offered", "wanted", "nonce",
    "lowest", "coin", "balance", "lacking", "used", "limit", "fee", "reason", "found", "named",
    "genuine", "look_alike", "symbol", "imitates", "spender", "delegate", "controller", "rent",
    "networks", "count", "victim", "sender",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The sentences of one diagnosis, ready to be shown as plain text."""

    summary: str
    steps: tuple[str, ...]
    never: tuple[str, ...]
    recoverable: str
    confidence: str


def tell(diagnosis: Diagnosis) -> Told:
    """Return the sentences for a diagnosis: plain text, never markup."""
    plan, sure = diagnosis.plan, diagnosis.finding.confidence
    by = str(THIRD_PARTIES.get(plan.by, _("somebody else")))
    return Told(
        summary=summary(diagnosis.finding),
        steps=tuple(str(STEPS[code]) for code in diagnosis.steps),
        never=tuple(str(NEVER[code]) for code in plan.never),
        recoverable=str(RECOVERABLE[plan.recoverable]) % {"by": by},
        confidence="" if diagnosis.verdict in _NO_FACTS else str(CONFIDENCE[sure]),
    )


def summary(finding: Finding) -> str:
    """Return what happened, in one or two sentences."""
    several = SEVERAL.get(finding.verdict) if finding.fields.get("count") else None
    said = str(several or SUMMARIES[finding.verdict])
    return figures.smooth(said % _words(finding.fields))


def _words(fields: Mapping[str, Json]) -> dict[str, str]:
    return {name: _word(name, fields.get(name)) for name in _FIELDS}


def _word(name: str, value: Json) -> str:
    if name == "reason":
        return str(REASONS.get(str(value), REASONS["unknown"]))
    if isinstance(value, dict):
        known = isinstance(value.get("value"), int)
        return figures.amount(value) if known or name == "amount" else _default(name)
    if name == "symbol":
        return figures.foreign_name(value)
    if isinstance(value, bool) or value is None or value in ("", []):
        return _default(name)
    return _plain(name, value)


def _plain(name: str, value: Json) -> str:
    if isinstance(value, int):
        return figures.duration(value) if name == "seconds" else figures.count(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return figures.short(str(value)) if name in _ADDRESSES else str(value)


def _default(name: str) -> str:
    return str(DEFAULTS[name]) if name in DEFAULTS else _("the amount")
