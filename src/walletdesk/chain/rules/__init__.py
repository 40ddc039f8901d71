"""Rules: pure functions from facts to findings, one module per family. No network, no wording."""

from collections.abc import Sequence

from walletdesk.chain.rules import bitcoin, evm, evm_account, solana, tron
from walletdesk.chain.rules.common import Context, Rule
from walletdesk.chain.types import Facts, Family, Finding, Kind, Verdict

_RULES: dict[tuple[Family, Kind], Sequence[Rule]] = {
    (Family.EVM, Kind.TRANSACTION): evm.RULES,
    (Family.EVM, Kind.ADDRESS): evm_account.RULES,
    (Family.BITCOIN, Kind.TRANSACTION): bitcoin.TRANSACTION_RULES,
    (Family.BITCOIN, Kind.ADDRESS): bitcoin.ADDRESS_RULES,
    (Family.TRON, Kind.TRANSACTION): tron.TRANSACTION_RULES,
    (Family.TRON, Kind.ADDRESS): tron.ADDRESS_RULES,
    (Family.SOLANA, Kind.TRANSACTION): solana.TRANSACTION_RULES,
    (Family.SOLANA, Kind.ADDRESS): solana.ADDRESS_RULES,
}


def decide(kind: Kind, facts: Facts, context: Context) -> list[Finding]:
    """Return all findings that the facts allow, the one that decides first; never none."""
    rules = _RULES[context.network.family, kind]
    found = [finding for rule in rules if (finding := rule(facts, context)) is not None]
    return found or [Finding(Verdict.CANNOT_TELL)]
