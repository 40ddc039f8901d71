"""Accounts of EVM chains."""

from typing import Final

from walletdesk.chain.rules import common
from walletdesk.chain.rules.common import Context, Rule
from walletdesk.chain.types import Confidence, Facts, Finding, Json, Verdict

_PLAIN_TRANSFER_GAS: Final = 65_000  # what moving a usual token takes, roughly


def sweeper(facts: Facts, context: Context) -> Finding | None:
    """Find an account that runs unknown code (EIP-7702): mostly a thief's, who has the key."""
    delegate = facts.text("delegate")
    if not delegate or facts.text("delegate_name"):
        return None
    return Finding(
        Verdict.EIP7702_SWEEPER,
        ("delegate", "balance"),
        Confidence.LIKELY,
        {"delegate": delegate, "balance": common.coins(facts, "balance", context)},
    )


def poisoned_history(facts: Facts, _context: Context) -> Finding | None:
    """Find bait in the history: forged transfers, or senders that look like known receivers."""
    pairs, forged = facts.rows("look_alikes"), facts.rows("forged")
    if not pairs and not forged:
        return None
    fields: dict[str, Json] = {
        "look_alike": pairs[0].get("look_alike") if pairs else forged[0].get("to"),
        "genuine": pairs[0].get("genuine") if pairs else "",
        "victim": facts.text("address"),
    }
    sure = Confidence.CERTAIN if pairs else Confidence.LIKELY
    return Finding(Verdict.POISONING_ATTEMPT, ("look_alikes", "forged"), sure, fields)


def waiting(facts: Facts, _context: Context) -> Finding | None:
    """Find that transactions of this account wait."""
    count, later = facts.number("account_nonce"), facts.number("pending_nonce")
    if count is None or later is None or later <= count:
        return None
    return Finding(
        Verdict.PENDING,
        ("account_nonce", "pending_nonce"),
        fields={"count": later - count, "lowest": count},
        steps=("speed_up_lowest", "wait"),
    )


def no_fee_coin(facts: Facts, context: Context) -> Finding | None:
    """Find tokens that cannot be moved because the coin for fees is missing."""
    balance, price = facts.number("balance"), facts.number("usual_price")
    if balance is None or price is None or not facts.rows("tokens"):
        return None
    most = price * _PLAIN_TRANSFER_GAS
    if balance >= most:
        return None
    network = context.network
    return Finding(
        Verdict.INSUFFICIENT_FEE_COIN,
        ("balance", "usual_price", "tokens"),
        fields={
            "coin": network.coin,
            "balance": common.amount(balance, network.decimals, network.coin),
            "lacking": common.amount(most - balance, network.decimals, network.coin),
        },
    )


def fake_token(facts: Facts, context: Context) -> Finding | None:
    """Find an imitation among what is held or came in."""
    rows = [*facts.rows("tokens"), *facts.rows("received_unknown")]
    return common.fake_token(rows, ("tokens", "received_unknown"), context)


def dust(facts: Facts, _context: Context) -> Finding | None:
    """Find tokens whose very name is bait. A token is no bait only because it is not listed."""
    rows = [row for row in facts.rows("received_unknown") if common.baity(row)]
    if not rows:
        return None
    fields: dict[str, Json] = {"token": rows[0].get("token"), "symbol": rows[0].get("symbol")}
    return Finding(Verdict.DUST, ("received_unknown",), Confidence.LIKELY, fields)


def token_held(facts: Facts, _context: Context) -> Finding | None:
    """Find that tokens are there, should the wallet not show them."""
    rows = facts.rows("tokens")
    if not rows:
        return None
    row = rows[0]
    held = common.amount(
        row.get("value"), row.get("decimals"), row.get("official") or row.get("symbol")
    )
    fields: dict[str, Json] = {
        "amount": held,
        "balance": held,
        "token": row.get("token"),
        "recipient": facts.text("address"),
    }
    return Finding(Verdict.TOKEN_NOT_SHOWN, ("tokens",), Confidence.POSSIBLE, fields)


def nothing_wrong(facts: Facts, context: Context) -> Finding | None:
    """Say that nothing stands out in what could be read."""
    if facts.number("balance") is None:
        return None
    sure = Confidence.POSSIBLE if any(fact.unknown for fact in facts) else Confidence.LIKELY
    fields: dict[str, Json] = {"balance": common.coins(facts, "balance", context)}
    return Finding(Verdict.NOTHING_WRONG, ("balance",), sure, fields)


RULES: Final[tuple[Rule, ...]] = (
    sweeper,
    common.open_approval,
    poisoned_history,
    waiting,
    no_fee_coin,
    fake_token,
    dust,
    token_held,
    nothing_wrong,
)
