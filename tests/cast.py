"""The cast of every test: who works here, who asks, and who has no business here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from django.test import Client

from walletdesk.accounts.actions.brands import create_brand
from walletdesk.accounts.actions.people import create_member
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.types import Role
from walletdesk.contacts.actions import open_anonymous_session
from walletdesk.contacts.models import Contact
from walletdesk.conversations import events, queries
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.customer import request_person, start_conversation
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import InboundMessage, Recorded, Refused
from walletdesk.kit import ids
from walletdesk.kit.outbox import registry
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.safety import guard
from walletdesk.site.wiring import BACKGROUND, WIRING

PASSWORD = "a-long-enough-password-7"


@dataclass
class Customer:
    """A customer with one device and one conversation."""

    contact: Contact
    token: str
    conversation: Conversation

    def inbound(self, text: str, client_id: UUID | None = None) -> InboundMessage:
        return InboundMessage(
            ids.token_hash(self.token), self.conversation.ref, client_id or uuid4(), text
        )

    def write(self, *texts: str) -> list[Recorded | Refused]:
        """Write messages, each in a batch of its own."""
        return [record_messages([self.inbound(text)])[0] for text in texts]

    def send_files(self, text: str, *refs: str) -> list[Recorded | Refused]:
        """Write one message with files."""
        return record_messages([replace(self.inbound(text), files=refs)])

    def ask_for_person(self) -> None:
        request_person(conversation=self.conversation)

    def now(self) -> Conversation:
        """Return the conversation as it stands in the database."""
        return queries.get_conversation_of(self.contact, self.conversation.ref)


@dataclass
class Cast:
    """Everybody: two brands, so that there is always somebody who must not see a thing."""

    brand: Brand
    other_brand: Brand
    owner: Membership
    supervisor: Membership
    agent: Membership
    colleague: Membership
    viewer: Membership
    stranger: Membership
    customer: Customer
    other_customer: Customer

    def client(self, member: Membership) -> Client:
        """Return a browser in which a member of staff is signed in."""
        client = Client()
        client.force_login(member.user)
        return client


def make_customer(brand: Brand, language: str = "en") -> Customer:
    contact, token = open_anonymous_session(brand=brand, language=language)
    return Customer(contact, token, start_conversation(contact=contact, language=language))


def reply(member: Membership, customer: Customer, text: str) -> None:
    """Answer a customer, taking the conversation when nobody has it."""
    staff.send_reply(
        conversation=customer.now(),
        membership=member,
        client_id=uuid4(),
        text=guard.check(text).safe,
    )


@pytest.fixture
def cast(db: None, fast_passwords: None) -> Cast:
    """Return the cast, in an otherwise empty database."""
    brands = [
        create_brand(
            slug=slug,
            name=name,
            languages=["zh-hans", "en", "es"],
            default_language="en",
            accent="#5b5bd6",
            second_factor_roles=(),
        )
        for slug, name in (("borealis", "Borealis Wallet"), ("rival", "Rival Wallet"))
    ]

    def member(name: str, role: Role, brand: Brand = brands[0], team: str = "One") -> Membership:
        return create_member(
            brand=brand,
            email=f"{name}@{brand.slug}.example",
            name=name.title(),
            password=PASSWORD,
            role=role,
            languages=["en"],
            team=team,
        )

    return Cast(
        brand=brands[0],
        other_brand=brands[1],
        owner=member("olivia", Role.OWNER),
        supervisor=member("samira", Role.SUPERVISOR),
        agent=member("alex", Role.AGENT),
        colleague=member("mei", Role.AGENT, team="Two"),
        viewer=member("victor", Role.VIEWER),
        stranger=member("rick", Role.OWNER, brands[1]),
        customer=make_customer(brands[0]),
        other_customer=make_customer(brands[0]),
    )


@pytest.fixture
def fast_passwords(settings: object) -> None:
    """Hash passwords quickly where sign-in is not what is tested."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def heard() -> Iterator[Callable[[], list[tuple[str, dict[str, object]]]]]:
    """Wire a listener to every event; return what was published and handled so far."""
    told: list[tuple[str, dict[str, object]]] = []
    names = [value for key, value in vars(events).items() if key.isupper()]

    def listener(name: str) -> registry.Handler:
        return lambda **payload: told.append((name, payload))

    registry.wire({name: [(f"test.{name}", listener(name))] for name in names})

    def drain() -> list[tuple[str, dict[str, object]]]:
        while handle_next():
            pass
        return told

    yield drain
    registry.wire(WIRING, BACKGROUND)
