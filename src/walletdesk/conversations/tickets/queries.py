"""Reads of tickets, and their access functions."""

from uuid import UUID

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.types import Source
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.queries import (
    events_visible_to,
    get_conversation_of,
    thread,
)
from walletdesk.conversations.tickets.models import AddressConfirmation, FormSettings, Ticket
from walletdesk.conversations.tickets.rules import step_of
from walletdesk.conversations.tickets.tokens import status_token
from walletdesk.conversations.tickets.types import Step
from walletdesk.conversations.types import Audience, Author, Kind
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound


def form_of(brand: Brand) -> FormSettings:
    """Return a brand's form: its row, or an unsaved one with the defaults."""
    return FormSettings.objects.filter(brand=brand).first() or FormSettings(brand=brand)


def client_digest(client_id: UUID) -> bytes:
    """Return what is stored of the UUID under which a page sent its ticket."""
    return ids.token_hash(f"ticket {client_id}")


def get_ticket_by_token(token: str) -> Ticket:
    """Return the ticket of a status page's secret, else raise NotFound."""
    found = (
        Ticket.objects.filter(token_hash=ids.token_hash(token))
        .select_related("brand", "conversation__contact", "session__contact")
        .first()
    )
    if found is None or found.session is None or found.session.expires_at <= clock.now():
        raise NotFound
    return found


def ticket_of(conversation: Conversation) -> Ticket | None:
    """Return the ticket that a conversation began as, None for any other conversation."""
    return Ticket.objects.filter(conversation=conversation).first()


def number_exists(brand: Brand, number: str) -> bool:
    """Tell whether a ticket of the brand has this number. Who may read it is asked elsewhere."""
    return Ticket.objects.filter(brand=brand, number=number).exists()


def page_token_of(conversation: Conversation) -> str:
    """Return the secret of the page of a conversation, "" when it has none or that was shut.

    For a mail to a confirmed address of its customer, and for nothing else.
    """
    found = Ticket.objects.filter(
        conversation=conversation, session__expires_at__gt=clock.now()
    ).first()
    return status_token(bytes(found.salt)) if found else ""


def current_conversation(ticket: Ticket) -> Conversation:
    """Return the conversation in which a ticket goes on.

    Of one that it was merged into, `visible_after` hides all that was there before: the page's
    secret opens this ticket, not its customer's history.
    """
    own = ticket.conversation
    found = get_conversation_of(own.contact, own.ref)
    if found.pk != own.pk:
        found.visible_after = max(found.visible_after, own.merged_seq)
    return found


def timeline_of(ticket: Ticket, current: Conversation) -> list[dict[str, object]]:
    """Return the ticket's public timeline in its customer's own words, oldest first."""
    events = thread(ticket.conversation, Audience.CUSTOMER)
    if current.pk != ticket.conversation_id:
        events += thread(current, Audience.CUSTOMER)
    return events


def cursor_of(current: Conversation) -> int:
    """Return the number of the newest event that the customer may see."""
    events: list[Event] = list(events_visible_to(Audience.CUSTOMER, current).order_by("-seq")[:1])
    return events[0].seq if events else 0


def was_answered(current: Conversation) -> bool:
    """Tell whether a person has answered."""
    events = events_visible_to(Audience.CUSTOMER, current)
    return events.filter(kind=Kind.MESSAGE, author=Author.AGENT).exists()


# --- addresses ----------------------------------------------------------------------------


def get_confirmation(token: str) -> AddressConfirmation:
    """Return the open confirmation of a link, else raise NotFound. All refusals look alike."""
    found = (
        AddressConfirmation.objects.filter(
            token_hash=ids.token_hash(token), confirmed_at=None, expires_at__gt=clock.now()
        )
        .select_related("ticket__brand", "ticket__conversation", "identity")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def reachable_identity(conversation: Conversation) -> Identity | None:
    """Return the e-mail address to which replies to a ticket may go, None while there is none.

    One that its reader confirmed, or that the wallet vouches for. Never merely what was typed.
    """
    known = Identity.objects.filter(contact_id=conversation.contact_id, kind="email")
    confirmed = known.filter(confirmations__confirmed_at__isnull=False)
    return (
        confirmed.order_by("-confirmations__confirmed_at").first()
        or known.filter(source=Source.WALLET).order_by("-pk").first()
    )


def waits_for_confirmation(ticket: Ticket) -> bool:
    """Tell whether an address was given for this ticket and nobody has confirmed it yet."""
    rows = AddressConfirmation.objects.filter(ticket=ticket)
    return rows.exists() and not rows.filter(confirmed_at__isnull=False).exists()


def tickets_of(contact: Contact, number: str | None, limit: int = 3) -> list[Ticket]:
    """Return the tickets of a customer whom the wallet vouches for, newest first; else none.

    With a number that one only. Whoever asks about a ticket of somebody else gets what they get who
    ask about none.
    """
    if contact.verified_at is None:
        return []
    rows = Ticket.objects.filter(brand=contact.brand_id, conversation__contact=contact)
    if number is not None:
        rows = rows.filter(number=number)
    return list(rows.select_related("brand", "conversation__contact").order_by("-pk")[:limit])


def step_now(ticket: Ticket) -> Step:
    """Return where a ticket stands now for its customer."""
    current = current_conversation(ticket)
    return step_of(
        current.status,
        current.last_author,
        has_person=current.assignee_id is not None,
        answered=was_answered(current),
    )
