"""Valid addresses and bodies of the calls about the chain, for the access matrix."""

from typing import Any

from django.urls import reverse


def address_of(name: str, ref: str) -> str | None:
    """Return the address of such a call, else None."""
    if name in {"desk:chain_facts", "desk:chain_watch"}:
        return reverse(name, args=[ref, 1])
    if name == "desk:chain":
        return f"{reverse(name, args=[ref])}?seqs=1"
    if name == "chat:chain":
        return f"{reverse(name)}?conversation={ref}&seqs=1"
    return None


def body_of(name: str, ref: str) -> dict[str, Any] | None:
    """Return a valid body, None for a call that is none of these."""
    bodies: dict[str, dict[str, Any]] = {
        "chat:chain": {"conversation": ref, "seq": 1},
        "chat:chain-watch": {"conversation": ref, "seq": 1, "reference": "0x1"},
        "desk:chain_look": {"seqs": [1]},
        "desk:chain_watch": {"reference": "0x1"},
    }
    return bodies.get(name)
