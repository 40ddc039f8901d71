"""The evidence pack: what an exchange, a bridge or the police needs, already filled in."""

from walletdesk.chain.rules.common import Context, receiver, sent_amount
from walletdesk.chain.types import Facts, Finding, Json, Ref


def pack(ref: Ref, facts: Facts, finding: Finding, context: Context) -> dict[str, Json]:
    """Return the filled fields; what is not known is left out, never guessed."""
    network = context.network
    rows = facts.rows("transfers")
    fields: dict[str, Json] = {
        "verdict": finding.verdict.value,
        "network": network.name,
        "chain_id": network.chain_id,
        ref.kind.value: ref.text,
        "explorer": network.link(ref.kind.value, ref.text),
        "sender": facts.value("sender"),
        "recipient": receiver(facts) or None,
        "amount": sent_amount(facts, context) if rows or "value" in facts else None,
        "token": rows[-1].get("token") if rows else None,
        "time": facts.value("time"),
        "block": facts.value("block"),
        "confirmations": facts.value("confirmations"),
        "memo": facts.value("memo"),
        "service": finding.fields.get("service"),
    }
    return {name: value for name, value in fields.items() if value is not None and value != ""}
