"""Rules and measures that several families share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from walletdesk.chain.networks import Book, Network
from walletdesk.chain.similar import alike, skeleton
from walletdesk.chain.types import Confidence, Facts, Finding, Json, Verdict


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know beside the facts: the network's data, and addresses of this customer."""

    network: Network
    book: Book
    known: frozenset[str] = frozenset()


_BAIT: Final = re.compile(
    r"(?i)\.[a-z]{2,}|https?|www|t\.me|claim|visit|airdrop|reward|bonus|gift|voucher|[领領]取|空投"
)
Rule = Callable[[Facts, Context], Finding | None]


def amount(value: Json, decimals: Json, symbol: Json) -> Json:
    """Return an amount as a field: whole units, places and symbol, to be formatted for readers."""
    return {"value": value, "decimals": decimals, "symbol": symbol}


def coins(facts: Facts, name: str, context: Context) -> Json:
    """Return a fact as an amount of the network's own coin."""
    return amount(facts.value(name), context.network.decimals, context.network.coin)


def receiver(facts: Facts) -> str:
    """Return who got it: the receiver of the token, else the recipient of the transaction."""
    rows = facts.rows("transfers")
    return str(rows[-1].get("to") or "") if rows else facts.text("recipient")


def sent_amount(facts: Facts, context: Context) -> Json:
    """Return what was sent: the token of the last transfer, else the network's coin."""
    return moved(facts, context.network)


def moved(facts: Facts, network: Network) -> Json:
    """Return what a transaction moved, in a token or in the network's coin."""
    rows = facts.rows("transfers")
    if rows:
        row = rows[-1]
        return amount(
            row.get("value"), row.get("decimals"), row.get("official") or row.get("symbol")
        )
    return amount(facts.value("value"), network.decimals, network.coin)


def needed(facts: Facts, context: Context) -> tuple[int, str]:
    """Return how many confirmations the receiver wants, and its name if it is known."""
    service = context.book.service_at(receiver(facts))
    if service is None:
        return context.network.confirmations, ""
    return service.confirmations.get(
        context.network.id, context.network.confirmations
    ), service.name


def unconfirmed_deposit(facts: Facts, context: Context) -> Finding | None:
    """Find a deposit that has arrived but not deep enough."""
    have = facts.number("confirmations")
    need, service = needed(facts, context)
    if have is None or have >= need or facts.true("irreversible"):
        return None
    return Finding(
        Verdict.UNCONFIRMED_DEPOSIT,
        ("block", "confirmations"),
        fields={
            "have": have,
            "need": need,
            "service": service,
            "amount": sent_amount(facts, context),
            "seconds": (need - have) * context.network.block_seconds,
        },
    )


def confirmed(facts: Facts, context: Context) -> Finding | None:
    """Find that all is done."""
    if facts.number("confirmations") is None:
        return None
    fields: dict[str, Json] = {
        "amount": sent_amount(facts, context),
        "recipient": receiver(facts),
        "time": facts.text("time"),
        "have": facts.number("confirmations"),
    }
    return Finding(Verdict.CONFIRMED, ("block", "confirmations"), fields=fields)


def service_rules(facts: Facts, context: Context) -> Finding | None:
    """Find a receiver that does not take this network, wants a memo, or is a bridge."""
    to = receiver(facts)
    service = context.book.service_at(to) if to else None
    if service is None:
        return None
    fields: dict[str, Json] = {
        "service": service.name,
        "recipient": to,
        "amount": sent_amount(facts, context),
    }
    if service.networks and context.network.id not in service.networks:
        return Finding(Verdict.UNSUPPORTED_BY_SERVICE, ("recipient", "block"), fields=fields)
    if service.memo and facts.fact("memo") is not None and not facts.text("memo"):
        return Finding(Verdict.MISSING_MEMO, ("recipient", "memo"), fields=fields)
    if service.bridge:
        return Finding(Verdict.BRIDGE_IN_PROGRESS, ("recipient", "block"), fields=fields)
    return None


def sent_to_look_alike(facts: Facts, context: Context) -> Finding | None:
    """Find money sent to an address that only looks like one that the sender knows."""
    to = receiver(facts)
    before = facts.value("paid_look_alikes")
    genuine = [a for a in sorted(context.known) if alike(a, to)] if to else []
    genuine += [str(a) for a in before] if isinstance(before, list) else []
    if not genuine:
        return None
    return Finding(
        Verdict.ADDRESS_POISONING,
        ("recipient", "paid_look_alikes"),
        fields={"recipient": to, "genuine": genuine[0], "amount": sent_amount(facts, context)},
    )


def fake_token(
    rows: list[dict[str, Json]], names: tuple[str, ...], context: Context
) -> Finding | None:
    """Find a token that carries a known symbol and is not that token."""
    here = context.book.tokens.get(context.network.id, {})
    listed = {skeleton(symbol): (symbol, at) for symbol, at in here.items()}
    tables = context.book.tokens.values()
    elsewhere = {skeleton(symbol): symbol for table in tables for symbol in table}
    for row in rows:
        name = skeleton(str(row.get("symbol") or ""))
        if row.get("official") or not name:
            continue
        fields: dict[str, Json] = {"token": row.get("token"), "symbol": row.get("symbol")}
        symbol, at = listed.get(name, (elsewhere.get(name, ""), ""))
        # A plain name that is listed for other networks only may be genuine here: not every bridged
        # token is listed. A name spelled with look-alike letters never is.
        disguised = str(row.get("symbol") or "").upper() != symbol.upper()
        if symbol and (at or disguised):
            fields |= {"imitates": symbol, "genuine": at}
            return Finding(Verdict.FAKE_TOKEN, names, Confidence.LIKELY, fields)
    return None


def baity(row: dict[str, Json]) -> bool:
    """Tell whether a token's name calls to do something, as airdrops of thieves do."""
    return _BAIT.search(str(row.get("symbol") or "")) is not None


def open_approval(facts: Facts, _context: Context) -> Finding | None:
    """Find somebody unknown who may take without limit, or all of a collection."""
    for row in facts.rows("approvals"):
        if row.get("unlimited") is True and not row.get("spender_name"):
            return Finding(
                Verdict.UNLIMITED_APPROVAL,
                ("approvals",),
                fields={
                    "spender": row.get("spender"),
                    "token": row.get("token"),
                    "symbol": row.get("official") or row.get("symbol"),
                    "form": row.get("form"),
                },
            )
    return None


def taken_by_spender(facts: Facts, context: Context) -> Finding | None:
    """Find tokens that left one of the customer's addresses though somebody else signed.

    A permission was used: an approval, or a permit signed outside of the chain. Relayers and
    exchanges do the same rightly, so that it is never certain.
    """
    mine = {_folded(address) for address in context.known}
    signer = _folded(facts.text("sender"))
    trusted = {_folded(address) for address in context.book.spenders.values()}
    if not signer or signer in mine | trusted:
        return None
    for row in facts.rows("transfers"):
        owner, to = str(row.get("from") or ""), str(row.get("to") or "")
        taken = _folded(owner) in mine and _folded(to) not in mine and row.get("value")
        if taken and context.book.service_at(to) is None:
            symbol = row.get("official") or row.get("symbol")
            fields: dict[str, Json] = {
                "victim": owner,
                "sender": facts.text("sender"),
                "recipient": to,
                "amount": amount(row.get("value"), row.get("decimals"), symbol),
            }
            because = ("sender", "transfers")
            return Finding(Verdict.TAKEN_BY_SPENDER, because, Confidence.LIKELY, fields)
    return None


def _folded(address: str) -> str:
    return address.lower() if address.startswith("0x") else address
