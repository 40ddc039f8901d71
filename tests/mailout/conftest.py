"""An account that sends to a far side of ours, and customers who wrote by mail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from tests.cast import Cast
from tests.mailout.far_side import HOST, FarSide
from walletdesk.accounts.models import Brand
from walletdesk.channels.delivery.models import Delivery
from walletdesk.contacts.actions.by_mail import Writer, contacts_of_mailboxes, unverified_senders
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.mail import InboundMail, record_mails
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Kind
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.sending import send_due
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import seal_fields
from walletdesk.kit import ids
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.safety import guard

ANA = "ana@customer.example"


def make_account(
    brand: Brand, port: int, backend: str = WayOut.SMTP, **fields: object
) -> MailAccount:
    ref = ids.new_ref()
    settings = {"host": HOST, "port": port, "security": "none"}
    return MailAccount.objects.create(
        ref=ref,
        brand=brand,
        name="Support",
        address=f"support@{brand.slug}.example",
        token=ids.new_token(),
        out_backend=backend,
        out_settings=seal_fields(settings, ref=ref, column="out_settings"),
        **fields,
    )


def drain() -> None:
    while handle_next():
        pass


@dataclass
class Mailed:
    """A conversation that came by mail."""

    conversation: Conversation
    cast: Cast

    def answer(self, *texts: str, files: tuple[str, ...] = ()) -> Event:
        """Have an agent answer; what follows of it is planned."""
        for text in texts:
            event = staff.send_reply(
                conversation=Conversation.objects.get(pk=self.conversation.pk),
                membership=self.cast.agent,
                client_id=uuid4(),
                text=guard.check(text).safe,
                files=files,
            )
        drain()
        return event

    @property
    def delivery(self) -> Delivery:
        return Delivery.objects.filter(conversation_id=self.conversation.pk).latest("pk")

    def told(self) -> list[tuple[str, str]]:
        """Return (state, reason) of what the timeline tells staff."""
        drain()
        rows = events_of(self.conversation).filter(kind=Kind.DELIVERY).order_by("seq")
        return [(row.staff_data["state"], row.staff_data["reason"]) for row in rows]


def mailed(
    cast: Cast, *, address: str = ANA, subject: str = "Where is it?", known: bool = True,
    text: str = "My transfer has not arrived.", message_id: str = "", language: str = "en",
) -> Mailed:  # fmt: skip
    made = contacts_of_mailboxes if known else unverified_senders
    [contact] = made(brand=cast.brand, writers=[Writer(address, "Ana", language)])
    mail = InboundMail(
        contact=contact,
        client_id=uuid4(),
        subject=subject,
        text=text,
        language=language,
        told={"subject": subject, "message_id": message_id},
        unverified=not known,
        to_people="test",
    )
    [recorded] = record_mails(mails=[mail])
    assert recorded is not None
    return Mailed(recorded.conversation, cast)


@pytest.fixture
def far_side() -> Iterator[FarSide]:
    with FarSide() as server:
        yield server


@pytest.fixture
def account(cast: Cast, far_side: FarSide) -> MailAccount:
    return make_account(cast.brand, far_side.port)


@pytest.fixture
def later(time_machine: object) -> Callable[..., None]:
    """Let time pass."""
    from datetime import timedelta  # noqa: PLC0415 - for this fixture only

    def pass_(**span: float) -> None:
        time_machine.shift(timedelta(**span))  # type: ignore[attr-defined]

    return pass_


def send(delivery: Delivery) -> Delivery:
    """Make one attempt, as the job does; return the row as it stands then."""
    send_due(delivery.pk)
    delivery.refresh_from_db()
    return delivery
