"""Transactions of EVM chains. Order matters: the first rule that fits decides."""

from typing import Final

from walletdesk.chain.networks import Network
from walletdesk.chain.rules import common
from walletdesk.chain.rules.common import Context, Rule
from walletdesk.chain.types import Confidence, Facts, Finding, Json, Verdict

_BURNT: Final = frozenset({"0x" + "0" * 40, "0x000000000000000000000000000000000000dead"})
_TRANSFER_CALL: Final = "0xa9059cbb"
_CHEAP: Final = 0.8  # of what nodes suggest: below it, waiting is to be expected
_POISON: Final = 3  # zero-value transfers in one transaction that leave no doubt


def replaced(facts: Facts, _context: Context) -> Finding | None:
    """Find that another transaction with the same nonce was mined instead."""
    account, nonce = facts.number("account_nonce"), facts.number("nonce")
    gone = facts.false("found") or facts.true("waiting")
    if not gone or account is None or nonce is None or account <= nonce:
        return None
    return Finding(
        Verdict.REPLACED,
        ("found", "nonce", "account_nonce"),
        fields={"nonce": nonce, "sender": facts.text("sender")},
    )


def dropped(facts: Facts, _context: Context) -> Finding | None:
    """Find that no node keeps it any more and its number is still free."""
    account, nonce = facts.number("account_nonce"), facts.number("nonce")
    if not facts.false("found") or nonce is None:
        return None
    sure = Confidence.LIKELY if account is not None else Confidence.POSSIBLE
    return Finding(
        Verdict.DROPPED,
        ("found", "nonce", "account_nonce"),
        sure,
        {"nonce": nonce, "sender": facts.text("sender")},
    )


def nonce_gap(facts: Facts, _context: Context) -> Finding | None:
    """Find that an earlier transaction of the same account has to go first."""
    account, nonce = facts.number("account_nonce"), facts.number("nonce")
    if not facts.true("waiting") or account is None or nonce is None or nonce <= account:
        return None
    pending = facts.number("pending_nonce")
    missing = pending is not None and pending <= nonce
    return Finding(
        Verdict.NONCE_GAP,
        ("nonce", "account_nonce", "pending_nonce"),
        fields={"nonce": nonce, "lowest": account, "missing": missing},
        steps=("send_missing_nonce" if missing else "speed_up_lowest", "later_ones_follow"),
    )


def insufficient_fee_coin(facts: Facts, context: Context) -> Finding | None:
    """Find that the account cannot pay what the waiting transaction may cost."""
    parts = [facts.number(name) for name in ("balance", "gas_limit", "max_fee", "value")]
    balance, limit, price, value = parts
    if not facts.true("waiting") or balance is None or limit is None or price is None:
        return None
    most = limit * price + (value or 0)
    if balance >= most:
        return None
    return Finding(
        Verdict.INSUFFICIENT_FEE_COIN,
        ("balance", "gas_limit", "max_fee", "value"),
        fields=_lacking(most, balance, context.network),
    )


def _lacking(most: int, balance: int, network: Network) -> dict[str, Json]:
    return {
        "coin": network.coin,
        "balance": common.amount(balance, network.decimals, network.coin),
        "lacking": common.amount(most - balance, network.decimals, network.coin),
    }


def underpriced(facts: Facts, _context: Context) -> Finding | None:
    """Find that it offers less than the block's base fee, or much less than is usual."""
    price, base = facts.number("max_fee"), facts.number("base_fee")
    usual = facts.number("usual_price")
    if not facts.true("waiting") or price is None:
        return None
    fields: dict[str, Json] = {
        "offered": common.amount(price, 9, "Gwei"),
        "wanted": common.amount(max(base or 0, usual or 0), 9, "Gwei"),
    }
    if base is not None and price < base:
        return Finding(Verdict.UNDERPRICED, ("waiting", "max_fee", "base_fee"), fields=fields)
    if usual is not None and price < usual * _CHEAP:
        because = ("waiting", "max_fee", "usual_price")
        return Finding(Verdict.UNDERPRICED, because, Confidence.LIKELY, fields)
    return None


def pending(facts: Facts, context: Context) -> Finding | None:
    """Find that it waits, and nothing is wrong with it."""
    if not facts.true("waiting"):
        return None
    return Finding(
        Verdict.PENDING,
        ("waiting", "nonce", "account_nonce", "max_fee"),
        fields={"amount": common.coins(facts, "value", context)},
    )


def out_of_gas(facts: Facts, context: Context) -> Finding | None:
    """Find that the gas limit was used up and more of it would have done."""
    used, limit = facts.number("gas_used"), facts.number("gas_limit")
    if facts.number("status") != 0 or used is None or not limit:
        return None
    because = ("status", "gas_used", "gas_limit", "enough_with_more_gas")
    fields: dict[str, Json] = {
        "used": used,
        "limit": limit,
        "fee": common.coins(facts, "fee_paid", context),
    }
    refusal = facts.value("refusal")
    reasoned = isinstance(refusal, dict) and refusal.get("form") != "none"
    if facts.true("enough_with_more_gas") and used * 100 >= limit * 90:
        return Finding(Verdict.OUT_OF_GAS, because, fields=fields)
    # Code that stops at an invalid instruction also burns all of it; the replay tells them apart.
    if used == limit and not reasoned and facts.value("enough_with_more_gas") is None:
        return Finding(Verdict.OUT_OF_GAS, because, Confidence.LIKELY, fields)
    return None


