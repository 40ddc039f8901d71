"""Solana: expiry, rent, failures of programs, delegates. Sources: Solana's RPC documentation."""

from typing import Final

from walletdesk.chain import abi
from walletdesk.chain.rules import common
from walletdesk.chain.rules.common import Context, Rule
from walletdesk.chain.types import Confidence, Facts, Finding, Json, Verdict

_EXPIRY_SECONDS: Final = 120  # a blockhash lives 150 blocks, 60 to 90 seconds
_RENT: Final = frozenset(
    {"InsufficientFundsForRent", "InvalidRentPayingAccount", "AccountNotRentExempt"}
)
_FEE: Final = frozenset({"InsufficientFundsForFee", "AccountNotFound"})


def expired(facts: Facts, _context: Context) -> Finding | None:
    """Find a signature that no node has: past two minutes it never lands."""
    if not facts.false("found"):
        return None
    waited = facts.number("asked_for")
    sure = waited is not None and waited >= _EXPIRY_SECONDS
    return Finding(
        Verdict.SOLANA_EXPIRED,
        ("found", "first_seen"),
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        {"waited": waited},
    )


def blockhash_expired(facts: Facts, _context: Context) -> Finding | None:
    """Find the failure that says so itself."""
    if facts.text("error") not in {"BlockhashNotFound", "BlockhashExpired"}:
        return None
    return Finding(Verdict.SOLANA_EXPIRED, ("error",), fields={"waited": None})


def rent(facts: Facts, context: Context) -> Finding | None:
    """Find a transfer that would have left an account with less than its rent."""
    if facts.text("error") not in _RENT:
        return None
    fields: dict[str, Json] = {"rent": common.coins(facts, "rent", context)}
    return Finding(Verdict.SOLANA_RENT, ("error", "logs"), fields=fields)


def no_lamports(facts: Facts, context: Context) -> Finding | None:
    """Find too little SOL, for the fee or for what should be sent."""
    logs = facts.value("logs")
    said = (
        any("insufficient lamports" in str(line) for line in logs)
        if isinstance(logs, list)
        else False
    )
    if facts.text("error") not in _FEE and not (facts.true("failed") and said):
        return None
    fields: dict[str, Json] = {"coin": context.network.coin, "balance": None, "lacking": None}
    return Finding(Verdict.INSUFFICIENT_FEE_COIN, ("error", "logs"), fields=fields)


def failed(facts: Facts, context: Context) -> Finding | None:
    """Find any other failure, classed by what the program wrote into its log."""
    if not facts.true("failed"):
        return None
    logs = facts.value("logs")
    lines = [str(line) for line in logs] if isinstance(logs, list) else []
    reason = abi.classified(" ".join(lines))
    if reason == "unknown" and "insufficient funds" in " ".join(lines).lower():
        reason = "token_balance"
    number = facts.number("custom")
    said = facts.text("error") + ("" if number is None else f" {number:#x}")
    known = reason != "unknown"
    fields: dict[str, Json] = {
        "reason": reason,
        "said": said,
        "form": "code",
        "fee": common.coins(facts, "fee_paid", context),
    }
    steps = (f"retry_{reason}", "fee_is_spent") if known else ()
    sure = Confidence.CERTAIN if known else Confidence.LIKELY
    return Finding(Verdict.REVERTED, ("error", "custom", "logs"), sure, fields, steps)


def below_rent(facts: Facts, context: Context) -> Finding | None:
    """Find an account that holds less than the least it must keep."""
    balance, least = facts.number("balance"), facts.number("rent")
    if not balance or least is None or balance >= least:
        return None
    fields: dict[str, Json] = {"rent": common.coins(facts, "rent", context)}
    return Finding(Verdict.SOLANA_RENT, ("balance", "rent"), fields=fields)


def no_sol(facts: Facts, context: Context) -> Finding | None:
    """Find tokens without any SOL to move them."""
    if facts.number("balance") != 0 or not facts.rows("tokens"):
        return None
    fields: dict[str, Json] = {
        "coin": context.network.coin,
        "balance": common.coins(facts, "balance", context),
        "lacking": None,
    }
    return Finding(Verdict.INSUFFICIENT_FEE_COIN, ("balance", "tokens"), fields=fields)


def nothing_wrong(facts: Facts, context: Context) -> Finding | None:
    """Say that nothing stands out."""
    if facts.number("balance") is None:
        return None
    fields: dict[str, Json] = {"balance": common.coins(facts, "balance", context)}
    return Finding(Verdict.NOTHING_WRONG, ("balance",), Confidence.LIKELY, fields)


TRANSACTION_RULES: Final[tuple[Rule, ...]] = (
    expired,
    blockhash_expired,
    rent,
    no_lamports,
    failed,
    common.sent_to_look_alike,
    common.service_rules,
    common.unconfirmed_deposit,
    common.confirmed,
)
ADDRESS_RULES: Final[tuple[Rule, ...]] = (
    common.open_approval,
    below_rent,
    no_sol,
    nothing_wrong,
)
