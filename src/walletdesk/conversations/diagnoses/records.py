"""A diagnosis as JSON, and back: codes, fields and facts, no words.

Whatever nodes said has passed `chain.foreign`; what a database cannot hold is left out once more.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from walletdesk.chain.plans import PLANS
from walletdesk.chain.types import (
    Confidence,
    Diagnosis,
    Fact,
    Facts,
    Family,
    Finding,
    Json,
    Kind,
    Ref,
    Verdict,
)

DEEPEST = 12
LONGEST = 4_000  # characters of one text


def as_record(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return what a row keeps of a diagnosis."""
    ref = diagnosis.ref
    record = {
        "ref": {
            "kind": ref.kind.value,
            "text": ref.text,
            "families": [family.value for family in ref.families],
            "network": ref.network,
            "networks": list(ref.networks),
            "why": ref.why,
        },
        "network": diagnosis.network,
        "network_name": diagnosis.network_name,
        "finding": _finding(diagnosis.finding),
        "also": [_finding(finding) for finding in diagnosis.also],
        "facts": _facts(diagnosis.facts),
        "elsewhere": [_facts(facts) for facts in diagnosis.elsewhere],
        "evidence": dict(diagnosis.evidence),
        "asked": list(diagnosis.asked),
        "silent": list(diagnosis.silent),
    }
    return {name: _storable(value) for name, value in record.items()}


def from_record(record: Mapping[str, Any]) -> Diagnosis:
    """Return the diagnosis that `as_record` wrote."""
    ref, finding = record["ref"], _finding_of(record["finding"])
    return Diagnosis(
        ref=Ref(
            Kind(ref["kind"]),
            ref["text"],
            tuple(Family(family) for family in ref["families"]),
            ref["network"],
            tuple(ref["networks"]),
            ref["why"],
        ),
        network=record["network"],
        network_name=record["network_name"],
        finding=finding,
        plan=PLANS[finding.verdict],
        facts=_facts_of(record["facts"]),
        also=tuple(_finding_of(each) for each in record["also"]),
        evidence=record["evidence"],
        asked=tuple(record["asked"]),
        silent=tuple(record["silent"]),
        elsewhere=tuple(_facts_of(each) for each in record["elsewhere"]),
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": finding.verdict.value,
        "because": list(finding.because),
        "confidence": finding.confidence.value,
        "fields": dict(finding.fields),
        "steps": list(finding.steps),
    }


def _finding_of(record: Mapping[str, Any]) -> Finding:
    return Finding(
        Verdict(record["verdict"]),
        tuple(record["because"]),
        Confidence(record["confidence"]),
        record["fields"],
        tuple(record["steps"]),
    )


def _facts(facts: Facts) -> dict[str, Any]:
    return {"network": facts.network, "facts": [asdict(fact) for fact in facts]}


def _facts_of(record: Mapping[str, Any]) -> Facts:
    facts = Facts(record["network"])
    for row in record["facts"]:
        fact = Fact(**row)
        if fact.unknown:
            facts.miss(fact.name, fact.call, fact.unknown)
        else:
            facts.put(fact.name, fact.value, fact.call, fact.block, foreign=fact.foreign)
    return facts


def _storable(value: Any, depth: int = 0) -> Json:
    """Return a value without what PostgreSQL's JSON refuses: NUL, lone surrogates, NaN."""
    if depth > DEEPEST:
        return None
    if isinstance(value, str):
        return value[:LONGEST].replace("\0", "").encode(errors="ignore").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(_storable(str(k))): _storable(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each, depth + 1) for each in value]
    return value  # type: ignore[no-any-return]  # None, bool or int
