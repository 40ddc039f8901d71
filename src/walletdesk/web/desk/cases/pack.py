"""The evidence pack: what police and exchanges need, in the language that is active.

Plain data, from which JSON and PDF are made. Every fact says where it was read: network, call and
block. No personal data stands in it unless it was revealed for it, with a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from walletdesk.cases import queries
from walletdesk.cases.models import SecurityCase
from walletdesk.cases.types import AddressRole, Cause, OrderKind, OrderState, Seen
from walletdesk.kit import clock
from walletdesk.web.common.diagnosis import figures
from walletdesk.web.desk.cases import present, words

FORMAT = "walletdesk-evidence-1"
# What the world outside is told of a case's history: not who on the desk did what to whom.
TOLD = frozenset(
    {"opened", "warned", "cause", "identity", "secret", "closed", "wallet_done", "references"}
)


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A datum of the customer that was revealed for this pack."""

    kind: str
    value: str


def build(case: SecurityCase, disclosed: Iterable[Disclosed] = ()) -> dict[str, Any]:
    """Return the whole pack."""
    readings = queries.readings_of(case)
    transactions = [_transaction(seen) for _row, seen in readings if seen.kind == "transaction"]
    listed = _listed_by_wallet(case)
    name, about = words.cause(case.cause)
    return {
        "format": FORMAT,
        "language": get_language() or "en",
        "made_at": clock.now().isoformat(timespec="seconds"),
        "case": case.ref,
        "wallet": case.brand.name,
        "kind": case.kind,
        "kind_text": words.said(words.KINDS, case.kind),
        "opened_at": case.created_at.isoformat(timespec="seconds"),
        "cause": {
            "code": case.cause,
            "text": name,
            "about": about if case.cause != Cause.UNKNOWN else "",
            "confidence": case.confidence,
            "confidence_text": words.said(words.CONFIDENCE, case.confidence),
            "because": list(case.because),
        },
        "customer": [{"kind": one.kind, "value": one.value} for one in disclosed],
        "addresses": _addresses(case, [seen for _row, seen in readings]),
        "transactions": transactions,
        "listed_by_wallet": listed,
        "at_risk": [
            {"what": one["what"], "address": one["row"].reference, "state": one["state"],
             "network": one["row"].network_name}
            for one in (present.risk(row, case.cause) for row in queries.risks_of(case))
        ],
        "time_line": _time_line(case, transactions, listed),
        "not_read": list(case.silent),
    }  # fmt: skip


def _addresses(case: SecurityCase, seen: list[Seen]) -> list[dict[str, Any]]:
    read: dict[str, list[str]] = {}
    for one in seen:
        if one.kind == "address":
            read.setdefault(one.reference.lower(), []).append(one.network_name)
    order = [AddressRole.VICTIM, AddressRole.THIEF, AddressRole.OTHER]
    rows = [one for one in queries.references_of(case) if one.kind == "address"]
    return [
        {
            "address": one.text,
            "role": one.role,
            "role_text": words.said(words.ROLES, one.role),
            "networks": sorted(set(read.get(one.text.lower(), []))),
        }
        for one in sorted(rows, key=lambda one: order.index(AddressRole(one.role)))
    ]


def _transaction(seen: Seen) -> dict[str, Any]:
    """Return one transaction as it was read, with the source of every fact."""
    told = seen.evidence
    amount = told.get("amount")
    wanted = {"sender", "recipient", "value", "transfers", "time", "block", "status", "result"}
    return {
        "hash": seen.reference,
        "network": seen.network_name,
        "explorer": told.get("explorer", ""),
        "time": told.get("time") or "",
        "block": told.get("block"),
        "from": told.get("sender") or "",
        "to": told.get("recipient") or "",
        "amount": figures.amount(amount) if isinstance(amount, dict) else "",
        "token": told.get("token") or "",
        "sources": [
            {"fact": fact["name"], "call": fact.get("call", ""), "block": fact.get("block")}
            for fact in seen.facts
            if fact.get("name") in wanted
        ],
    }


def _listed_by_wallet(case: SecurityCase) -> list[dict[str, str]]:
    """Return what the wallet's own back end listed last, as it said it."""
    for one in queries.orders_of(case):
        if one.kind == OrderKind.TRANSACTIONS and one.state == OrderState.DONE:
            return [dict(row) for row in one.answer.get("transactions", [])]
    return []


def _time_line(
    case: SecurityCase, transactions: list[dict[str, Any]], listed: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Return what happened when, oldest first, each line with its source."""
    lines = [
        _line(
            one["time"],
            _("%(amount)s from %(sender)s to %(receiver)s")
            % {
                "amount": one["amount"] or _("Something"),
                "sender": one["from"] or "?",
                "receiver": one["to"] or "?",
            },
            _("%(network)s, block %(block)s") % {"network": one["network"], "block": one["block"]},
        )
        for one in transactions
        if one["time"]
    ]
    lines += [
        _line(
            one["at"],
            _("%(amount)s from %(sender)s to %(receiver)s")
            % {
                "amount": f"{one['amount']} {one['symbol']}".strip(),
                "sender": one["from"],
                "receiver": one["to"],
            },
            _("the wallet's own records"),
        )
        for one in listed
        if one["at"]
    ]
    began = case.conversation.created_at.isoformat(timespec="seconds")
    lines.append(_line(began, _("The customer wrote to support"), _("support")))
    lines += [
        _line(
            one.created_at.isoformat(timespec="seconds"),
            words.entry(one.code, one.detail),
            _("support"),
        )
        for one in queries.entries_of(case)
        if one.code in TOLD
    ]
    return sorted(lines, key=lambda line: line["at"])


def _line(at: str, what: str, source: str) -> dict[str, str]:
    return {"at": at, "what": what, "source": source}
