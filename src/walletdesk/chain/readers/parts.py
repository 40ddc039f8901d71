"""Pieces that several readers need."""

from datetime import UTC, datetime

from walletdesk.chain.types import Facts


def block_time(facts: Facts, seconds: int | None, call: str, block: int | None = None) -> None:
    """Record when something happened, from seconds since 1970; nonsense is left out."""
    if seconds is not None and 0 < seconds < 10**11:
        facts.put("time", datetime.fromtimestamp(seconds, UTC).isoformat(), call, block)
