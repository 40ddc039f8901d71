"""Pure rules of security cases: the way of each kind, what caused it, what is still at risk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from walletdesk.cases.types import (
    CaseKind,
    Cause,
    Classification,
    OrderKind,
    Outcome,
    Phase,
    Risk,
    RiskKind,
    Seen,
    Source,
)
from walletdesk.chain.abi import selector
from walletdesk.chain.types import Confidence, Verdict

_WARN, _MOVE, _PLAN = "second_scam", "move_rest", "follow_up"
STEPS: Final[dict[CaseKind, tuple[tuple[Phase, tuple[str, ...]], ...]]] = {
    CaseKind.WALLET_STOLEN: (
        (Phase.NOW, (_WARN, "stop_deposits", _MOVE, "freeze_account")),
        (Phase.UNDERSTAND, ("ask_story", "references", "classify")),
        (Phase.SAVE, ("settle_risks",)),
        (Phase.REPORT, ("evidence", "police", "exchanges")),
        (Phase.AFTER, ("clean_device", _PLAN)),
    ),
    CaseKind.SECRET_CAUGHT: (
        (Phase.NOW, ("new_wallet", _MOVE, _WARN)),
        (Phase.UNDERSTAND, ("where_else", "references", "classify")),
        (Phase.SAVE, ("settle_risks",)),
        (Phase.AFTER, ("clean_device", _PLAN)),
    ),
    CaseKind.PHISHING: (
        (Phase.NOW, ("do_not_open", "ask_entered", _WARN)),
        (Phase.UNDERSTAND, ("references", "classify")),
        (Phase.SAVE, ("settle_risks",)),
        (Phase.REPORT, ("report_site", "evidence")),
        (Phase.AFTER, (_PLAN,)),
    ),
    CaseKind.ACCOUNT_TAKEOVER: (
        (Phase.NOW, ("freeze_account", _WARN)),
        (Phase.UNDERSTAND, ("ask_story", "identity", "references")),
        (Phase.SAVE, ("reset_access", "settle_risks")),
        (Phase.REPORT, ("evidence", "police")),
        (Phase.AFTER, ("clean_device", "unfreeze_account", _PLAN)),
    ),
}
"""The way of each kind of case: its parts, and the steps of each."""

FOUR_EYES: Final = frozenset({OrderKind.FREEZE, OrderKind.UNFREEZE, OrderKind.RESET})
NEEDS_IDENTITY: Final = frozenset({OrderKind.UNFREEZE, OrderKind.RESET})
IDENTITY_HOLDS: Final = timedelta(hours=24)  # whoever stands here today may be another tomorrow
# Ends at which nobody needs the first steps any more.
WITHOUT_STEPS: Final = frozenset({Outcome.FALSE_ALARM, Outcome.NO_ANSWER})
TOPICS: Final = {"wallet_stolen": CaseKind.WALLET_STOLEN, "phishing_link": CaseKind.PHISHING}
"""Topics of conversations that open a case by themselves."""
LOST: Final = frozenset({CaseKind.WALLET_STOLEN, CaseKind.ACCOUNT_TAKEOVER})
"""Kinds in which something may be gone already, which draws "recovery services"."""
SECURITY_TEAMS: Final = frozenset({"security", "安全", "seguridad"})
"""Names of the team that security cases go to, unless the brand has chosen one."""

_PERMITS: Final = {
    selector(signature)
    for signature in (
        "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",  # EIP-2612
        "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)",
        "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)",
        "transferFrom(address,address,uint160,address)",
    )
}
"""Calls by which a signature, not a transaction of the owner, gives the right to take."""

RETRIES: Final = tuple(timedelta(seconds=s) for s in (5, 20, 60, 180, 600, 1800, 3600))
"""Pauses after failed attempts; after the last one an order has failed."""
SHORTEST_SILENCE: Final = timedelta(seconds=20)
WATCHED: Final = timedelta(hours=1)
LEASE: Final = timedelta(seconds=90)  # longer than an attempt may take, so that two never overlap

_FACT_NAMES: Final = frozenset({"account_state", "created", "last_login", "devices", "network"})
_TRANSACTION_FIELDS: Final = ("hash", "network", "from", "to", "amount", "symbol", "at")
MOST_TRANSACTIONS: Final = 100


def steps_of(kind: str) -> list[str]:
    """Return the codes of all steps of a kind, in order."""
    return [code for _phase, codes in STEPS[CaseKind(kind)] for code in codes]


def first_steps(kind: str) -> tuple[str, ...]:
    """Return the steps that cannot wait."""
    return STEPS[CaseKind(kind)][0][1]


# --- why -------------------------------------------------------------------------------------


def classify(seen: Sequence[Seen], *, caught: bool = False) -> Classification:
    """Return how the thief came to the money, from the strongest fact down.

    `caught`: the guard found the customer's own secret in what they wrote.
    """
    found = [one for one in _conclusions(seen, caught=caught) if one is not None]
    if not found:
        return Classification(Cause.UNKNOWN, Confidence.POSSIBLE)
    first = found[0]
    others = (*first.others, *(one.cause for one in found[1:]))
    return Classification(
        first.cause,
        first.confidence,
        first.because,
        tuple(dict.fromkeys(cause for cause in others if cause != first.cause)),
    )


def _conclusions(seen: Sequence[Seen], *, caught: bool) -> Iterator[Classification | None]:
    yield from _by_verdict(seen, Verdict.TRON_PERMISSION_HIJACK, Cause.PERMISSION_HIJACK)
    if caught or any(one.verdict == Verdict.SECRET_SHOWN for one in seen):
        source = Source("", "", "secret_in_message", "guard")
        yield Classification(Cause.KEY_LEAK, Confidence.CERTAIN, (source,))
    yield from _by_verdict(seen, Verdict.EIP7702_SWEEPER, Cause.KEY_LEAK)
    yield from _by_verdict(seen, Verdict.ADDRESS_POISONING, Cause.POISONING)
    for one in seen:
        yield _taken_by_others(one, seen)
    for one in seen:
        yield _open_approval(one)
    for one in seen:
        yield _sent_by_owner(one)
    yield from _by_verdict(seen, Verdict.POISONING_ATTEMPT, Cause.POISONING, weak=True)


def _by_verdict(
    seen: Sequence[Seen], verdict: Verdict, cause: Cause, *, weak: bool = False
) -> Iterator[Classification]:
    for one in seen:
        if verdict in (one.verdict, *one.also):
            sure = Confidence.POSSIBLE if weak else Confidence.LIKELY
            if not weak and one.verdict == verdict:
                sure = Confidence(one.confidence)
            yield Classification(cause, sure, _sources(one, _DECIDERS[verdict]))


_DECIDERS: Final = {
    Verdict.TRON_PERMISSION_HIJACK: ("own_weight", "threshold", "owner_keys", "active_strangers"),
    Verdict.EIP7702_SWEEPER: ("delegate",),
    Verdict.ADDRESS_POISONING: ("recipient", "paid_look_alikes", "transfers"),
    Verdict.POISONING_ATTEMPT: ("look_alikes", "forged"),
}


def _taken_by_others(one: Seen, seen: Sequence[Seen]) -> Classification | None:
    """Tell tokens that somebody else's transaction moved: by an approval, or by a signature."""
    sender = _low(one.value("sender"))
    taken = [row for row in one.rows("transfers") if _low(row.get("from")) not in ("", sender)]
    if not sender or not taken or _low(taken[0].get("from")) == _low(one.value("recipient")):
        return None  # a contract that pays out of its own pocket is no theft
    because = _sources(one, ("sender", "transfers", "method"))
    if one.value("method") in _PERMITS:
        return Classification(Cause.PERMIT, Confidence.CERTAIN, because)
    victim, token = _low(taken[0].get("from")), _low(taken[0].get("token"))
    for other in seen:
        if _low(other.value("address")) != victim or other.network != one.network:
            continue
        for row in other.rows("approvals"):
            if row.get("form") == "permit2":
                return Classification(Cause.PERMIT, Confidence.LIKELY, because)
            if _low(row.get("token")) == token:
                more = _sources(other, ("approvals",))
                return Classification(Cause.APPROVAL, Confidence.CERTAIN, (*because, *more))
    return Classification(Cause.APPROVAL, Confidence.LIKELY, because, (Cause.PERMIT,))


