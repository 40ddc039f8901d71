"""Fill the form in, as a browser without scripts and as one with them."""

import json
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Customer
from walletdesk.conversations.tickets.models import Ticket

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
HASH = "0x" + "5e" * 32
SAID = "My transfer has been pending since yesterday."


def form_url(cast: Cast) -> str:
    return reverse("portal:form", args=[cast.brand.slug])


def post(cast: Cast, client: Client | None = None, **fields: Any) -> Any:
    """Send the form without scripts."""
    given = {"topic": "tx_pending", "language": "en", "id": str(uuid4()), "description": SAID}
    client = client or Client(raise_request_exception=False)
    return client.post(form_url(cast), {**given, **fields})


def opened(cast: Cast, **fields: Any) -> str:
    """Open a ticket without scripts and return the path of its page."""
    answer = post(cast, **fields)
    assert answer.status_code == 303, answer.content.decode()
    return str(answer["Location"]).partition("?")[0]


def call(customer: Customer, files: tuple[str, ...] = (), **values: str) -> Any:
    """Send the form as its script does."""
    body = {
        "id": values.pop("id", str(uuid4())),
        "topic": values.pop("topic", "tx_pending"),
        "values": {"description": SAID, **values},
        "language": "en",
        "files": files,
    }
    return Client(raise_request_exception=False).post(
        reverse("ticket-create"),
        json.dumps(body),
        "application/json",
        headers={"Authorization": f"Bearer {customer.token}"},
    )


def the_ticket() -> Ticket:
    return Ticket.objects.select_related("conversation__contact", "session").get()


def page(path: str, **query: str) -> Any:
    return Client(raise_request_exception=False).get(path, query)


def act(path: str, what: str, **fields: Any) -> Any:
    return Client(raise_request_exception=False).post(path + what, fields)
