"""Valid addresses and bodies of what is official, for the access matrix."""

from typing import Any

from django.urls import reverse

from tests.cast import Cast
from walletdesk.conversations.authenticity.actions import report_link_by_customer
from walletdesk.official.actions.registry import request_change
from walletdesk.official.models import RegistryChange
from walletdesk.official.types import Change, Kind
from walletdesk.safety import guard

REASON = "It is on our new website"
LINK = "https://evil.example.net/"


def a_change(cast: Cast, value: str = "borealis.example") -> RegistryChange:
    """Have the supervisor ask that a domain be official."""
    return request_change(
        membership=cast.supervisor,
        change=Change.ADD,
        kind=Kind.DOMAIN,
        value=value,
        reason=guard.check(REASON).safe,
    )


def address_of(name: str, cast: Cast, ref: str) -> str | None:
    """Return the address of a route, None for one that is not ours."""
    if name in {"official", "official-document"}:
        return reverse(name, args=[cast.brand.slug])
    if name in {"desk:official", "desk:links"}:
        return reverse(name)
    if name == "desk:official_decide":
        return reverse(name, args=[a_change(cast).ref])
    if name == "desk:link_decide":
        if ref != cast.customer.conversation.ref:
            return reverse(name, args=[ref])
        report = report_link_by_customer(conversation=cast.customer.now(), link=LINK)
        return reverse(name, args=[report.ref])
    return None


def body_of(name: str, ref: str) -> dict[str, Any] | None:
    """Return a valid body, None for a route that is not ours."""
    bodies: dict[str, dict[str, Any]] = {
        "official": {"_form": 1, "what": LINK},
        "desk:official": {
            "_form": 1, "change": "add", "kind": "domain", "value": "x.example", "reason": REASON,
        },
        "desk:official_decide": {"_form": 1, "approve": "yes"},
        "desk:link_decide": {"_form": 1, "confirm": "yes"},
        "desk:link_verdicts": {"links": [LINK]},
        "desk:link_report": {"link": LINK},
        "chat:official": {"conversation": ref},
        "chat:official-check": {"conversation": ref, "text": LINK},
        "chat:official-links": {"conversation": ref, "links": [LINK]},
        "chat:official-report": {"conversation": ref, "link": LINK},
    }  # fmt: skip
    return bodies.get(name)
