"""Open a ticket, once, however often its page sends it."""

import os
import secrets
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction

from walletdesk.contacts.actions import open_page_session
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.actions.sealing import sealed_text
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.bot import queue
from walletdesk.conversations.actions.customer import start_conversation
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.tickets.models import AddressConfirmation, Ticket
from walletdesk.conversations.tickets.queries import client_digest, form_of
from walletdesk.conversations.tickets.rules import fields_of, number_of
from walletdesk.conversations.tickets.tokens import status_token
from walletdesk.conversations.tickets.types import OpenedTicket, TicketDraft
from walletdesk.conversations.types import Author, InboundMessage, Refused, Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.language.topics import default_urgency

CHANNEL = "form"
PAGE_LIFE = timedelta(days=400)  # of a status page; the conversation may be removed earlier
CONFIRM_LIFE = timedelta(hours=72)
NUMBERS_TRIED = 5
_OF_MESSAGES = UUID("4b0c7d0a-7a53-5d0f-9d0e-6f1a3c1f2b44")


class NotTaken(DomainError):
    """The message of a ticket was not recorded. `why` is the code of the way in."""

    code: ClassVar[str] = "ticket_not_taken"


@transaction.atomic
def open_ticket(
    *, session: ContactSession, client_id: UUID, language: str, draft: TicketDraft
) -> OpenedTicket:
    """Open a ticket for the customer of a device and put it into the queue.

    The same `client_id` again returns the ticket that it opened. Raises NotFound when the brand's
    form is closed, Blocked, or NotTaken.
    """
    contact = session.contact
    if not form_of(contact.brand).enabled:
        raise NotFound
    digest = client_digest(client_id)
    for _try in range(NUMBERS_TRIED):
        known = Ticket.objects.filter(brand=contact.brand, client_digest=digest).first()
        if known is not None:
            return OpenedTicket(known.number, status_token(bytes(known.salt)), repeated=True)
        try:
            with transaction.atomic():
                return _open(session, client_id, language, draft)
        except IntegrityError:
            continue  # the same ticket at the same moment, or a number that is taken: look again
    raise NotTaken(why="busy")


def _open(
    session: ContactSession, client_id: UUID, language: str, draft: TicketDraft
) -> OpenedTicket:
    contact = session.contact
    conversation = start_conversation(
        contact=contact,
        language=language,
        started_on=session.pk,
        channel=CHANNEL,
        topic=draft.topic,
    )
    ticket = _ticket(conversation, client_id, draft.due_at, _fields(contact, draft))
    _record(conversation, session, client_id, draft)
    locked = lock_conversation(conversation.pk)
    urgency = default_urgency(draft.topic)
    if locked.status == Status.BOT:
        queue(locked, reason="form", author=Author.SYSTEM, urgency=urgency)
    identity = _keep_address(contact, draft.contact)
    confirm = _ask_to_confirm(ticket, identity) if draft.contact[0] == "email" else ""
    return OpenedTicket(ticket.number, status_token(bytes(ticket.salt)), confirm_token=confirm)


def _ticket(
    conversation: Conversation, client_id: UUID, due_at: datetime, fields: list[list[str]]
) -> Ticket:
    salt = os.urandom(16)
    return Ticket.objects.create(
        conversation=conversation,
        brand=conversation.brand,
        number=number_of(secrets.randbits(64)),
        client_digest=client_digest(client_id),
        salt=salt,
        token_hash=ids.token_hash(status_token(salt)),
        session=open_page_session(contact=conversation.contact, life=PAGE_LIFE),
        fields=fields,
        due_at=due_at,
    )


def _fields(contact: Contact, draft: TicketDraft) -> list[list[str]]:
    known = {spec.code for spec in fields_of(draft.topic)}
    return [
        [code, sealed_text(contact=contact, text=text).text]
        for code, text in draft.fields
        if code in known
    ]


@transaction.atomic
def give_page(*, conversation: Conversation, due_at: datetime) -> Ticket:
    """Return the ticket of a locked conversation, made when it began elsewhere than on the form.

    So every conversation can have a number to say and a page of its own.
    """
    for _try in range(NUMBERS_TRIED):
        known = Ticket.objects.filter(conversation=conversation).first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                return _ticket(conversation, uuid4(), due_at, [])
        except IntegrityError:
            continue  # a number that is taken
    raise NotTaken(why="busy")


def _record(
    conversation: Conversation, session: ContactSession, client_id: UUID, draft: TicketDraft
) -> None:
    """Take the message in on the way of all messages: receipts, guard, files, sealing.

    Its own UUID follows from the ticket's, one way: staff see it, and must not find the page.
    """
    inbound = InboundMessage(
        token_hash=bytes(session.token_hash),
        ref=conversation.ref,
        client_id=uuid5(_OF_MESSAGES, str(client_id)),
        text=draft.text.text,
        files=draft.files,
    )
    [outcome] = record_messages([inbound])
    if isinstance(outcome, Refused):
        raise NotTaken(why=outcome.code, retry_after=outcome.retry_after or 1)


def _keep_address(contact: Contact, address: tuple[str, str]) -> Identity | None:
    kind, value = address
    if not value:
        return None
    return set_identity(
        contact=contact, kind=IdentityKind(kind), value=value, source=Source.CUSTOMER
    )


def _ask_to_confirm(ticket: Ticket, identity: Identity | None) -> str:
    """Return the secret of a confirmation link, "" when there is nothing to confirm (any more)."""
    if identity is None or identity.source == Source.WALLET:
        return ""
    if AddressConfirmation.objects.filter(identity=identity, confirmed_at__isnull=False).exists():
        return ""
    token = ids.new_token()
    AddressConfirmation.objects.create(
        ticket=ticket,
        identity=identity,
        token_hash=ids.token_hash(token),
        expires_at=clock.now() + CONFIRM_LIFE,
    )
    return token
