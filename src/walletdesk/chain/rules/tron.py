"""TRON: energy, bandwidth, permissions, activation, memo. Codes: tronprotocol/protocol."""

from typing import Final

from walletdesk.chain.rules import common
from walletdesk.chain.rules.common import Context, Rule
from walletdesk.chain.types import Confidence, Facts, Finding, Json, Verdict

# A transfer takes about 270 to 350 bytes; each costs 1,000 sun when no bandwidth is left.
_TRANSFER_BYTES: Final = 350
_BYTE_FEE: Final = 1_000
_RESOURCE_FAILURES: Final = frozenset({"OUT_OF_ENERGY", "OUT_OF_TIME"})


def out_of_energy(facts: Facts, context: Context) -> Finding | None:
    """Find a contract call that stopped for want of energy, or of the fee that replaces it."""
    if facts.text("result") not in _RESOURCE_FAILURES:
        return None
    used, limit = facts.number("energy_fee"), facts.number("fee_limit")
    capped = used is not None and limit is not None and used >= limit > 0
    return Finding(
        Verdict.TRON_OUT_OF_ENERGY,
        ("result", "energy_used", "energy_left", "fee_limit"),
        fields={
            "used": facts.value("energy_used"),
            "left": facts.value("energy_left"),
            "fee": common.coins(facts, "fee_paid", context),
        },
        steps=("raise_fee_limit", "get_energy") if capped else (),
    )


def no_bandwidth(facts: Facts, context: Context) -> Finding | None:
    """Find a result that says so, or an account that can pay for no transaction at all."""
    balance, left = facts.number("balance"), facts.number("bandwidth_left")
    said = facts.text("result") in {"BANDWITH_ERROR", "BANDWIDTH_ERROR"}
    empty = balance is not None and left is not None and left < _TRANSFER_BYTES
    if not said and not (empty and (balance or 0) < _TRANSFER_BYTES * _BYTE_FEE):
        return None
    fields: dict[str, Json] = {"left": left, "balance": common.coins(facts, "balance", context)}
    return Finding(
        Verdict.TRON_NO_BANDWIDTH, ("result", "balance", "bandwidth_left"), fields=fields
    )


def reverted(facts: Facts, context: Context) -> Finding | None:
    """Find any other failure of a contract, with its reason."""
    result = facts.text("result")
    if not result or result == "SUCCESS":
        return None
    refusal = facts.value("refusal")
    told = refusal if isinstance(refusal, dict) else {}
    reason = str(told.get("class") or "unknown")
    if result == "TRANSFER_FAILED":
        reason = "token_balance"
    known = reason != "unknown"
    fields: dict[str, Json] = {
        "reason": reason,
        "said": told.get("text") or result,
        "form": told.get("form") or "code",
        "fee": common.coins(facts, "fee_paid", context),
    }
    steps = (f"retry_{reason}", "fee_is_spent") if known else ()
    sure = Confidence.CERTAIN if known else Confidence.LIKELY
    return Finding(Verdict.REVERTED, ("result", "refusal"), sure, fields, steps)


def pending(facts: Facts, context: Context) -> Finding | None:
    """Find one that waits for its block; TRON's wait for a minute at most."""
    if not facts.true("waiting"):
        return None
    fields: dict[str, Json] = {"amount": common.sent_amount(facts, context)}
    return Finding(Verdict.PENDING, ("waiting", "expires"), fields=fields, steps=("wait_a_minute",))


def fake_token(facts: Facts, context: Context) -> Finding | None:
    """Find an imitation among transfers or holdings."""
    rows = [*facts.rows("transfers"), *facts.rows("tokens")]
    return common.fake_token(rows, ("transfers", "tokens"), context)


def hijacked(facts: Facts, context: Context) -> Finding | None:
    """Find an owner permission that the owner alone cannot meet."""
    own, threshold = facts.number("own_weight"), facts.number("threshold")
    if own is None or threshold is None or own >= threshold:
        return None
    keys = facts.value("owner_keys")
    others = [k for k in keys if k != facts.text("address")] if isinstance(keys, list) else []
    fields: dict[str, Json] = {
        "own": own,
        "threshold": threshold,
        "controller": others[0] if others else "",
        "balance": common.coins(facts, "balance", context),
    }
    because = ("own_weight", "threshold", "owner_keys")
    return Finding(Verdict.TRON_PERMISSION_HIJACK, because, fields=fields)


def foreign_operator(facts: Facts, context: Context) -> Finding | None:
    """Find strangers among the active permissions: they may move money beside the owner."""
    strangers = facts.value("active_strangers")
    if not isinstance(strangers, list) or not strangers:
        return None
    fields: dict[str, Json] = {
        "own": facts.value("own_weight"),
        "threshold": facts.value("threshold"),
        "controller": strangers[0],
        "balance": common.coins(facts, "balance", context),
    }
    because = ("active_strangers",)
    return Finding(Verdict.TRON_PERMISSION_HIJACK, because, Confidence.LIKELY, fields)


def not_activated(facts: Facts, _context: Context) -> Finding | None:
    """Find an address that nobody has sent TRX to yet."""
    if not facts.false("activated"):
        return None
    return Finding(
        Verdict.TRON_NOT_ACTIVATED, ("activated",), fields={"recipient": facts.text("address")}
    )


def no_energy(facts: Facts, context: Context) -> Finding | None:
    """Find tokens that cannot be moved: no energy, and no TRX to burn instead."""
    balance, left = facts.number("balance"), facts.number("energy_left")
    if not facts.rows("tokens") or balance is None or left is None:
        return None
    # How much one transfer takes depends on the contract; 1 TRX pays for none of the usual ones.
    if left > 0 or balance >= 1_000_000:
        return None
    fields: dict[str, Json] = {
        "coin": context.network.coin,
        "balance": common.coins(facts, "balance", context),
        "lacking": None,
    }
    because = ("balance", "energy_left", "tokens")
    return Finding(Verdict.INSUFFICIENT_FEE_COIN, because, Confidence.LIKELY, fields)


def nothing_wrong(facts: Facts, context: Context) -> Finding | None:
    """Say that nothing stands out."""
    if not facts.true("activated"):
        return None
    fields: dict[str, Json] = {"balance": common.coins(facts, "balance", context)}
    return Finding(Verdict.NOTHING_WRONG, ("balance",), Confidence.LIKELY, fields)


def dust(facts: Facts, context: Context) -> Finding | None:
    """Find a gift of next to nothing, which TRON's spammers send by the thousand."""
    value = facts.number("value")
    if not value or value > 1000 or facts.text("result") != "SUCCESS":
        return None
    fields: dict[str, Json] = {"amount": common.coins(facts, "value", context)}
    return Finding(Verdict.DUST, ("value",), Confidence.LIKELY, fields)


TRANSACTION_RULES: Final[tuple[Rule, ...]] = (
    pending,
    out_of_energy,
    no_bandwidth,
    reverted,
    common.taken_by_spender,
    common.sent_to_look_alike,
    fake_token,
    common.service_rules,
    common.unconfirmed_deposit,
    dust,
    common.confirmed,
)
ADDRESS_RULES: Final[tuple[Rule, ...]] = (
    hijacked,
    not_activated,
    foreign_operator,
    no_bandwidth,
    no_energy,
    nothing_wrong,
)