def reverted(facts: Facts, context: Context) -> Finding | None:
    """Find that the contract refused, with the class of its reason."""
    if facts.number("status") != 0:
        return None
    refusal = facts.value("refusal")
    told = refusal if isinstance(refusal, dict) else {}
    reason = str(told.get("class") or "unknown")
    if facts.true("enough_with_more_gas") and not told:
        # It would pass on the state before: others in the same block came first.
        reason = "state_changed"
    known = reason != "unknown"
    return Finding(
        Verdict.REVERTED,
        ("status", "refusal"),
        Confidence.CERTAIN if known else Confidence.LIKELY,
        {
            "reason": reason,
            "said": told.get("text") or "",
            "form": told.get("form") or "none",
            "fee": common.coins(facts, "fee_paid", context),
        },
        steps=(f"retry_{reason}", "fee_is_spent") if known else (),
    )


def forged_transfer(facts: Facts, _context: Context) -> Finding | None:
    """Find transfers of nothing in somebody else's name: bait for the next copy and paste."""
    rows = [
        row
        for row in facts.rows("transfers")
        if row.get("value") == 0 and row.get("from") != facts.text("sender").lower()
    ]
    moved = any(row.get("value") for row in facts.rows("transfers"))
    if not rows or (moved and len(rows) <= _POISON):
        # Pools and routers move nothing beside something; bait moves nothing at all.
        return None
    sure = Confidence.CERTAIN if len(rows) > _POISON else Confidence.LIKELY
    fields: dict[str, Json] = {"victim": rows[0].get("from"), "look_alike": rows[0].get("to")}
    return Finding(Verdict.POISONING_ATTEMPT, ("sender", "transfers"), sure, fields)


def misdirected(facts: Facts, context: Context) -> Finding | None:
    """Find tokens sent to their own contract, or anything sent to nobody."""
    to = common.receiver(facts).lower()
    fields: dict[str, Json] = {"recipient": to, "amount": common.sent_amount(facts, context)}
    direct = facts.text("method") in {"", _TRANSFER_CALL}
    rows = facts.rows("transfers")
    if rows and str(rows[-1].get("token")).lower() == to:
        return Finding(Verdict.SENT_TO_TOKEN_CONTRACT, ("transfers",), fields=fields)
    if to in _BURNT and direct:
        return Finding(Verdict.SENT_TO_BURN_ADDRESS, ("recipient", "transfers"), fields=fields)
    return None


def fake_token(facts: Facts, context: Context) -> Finding | None:
    """Find a transfer of an imitation."""
    return common.fake_token(facts.rows("transfers"), ("transfers",), context)


def dust(facts: Facts, context: Context) -> Finding | None:
    """Find a gift of next to nothing."""
    value = facts.number("value")
    if facts.number("status") != 1 or facts.rows("transfers") or facts.text("method"):
        return None
    if not value or value >= 10 ** max(context.network.decimals - 8, 0):
        return None
    fields: dict[str, Json] = {"amount": common.coins(facts, "value", context)}
    return Finding(Verdict.DUST, ("value",), Confidence.LIKELY, fields)


def token_not_shown(facts: Facts, context: Context) -> Finding | None:
    """Find that tokens are there, so that a wallet without them only does not show them."""
    rows = facts.rows("transfers")
    held = facts.number("receiver_balance")
    if not rows or not held or context.book.service_at(common.receiver(facts)) is not None:
        return None
    row = rows[-1]
    return Finding(
        Verdict.TOKEN_NOT_SHOWN,
        ("transfers", "receiver_balance", "confirmations"),
        Confidence.LIKELY,
        {
            "amount": common.sent_amount(facts, context),
            "token": row.get("token"),
            "recipient": row.get("to"),
            "balance": common.amount(held, row.get("decimals"), row.get("symbol")),
        },
    )


def _confirmed(facts: Facts, context: Context) -> Finding | None:
    return common.confirmed(facts, context) if facts.number("status") != 0 else None


def _mined_well(rule: Rule) -> Rule:
    """Apply a rule to transactions that were mined and did not fail."""

    def applied(facts: Facts, context: Context) -> Finding | None:
        well = facts.false("waiting") and facts.number("status") == 1
        return rule(facts, context) if well else None

    return applied


RULES: Final[tuple[Rule, ...]] = (
    replaced,
    dropped,
    nonce_gap,
    insufficient_fee_coin,
    underpriced,
    pending,
    out_of_gas,
    reverted,
    _mined_well(common.taken_by_spender),
    _mined_well(common.sent_to_look_alike),
    _mined_well(forged_transfer),
    _mined_well(misdirected),
    _mined_well(fake_token),
    _mined_well(common.open_approval),
    _mined_well(common.service_rules),
    _mined_well(common.unconfirmed_deposit),
    _mined_well(dust),
    _mined_well(token_not_shown),
    _confirmed,
)
