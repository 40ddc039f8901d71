"""The Bitcoin family: fees, replacement (RBF, BIP-125), child pays for parent, deposits, dust."""

from typing import Final

from walletdesk.chain.rules import common
from walletdesk.chain.rules.common import Context, Rule
from walletdesk.chain.types import Confidence, Facts, Finding, Json, Verdict

_SLACK: Final = 1.05  # estimates move; a rate this near counts as enough
_DUST: Final = 1000


def replaced(facts: Facts, _context: Context) -> Finding | None:
    """Find that its coins went into another transaction."""
    if not facts.false("found") or not facts.true("coins_spent_otherwise"):
        return None
    fields: dict[str, Json] = {"replacement": facts.text("replacement")}
    return Finding(
        Verdict.REPLACED, ("found", "coins_spent_otherwise", "replacement"), fields=fields
    )


def dropped(facts: Facts, _context: Context) -> Finding | None:
    """Find that nobody keeps it and its coins are free again."""
    if not facts.false("found"):
        return None
    known = facts.false("coins_spent_otherwise")
    sure = Confidence.LIKELY if known else Confidence.POSSIBLE
    return Finding(Verdict.DROPPED, ("found", "coins_spent_otherwise"), sure)


def stuck_behind_parent(facts: Facts, _context: Context) -> Finding | None:
    """Find that an unconfirmed parent pays too little for both."""
    wanted, own = facts.rate("usual_rate") or facts.rate("least_rate"), facts.rate("fee_rate")
    package = facts.rate("ancestor_rate")
    if not facts.number("ancestors") or wanted is None or own is None or package is None:
        return None
    if package * _SLACK >= wanted or own <= package:
        return None
    fields: dict[str, Json] = {"ancestors": facts.number("ancestors"), **_rates(package, wanted)}
    return Finding(
        Verdict.STUCK_BEHIND_PARENT, ("ancestors", "ancestor_rate", "usual_rate"), fields=fields
    )


def underpriced(facts: Facts, _context: Context) -> Finding | None:
    """Find a fee rate below what the next blocks take; how to raise it depends on RBF."""
    own, usual = facts.rate("fee_rate"), facts.rate("usual_rate")
    least = facts.rate("least_rate")
    if not facts.true("waiting") or own is None:
        return None
    steps = ("bump_fee_rbf" if facts.true("replaceable") else "spend_output_cpfp", "wait_for_fee")
    because = ("waiting", "fee_rate", "replaceable")
    if usual is not None:
        if own * _SLACK >= usual:
            return None
        sure = Confidence.CERTAIN if own * 2 < usual else Confidence.LIKELY
        return Finding(
            Verdict.UNDERPRICED, (*because, "usual_rate"), sure, _rates(own, usual), steps
        )
    if least is not None and own <= least * 1.5:
        # No estimate: the least that nodes pass on is the only measure.
        return Finding(
            Verdict.UNDERPRICED, (*because, "least_rate"), Confidence.LIKELY,
            _rates(own, least * 2), steps,
        )  # fmt: skip
    return None


def _rates(own: float, wanted: float) -> dict[str, Json]:
    return {"offered": _rate(own), "wanted": _rate(wanted)}


def _rate(value: float) -> Json:
    return common.amount(round(value * 10), 1, "sat/vB")


def pending(facts: Facts, _context: Context) -> Finding | None:
    """Find that it waits for a block, with a fee that will do or that is not known."""
    if not facts.true("waiting"):
        return None
    known = facts.rate("fee_rate") is not None and facts.rate("usual_rate") is not None
    sure = Confidence.CERTAIN if known else Confidence.LIKELY
    return Finding(Verdict.PENDING, ("waiting", "fee_rate"), sure)


def look_alike(facts: Facts, context: Context) -> Finding | None:
    """Find an output to an address that only looks like a known one."""
    for row in facts.rows("outputs"):
        one = Facts.of(context.network.id, recipient=row.get("address") or "")
        finding = common.sent_to_look_alike(one, context)
        if finding is not None:
            return finding
    return None


def deposit(facts: Facts, context: Context) -> Finding | None:
    """Find a deposit that is not deep enough for a service among the receivers."""
    have = facts.number("confirmations")
    if have is None:
        return None
    need, name = context.network.confirmations, ""
    for row in facts.rows("outputs"):
        service = context.book.service_at(str(row.get("address") or ""))
        if service is not None:
            need, name = service.confirmations.get(context.network.id, need), service.name
    if have >= need:
        return None
    return Finding(
        Verdict.UNCONFIRMED_DEPOSIT,
        ("block", "confirmations"),
        fields={
            "have": have, "need": need, "service": name, "amount": None,
            "seconds": (need - have) * context.network.block_seconds,
        },
    )  # fmt: skip


def dust(facts: Facts, context: Context) -> Finding | None:
    """Find coins too small to be worth their fee, often sent to trace an owner."""
    values = [row.get("value") for row in facts.rows("outputs")]
    small = [v for v in values if isinstance(v, int) and 0 < v <= _DUST]
    # A payment beside one small coin is a payment (some protocols mark coins that way).
    count = facts.number("small_coins") or (len(small) if len(small) * 2 > len(values) else 0)
    if not count:
        return None
    value = small[0] if small else None
    fields: dict[str, Json] = {"amount": common.amount(value, 8, context.network.coin)}
    return Finding(Verdict.DUST, ("outputs", "small_coins"), Confidence.LIKELY, fields)


def incoming(facts: Facts, context: Context) -> Finding | None:
    """Find something under way to this address."""
    value = facts.number("waiting_balance_count")
    if not value:
        return None
    fields: dict[str, Json] = {
        "count": value,
        "amount": common.coins(facts, "waiting_balance", context),
    }
    return Finding(Verdict.PENDING, ("waiting_balance",), fields=fields, steps=("wait",))


def nothing_wrong(facts: Facts, context: Context) -> Finding | None:
    """Say that nothing stands out."""
    if facts.number("balance") is None:
        return None
    fields: dict[str, Json] = {"balance": common.coins(facts, "balance", context)}
    return Finding(Verdict.NOTHING_WRONG, ("balance",), Confidence.LIKELY, fields)


TRANSACTION_RULES: Final[tuple[Rule, ...]] = (
    replaced,
    dropped,
    stuck_behind_parent,
    underpriced,
    pending,
    look_alike,
    deposit,
    dust,
    common.confirmed,
)
ADDRESS_RULES: Final[tuple[Rule, ...]] = (incoming, dust, nothing_wrong)
