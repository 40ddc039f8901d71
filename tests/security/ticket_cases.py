"""Valid addresses and bodies of the form and of status pages, for the access matrix."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from tests.cast import Cast
from walletdesk.complaints.actions.handling import acknowledge
from walletdesk.complaints.actions.opening import open_complaint
from walletdesk.complaints.actions.settings import change_rules
from walletdesk.contacts.actions import open_session
from walletdesk.conversations.tickets.actions.opening import open_ticket
from walletdesk.conversations.tickets.queries import get_ticket_by_token
from walletdesk.conversations.tickets.types import OpenedTicket, TicketDraft
from walletdesk.kit import clock
from walletdesk.safety import guard

FORM = {"description": "My transfer is pending"}
PAGE = "00000000-0000-4000-8000-0000000000aa"
SETTINGS = {"version": "0", "enabled": "on", "answer_hours": "24", "topics": ["other"]}


def ticket(cast: Cast) -> OpenedTicket:
    """Open a ticket of somebody who is none of the actors."""
    draft = TicketDraft(
        topic="tx_pending",
        text=guard.check(FORM["description"]).safe,
        fields=(),
        due_at=clock.now() + timedelta(days=1),
        contact=("email", "maria@example.com"),
    )
    session = open_session(brand=cast.brand, language="en").session
    return open_ticket(session=session, client_id=uuid4(), language="en", draft=draft)


def complaint_page(name: str, cast: Cast) -> str:
    """Return an address below the page of a complaint that was acknowledged."""
    opened = ticket(cast)
    change_rules(
        membership=cast.owner,
        profile="mica",
        handler="Complaints",
        email="complaints@borealis.example",
        phone="+34 912 345 678",
    )
    conversation = get_ticket_by_token(opened.token).conversation
    complaint = open_complaint(conversation=conversation, membership=cast.agent)
    acknowledge(complaint=complaint, membership=cast.supervisor)
    letter = [complaint.letters.get().ref] if name == "portal:letter" else []
    return reverse(name, args=[opened.token, *letter])


def address_of(name: str, cast: Cast) -> str | None:
    """Return the address of a page, whose secret is all that one needs; None for other routes."""
    if name == "portal:form":
        return reverse(name, args=[cast.brand.slug])
    if name == "portal:complaint":
        return reverse(name, args=[cast.brand.slug])
    if name in {"portal:withdraw", "portal:letter"}:
        return complaint_page(name, cast)
    if name == "portal:confirm":
        return reverse(name, args=[ticket(cast).confirm_token])
    return reverse(name, args=[ticket(cast).token]) if name.startswith("portal:") else None


def body_of(name: str, cast: Cast, article: str) -> dict[str, Any] | None:
    """Return a valid body, None for other routes."""
    about = {"brand": cast.brand.slug, "topic": "fees", "slug": article, "language": "en"}
    bodies: dict[str, dict[str, Any]] = {
        "portal:form": {"_form": 1, "topic": "tx_pending", "language": "en", **FORM},
        "portal:complaint": {"_form": 1, "language": "en", **FORM},
        "portal:add": {"_form": 1, "id": PAGE, "text": "More"},
        "portal:files": {"_file": "-"},
        "portal:rate": {"_form": 1, "score": "5"},
        "ticket-create": {"id": PAGE, "topic": "tx_pending", "values": FORM, "language": "en"},
        "ticket-deflected": about,
        "desk:settings:form": {"_form": 1, **SETTINGS},
    }
    return bodies.get(name, {"_form": 1} if name.startswith("portal:") else None)
