"""What a customer does on the status page of a ticket, and with the link of a confirmation."""

import os
from uuid import UUID

from django.db import transaction

from walletdesk.contacts.actions import end_page_session, follow_contact
from walletdesk.conversations.actions.bot import queue
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.tickets.actions.opening import NotTaken
from walletdesk.conversations.tickets.models import AddressConfirmation, Ticket
from walletdesk.conversations.tickets.tokens import status_token
from walletdesk.conversations.types import Author, InboundMessage, Refused, Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound


def follow_ticket(*, ticket: Ticket) -> None:
    """Have the page's session stand for whoever the conversation belongs to now.

    A ticket of an anonymous device becomes its known customer's when that one signs in.
    """
    owner = ticket.conversation.contact
    if ticket.session is not None and ticket.session.contact_id != owner.pk:
        follow_contact(session=ticket.session, contact=owner)


@transaction.atomic
def add_to_ticket(
    *, ticket: Ticket, client_id: UUID, text: str, files: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Add a message, which reopens a solved ticket. Return the kinds of secret cut out of it.

    The way in checks the text before it is written. Raises NotTaken with the way in's code.
    Where somebody works on the conversation at this moment it waits, as a page cannot try again.
    """
    if ticket.session is None:
        raise NotFound
    stands_in = ticket.conversation.merged_into_id or ticket.conversation_id
    lock_conversation(stands_in)
    inbound = InboundMessage(
        token_hash=bytes(ticket.session.token_hash),
        ref=ticket.conversation.ref,
        client_id=client_id,
        text=text,
        files=files,
    )
    [outcome] = record_messages([inbound])
    if isinstance(outcome, Refused):
        raise NotTaken(why=outcome.code, retry_after=outcome.retry_after or 1)
    locked = lock_conversation(stands_in)
    if locked.status == Status.BOT and locked.channel == ticket.conversation.channel:
        queue(locked, reason="form", author=Author.SYSTEM)
    return outcome.secrets


@transaction.atomic
def replace_link(*, ticket: Ticket) -> str:
    """Make the page's secret worthless and return a new one."""
    salt = os.urandom(16)
    token = status_token(salt)
    Ticket.objects.filter(pk=ticket.pk).update(salt=salt, token_hash=ids.token_hash(token))
    return token


@transaction.atomic
def shut_page(*, ticket: Ticket) -> None:
    """Shut the status page for good; the conversation stays with the desk."""
    if ticket.session is not None:
        end_page_session(session=ticket.session)


@transaction.atomic
def confirm_address(*, token: str) -> AddressConfirmation:
    """Note that whoever reads an address opened its link. Works once. Raises NotFound."""
    now = clock.now()
    found = (
        AddressConfirmation.objects.select_for_update(of=("self",))
        .filter(token_hash=ids.token_hash(token), confirmed_at=None, expires_at__gt=now)
        .select_related("ticket__conversation", "identity__contact")
        .first()
    )
    if found is None:
        raise NotFound
    found.confirmed_at = now
    found.save(update_fields=["confirmed_at"])
    return found