def _open_approval(one: Seen) -> Classification | None:
    """Tell a right without limit that somebody unknown holds: the way that stands open."""
    for row in one.rows("approvals"):
        if row.get("unlimited") is True and not row.get("spender_name"):
            cause = Cause.PERMIT if row.get("form") == "permit2" else Cause.APPROVAL
            return Classification(cause, Confidence.POSSIBLE, _sources(one, ("approvals",)))
    return None


def _sent_by_owner(one: Seen) -> Classification | None:
    """Tell money that the owner's own key moved: whoever did it, had the key or the device."""
    if one.kind != "transaction" or one.value("waiting") is True:
        return None
    sender = _low(one.value("sender"))
    rows = one.rows("transfers")
    own = bool(one.value("value")) or any(_low(row.get("from")) == sender for row in rows)
    if not sender or not own:
        return None
    because = _sources(one, ("sender", "value", "transfers"))
    return Classification(Cause.KEY_LEAK, Confidence.POSSIBLE, because, (Cause.FAKE_APP,))


def _sources(one: Seen, names: Iterable[str]) -> tuple[Source, ...]:
    wanted = set(names)
    return tuple(
        Source(
            one.reference, one.network, str(fact["name"]), str(fact.get("call", "")),
            fact.get("block"),
        )
        for fact in one.facts
        if fact.get("name") in wanted and fact.get("value") not in (None, [], "")
    )  # fmt: skip


