"""What only several references, or several networks, together can tell."""

from collections.abc import Mapping

from walletdesk.chain.networks import Book, Network
from walletdesk.chain.rules import common
from walletdesk.chain.similar import alike
from walletdesk.chain.types import Confidence, Facts, Family, Finding, Json, Ref, Verdict


def other_network(facts: Facts, named: Network, found: Network) -> Finding:
    """Find that a transaction is on another network than the one it was looked for on."""
    return Finding(
        Verdict.WRONG_NETWORK,
        ("found", "block"),
        fields={
            "named": named.name,
            "found": found.name,
            "amount": common.moved(facts, found),
        },
    )


def funds_elsewhere(found: Mapping[str, Facts], book: Book, *, named: str | None) -> Finding | None:
    """Find an EVM address whose money lies on a network where its owner does not look.

    Where the owner looks: the network that was named, else the only one from which they ever sent.
    """
    evm = {name: facts for name, facts in found.items() if book.networks[name].family is Family.EVM}
    home = named if named in evm else _home(evm)
    if home is None or "balance" not in evm[home] or _funds(evm[home]):
        return None  # what could not be asked is not empty
    for name, facts in evm.items():
        if name != home and _funds(facts):
            sure = Confidence.CERTAIN if named == home else Confidence.LIKELY
            return Finding(
                Verdict.WRONG_NETWORK,
                ("balance", "tokens"),
                sure,
                {
                    "named": book.networks[home].name,
                    "found": book.networks[name].name,
                    "amount": _shown(facts, book.networks[name]),
                },
            )
    return None


def _home(evm: Mapping[str, Facts]) -> str | None:
    used = [name for name, facts in evm.items() if facts.number("account_nonce")]
    return used[0] if len(used) == 1 else None


def _funds(facts: Facts) -> bool:
    return bool(facts.number("balance")) or bool(facts.rows("tokens"))


def _shown(facts: Facts, network: Network) -> Json:
    rows = facts.rows("tokens")
    if not rows:
        return common.amount(facts.value("balance"), network.decimals, network.coin)
    row = rows[0]
    symbol = row.get("official") or row.get("symbol")
    return common.amount(row.get("value"), row.get("decimals"), symbol)


def look_alike_pair(ref: Ref, known: frozenset[str]) -> Finding | None:
    """Find two addresses in the hands of one customer that are made to be mistaken."""
    genuine = [address for address in sorted(known) if alike(address, ref.text)]
    if not genuine:
        return None
    fields: dict[str, Json] = {"look_alike": ref.text, "genuine": genuine[0], "victim": ""}
    return Finding(Verdict.POISONING_ATTEMPT, ("address",), Confidence.LIKELY, fields)
