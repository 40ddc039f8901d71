"""All facts of a diagnosis for the desk: each with its block and call, and the evidence to copy."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from walletdesk.chain.types import Diagnosis, Fact, Facts, Json, Kind
from walletdesk.conversations.diagnoses.records import from_record
from walletdesk.conversations.diagnoses.rules import is_settled
from walletdesk.web.common.chain.way import Way, way_of
from walletdesk.web.common.diagnosis import figures
from walletdesk.web.common.diagnosis.chat import sure_of, title
from walletdesk.web.common.diagnosis.told import Told, tell

LONGEST = 400  # characters of one value


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as it is shown."""

    name: str
    value: str
    block: str
    call: str
    unknown: str
    foreign: bool
    decided: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagnosis as the desk shows it."""

    diagnosis: Diagnosis
    title: str
    told: Told
    sure: str
    also: tuple[str, ...]
    facts: tuple[FactRow, ...]
    elsewhere: tuple[tuple[str, tuple[FactRow, ...]], ...]
    evidence: str
    way: Way | None
    watch: bool


def panel_of(record: Mapping[str, Any]) -> Panel:
    """Return what the desk shows of a stored diagnosis, in the active language."""
    found = from_record(record)
    because = frozenset(found.finding.because)
    return Panel(
        diagnosis=found,
        title=title(found.verdict),
        told=(told := tell(found)),
        sure=sure_of(told),
        also=tuple(title(finding.verdict) for finding in found.also),
        facts=_rows(found.facts, because),
        elsewhere=tuple((facts.network, _rows(facts, frozenset())) for facts in found.elsewhere),
        evidence=evidence_text(found),
        way=way_of(found),
        watch=found.ref.kind is Kind.TRANSACTION and not is_settled(found.verdict),
    )


def evidence_text(found: Diagnosis) -> str:
    """Return the evidence pack as lines "field: value", to be sent to whoever has the case."""
    return "\n".join(f"{name}: {_value(value)}" for name, value in found.evidence.items())


def _rows(facts: Facts, because: frozenset[str]) -> tuple[FactRow, ...]:
    rows = [_row(fact, because) for fact in facts]
    return tuple(sorted(rows, key=lambda row: (not row.decided, bool(row.unknown))))


def _row(fact: Fact, because: frozenset[str]) -> FactRow:
    return FactRow(
        name=fact.name.replace("_", " "),
        value=_value(fact.value),
        block=figures.count(fact.block) if fact.block is not None else "",
        call=fact.call,
        unknown=_unknown(fact.unknown) if fact.unknown else "",
        foreign=fact.foreign,
        decided=fact.name in because,
    )


def _unknown(reason: str) -> str:
    reasons = {
        "late": _("did not answer in time"),
        "unreachable": _("did not answer"),
        "no_endpoint": _("no node is set up"),
        "refused": _("the node refused the question"),
        "malformed": _("the node's answer made no sense"),
        "unsupported": _("this node cannot tell"),
    }
    return reasons.get(reason, reason)


def _value(value: Json) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict) and {"value", "decimals", "symbol"} <= value.keys():
        return figures.amount(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