def _low(value: Any) -> str:
    text = str(value or "")
    return text.lower() if text.startswith(("0x", "0X")) else text


def victims(seen: Sequence[Seen]) -> list[str]:
    """Return the addresses that transactions took money from, each once."""
    found: dict[str, str] = {}
    for one in seen:
        if one.kind != "transaction":
            continue
        rows = one.rows("transfers")
        sources = [row.get("from") for row in rows] or [one.value("sender")]
        for address in sources[:3]:
            if address and _low(address) != _low(one.value("recipient")):
                found.setdefault(_low(address), str(address))
    return list(found.values())[:3]


# --- what is left ------------------------------------------------------------------------------


def at_risk(seen: Sequence[Seen]) -> list[Risk]:
    """Return what can still be taken from the addresses that were read, the doors first."""
    found: dict[str, Risk] = {}
    for one in seen:
        if one.kind == "address":
            found |= {risk.key: risk for risk in (*_doors(one), *_holdings(one))}
    order = list(RiskKind)[::-1]
    return sorted(found.values(), key=lambda risk: order.index(risk.kind))


def _doors(one: Seen) -> Iterator[Risk]:
    for row in one.rows("approvals"):
        if not row.get("live") or row.get("spender_name"):
            continue
        kind = RiskKind.PERMIT if row.get("form") == "permit2" else RiskKind.APPROVAL
        spender, token = _low(row.get("spender")), _low(row.get("token"))
        fields = {
            "spender": row.get("spender"),
            "token": row.get("token"),
            "symbol": row.get("official") or row.get("symbol"),
            "unlimited": row.get("unlimited") is True,
        }
        yield _risk(one, kind, f"{token}:{spender}", fields)
    if one.value("delegate") and not one.value("delegate_name"):
        yield _risk(one, RiskKind.DELEGATION, "", {"spender": one.value("delegate")})
    own, threshold = one.value("own_weight"), one.value("threshold")
    hijacked = isinstance(own, int) and isinstance(threshold, int) and own < threshold
    if hijacked or one.value("active_strangers"):
        keys = [*(one.value("active_strangers") or ()), *(one.value("owner_keys") or ())]
        others = [key for key in keys if key != one.value("address")]
        yield _risk(one, RiskKind.PERMISSION, "", {"spender": others[0] if others else ""})


def _holdings(one: Seen) -> Iterator[Risk]:
    balance = one.value("balance")
    if isinstance(balance, int) and balance > 0 and one.coin:
        amount = {"value": balance, "decimals": one.decimals, "symbol": one.coin}
        yield _risk(one, RiskKind.COIN, "", {"amount": amount})
    for row in one.rows("tokens"):
        value = row.get("value")
        if isinstance(value, int) and value > 0 and row.get("official"):
            amount = {"value": value, "decimals": row.get("decimals"), "symbol": row["official"]}
            yield _risk(one, RiskKind.TOKEN, _low(row.get("token")), {"amount": amount})


def _risk(one: Seen, kind: RiskKind, part: str, fields: Mapping[str, Any]) -> Risk:
    address = str(one.value("address") or one.reference)
    key = f"{kind}:{one.network}:{_low(address)}:{part}"[:200]
    return Risk(key, kind, address, one.network, one.network_name, fields)


# --- the wallet's back end ---------------------------------------------------------------------


def pause_after_silence(age: timedelta) -> timedelta | None:
    """Return when to read the chain again after a network was silent; None: people will ask."""
    return max(SHORTEST_SILENCE, age) if age < WATCHED else None


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts, None when it was the last."""
    return RETRIES[attempts - 1] if 0 < attempts <= len(RETRIES) else None


def known_facts(told: Any) -> dict[str, str]:
    """Return what may be kept of what a back end tells of an account: no personal data."""
    if not isinstance(told, dict):
        return {}
    return {name: text(told[name]) for name in sorted(_FACT_NAMES) if text(told.get(name))}


def known_transactions(told: Any) -> tuple[dict[str, str], ...]:
    """Return the transactions that a back end lists, their known fields only."""
    rows = told if isinstance(told, list) else []
    kept = [
        {name: text(row.get(name)) for name in _TRANSACTION_FIELDS}
        for row in rows[:MOST_TRANSACTIONS]
        if isinstance(row, dict)
    ]
    return tuple(row for row in kept if row["hash"])


def text(value: Any) -> str:
    """Return a foreign value as short plain text; anything else than text or a number is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    # A number of any length; str of a huge one would raise.
    shown = value if isinstance(value, str) else str(value) if abs(value) < 10**60 else ""
    plain = "".join(char for char in shown if char.isprintable() and not _is_surrogate(char))
    return plain[:120].strip()


def _is_surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"
