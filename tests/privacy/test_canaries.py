"""Masking (catalogue I01): canaries in every route, stream, search and export, for all roles."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Cast, make_customer, reply
from tests.security import access_matrix, actors, privacy_cases
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.queries import masked_data
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions import staff
from walletdesk.conversations.queries import events_after
from walletdesk.conversations.types import Audience
from walletdesk.kit.live.types import Feed
from walletdesk.safety import guard
from walletdesk.site import ports

CANARIES = {
    IdentityKind.NAME: "Quetzalina Zorrobalda",
    IdentityKind.EMAIL: "quetzal.canary@quetzalbox.example",
    IdentityKind.PHONE: "13987654321",
    IdentityKind.ADDRESS: "77 Canary Wharf Tower",
    IdentityKind.DOCUMENT: "11010519491231002X",
    IdentityKind.EXTERNAL_ID: "canary-user-000777",
}
SAID = ("quetzal.canary@quetzalbox.example", "13987654321", "11010519491231002X")
PARTS = (
    "Quetzal",
    "quetzal",
    "Zorrobalda",
    "quetzalbox",
    "9876543",
    "Canary Wharf",
    "1949123",
    "canary-user",
)


def leaks(content: str) -> list[str]:
    return [part for part in PARTS if part in content]


@pytest.fixture
def full(cast: Cast) -> Cast:
    """Three conversations in three states, each full of personal data in every place."""
    customers = [cast.customer, make_customer(cast.brand), make_customer(cast.brand)]
    for customer, state in zip(customers, ("open", "queued", "resolved"), strict=True):
        for kind, value in CANARIES.items():
            set_identity(contact=customer.contact, kind=kind, value=value, source=Source.WALLET)
        customer.write(" and ".join(SAID))
        actors.bring_to(state, cast, customer)
        customer.write(f"call me: {SAID[1]}")
        staff.add_note(
            conversation=customer.now(), membership=cast.agent, client_id=uuid4(),
            text=guard.check(f"told me {SAID[0]}, ID {SAID[2]}").safe,
        )  # fmt: skip
    reply(cast.agent, cast.customer, f"We will write to {SAID[0]} or call {SAID[1]}")
    return cast


def paths(cast: Cast, ref: str) -> list[str]:
    rows = access_matrix.rows(access_matrix.DJANGO)
    found = [
        actors.address_of(row.name, cast, ref)
        for row in rows
        if row.method == "GET" and row.name.startswith("desk:")
    ]
    for view in ("queue", "mine", "bot", "open", "resolved", "all"):
        found += [
            f"/desk/{view}/",
            f"/desk/{view}/list",
            f"/desk/rows?view={view}",
            f"/desk/{view}/{ref}/",
        ]
        found.append(f"/desk/changed?view={view}&ref={ref}&open={ref}")
    return [
        *found,
        f"/desk/c/{ref}/panel",
        f"/desk/c/{ref}/events?before=99",
        f"/desk/c/{ref}/events?after=1",
    ]


@pytest.mark.parametrize("role", ["viewer", "agent", "colleague", "supervisor", "owner"])
def test_no_route_shows_a_value(full: Cast, role: str) -> None:
    client = full.client(getattr(full, role))
    found, shown = {}, 0
    for path in paths(full, full.customer.conversation.ref):
        answer = client.get(path)
        if parts := leaks(answer.content.decode()):
            found[path] = parts
        shown += "⟦email:" in answer.content.decode() or "[E-mail]" in answer.content.decode()
    assert found == {}
    assert shown > 5


def test_no_search_and_no_refusal_shows_a_value(full: Cast) -> None:
    client = full.client(full.agent)
    for kind, value in (
        ("email", SAID[0]),
        ("phone", SAID[1]),
        ("external_id", CANARIES[IdentityKind.EXTERNAL_ID]),
    ):
        page = client.post("/desk/contacts/", {"kind": kind, "value": value}).content.decode()
        assert "q•••@q•••.example" in page
        assert leaks(page.replace(value, "")) == []
    ref = full.customer.conversation.ref
    for body in (
        {"item": "email:NOTHERE2", "reason": "long enough reason"},
        {"item": masked_data(full.customer.contact)[0].item, "reason": "x"},
    ):
        answer = client.post(
            f"/desk/c/{ref}/reveal", json.dumps(body), content_type="application/json"
        )
        assert answer.status_code >= 400
        assert leaks(answer.content.decode()) == []


@pytest.mark.parametrize("what", ["conversations", "messages", "contacts"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_no_export_shows_a_value(full: Cast, what: str, form: str) -> None:
    export = privacy_cases.an_export(full)
    type(export).objects.filter(pk=export.pk).update(what=what, format=form)
    full.client(full.owner).post(f"/desk/exports/{export.ref}/decide", {"approve": "yes"})
    answer = full.client(full.supervisor).post(f"/desk/exports/{export.ref}/download")
    assert answer.status_code == 200
    assert full.customer.conversation.ref in answer.content.decode() or what == "contacts"
    assert leaks(answer.content.decode()) == []


def test_no_stream_of_staff_shows_a_value_and_the_customers_shows_their_own(full: Cast) -> None:
    ref = full.customer.conversation.ref
    staff_sees, customer_sees = events_after(
        [(ref, 0, Audience.STAFF), (ref, 0, Audience.CUSTOMER)], limit=99
    )
    assert leaks(b"".join(data for _seq, data in staff_sees).decode()) == []
    own = b"".join(data for _seq, data in customer_sees).decode()
    assert all(value in own for value in SAID)
    for audience in Audience:
        feed = Feed(f"conversation:{ref}:{audience}", f"conversation:{ref}", "x", ordered=True)
        told: Any = ports.read.__wrapped__([(feed, 0)])  # type: ignore[attr-defined] # in this transaction
        text = b"".join(event.data for event in told[0]).decode()
        assert bool(leaks(text)) == (audience == Audience.CUSTOMER)


def test_the_customer_of_another_conversation_sees_nothing(full: Cast) -> None:
    other = full.other_customer
    other.write("hello ⟦email:AAAAAAAA⟧")
    headers = {"Authorization": f"Bearer {other.token}"}
    answer = full.client(full.viewer).get(
        f"/chat/v1/events?conversation={full.customer.conversation.ref}", headers=headers
    )
    assert answer.status_code == 404
