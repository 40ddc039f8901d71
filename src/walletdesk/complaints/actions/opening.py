"""Opening a complaint: by a person beside a conversation, or by the customer on the public form."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.complaints import events, rules
from walletdesk.complaints.actions.base import audit, kept_text, record
from walletdesk.complaints.models import (
    POINT_LENGTH,
    Complaint,
    ComplaintPoint,
    ComplaintStep,
    ComplaintSubject,
)
from walletdesk.complaints.profiles import calendar_of, get_profile
from walletdesk.complaints.queries import complaint_of, leads_of, rules_of
from walletdesk.complaints.types import Category, State, Step
from walletdesk.contacts.personal.actions.sealing import sealed_value
from walletdesk.conversations.actions.complaints import note_complaint, raise_urgency
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.queries import earlier_conversations, events_of, lock_conversation
from walletdesk.conversations.tickets.actions.opening import give_page
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.tickets.rules import number_of
from walletdesk.conversations.types import Author, Kind, Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

SILENT = (Status.NEW, Status.MERGED)
LONGEST_AGO = timedelta(days=60)  # a letter on paper that was forgotten on a desk


@dataclass(frozen=True, slots=True)
class Lodged:
    """What was filled in on the form, checked by the guard.

    `fields` are (code, kind of personal datum or "", text). `point` is what is complained of.
    """

    fields: Sequence[tuple[str, str, SafeText]]
    point: SafeText
    category: Category
    by_representative: bool


@transaction.atomic
def open_complaint(
    *,
    conversation: Conversation,
    membership: Membership,
    point: SafeText | None = None,
    received_at: datetime | None = None,
) -> Complaint:
    """Make a conversation a complaint; one that is open is returned. Raises NotAllowed, BadInput.

    `point` is what is complained of, by default what the customer wrote last; `received_at` is
    when they did, and never changes again.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_conversation(conversation.pk)
    if locked.brand_id != membership.brand_id or locked.status in SILENT:
        raise NotFound
    now = clock.now()
    last = _said_last(locked)
    since = max(last.created_at, now - LONGEST_AGO) if last else now
    received = received_at or since
    if not now - LONGEST_AGO <= received <= now:
        raise BadInput(received="out_of_range")
    said = guard.check(last.text[:POINT_LENGTH] if last else "").safe
    lodged = Lodged((), point or said, Category.OTHER, by_representative=False)
    return _open(locked, lodged, received, by=membership)


def _said_last(conversation: Conversation) -> Event | None:
    rows = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER)
    return rows.order_by("-seq").first()


@transaction.atomic
def lodge_complaint(*, ticket: Ticket, lodged: Lodged) -> Complaint:
    """Make a ticket of the public form a complaint; sending it again returns the same."""
    return _open(lock_conversation(ticket.conversation_id), lodged, clock.now(), by=None)


def _open(
    conversation: Conversation, lodged: Lodged, received_at: datetime, *, by: Membership | None
) -> Complaint:
    known = complaint_of(conversation)
    if known is not None and known.state != State.CLOSED:
        return known
    profile = get_profile(rules_of(conversation.brand).profile)
    due = rules.deadlines_of(profile, received_at, calendar_of(profile, received_at))
    page = give_page(conversation=conversation, due_at=due[Step.RESPOND].due_at)
    complaint = _row(
        page.number,
        brand=conversation.brand,
        conversation=conversation,
        opened_seq=conversation.last_seq if by else 0,
        profile=profile.code,
        language=conversation.language or conversation.brand.default_language,
        channel=conversation.channel,
        by_representative=lodged.by_representative,
        category=lodged.category,
        received_at=received_at,
        created_at=clock.now(),
        fields=[
            [code, _kept(conversation, kind, text)]
            for code, kind, text in lodged.fields
            if text.text
        ],
    )
    ComplaintStep.objects.bulk_create(
        ComplaintStep(complaint=complaint, code=code, due_at=each.due_at, warn_at=each.warn_at)
        for code, each in due.items()
    )
    if lodged.point.text.strip():
        ComplaintPoint.objects.create(
            complaint=complaint, text=kept_text(conversation, lodged.point, "point", POINT_LENGTH)
        )
    ComplaintSubject.objects.bulk_create(
        ComplaintSubject(complaint=complaint, conversation=each)
        for each in earlier_conversations(conversation)
    )
    _tell(complaint, conversation, by)
    return complaint


def _kept(conversation: Conversation, kind: str, text: SafeText) -> str:
    if kind:
        return sealed_value(contact=conversation.contact, kind=kind, value=text.text)
    return kept_text(conversation, text, "fields", 4_000)


def _row(number: str, **values: object) -> Complaint:
    """Write the row, under the number of its page unless an earlier complaint has that."""
    for _try in range(5):
        try:
            with transaction.atomic():
                return Complaint.objects.create(ref=ids.new_ref(), number=number, **values)
        except IntegrityError:
            number = number_of(secrets.randbits(64))
    raise BadInput(number="taken")


def _tell(complaint: Complaint, conversation: Conversation, by: Membership | None) -> None:
    record(complaint, "opened" if by else "lodged", by, profile=complaint.profile)
    audit(complaint, by, "opened", conversation=conversation.ref, profile=complaint.profile)
    raise_urgency(conversation=conversation)
    note_complaint(
        conversation=conversation,
        complaint=complaint.ref,
        state="opened" if by else "lodged",
        by=by,
        people=leads_of(complaint.brand),
    )
    publish(
        name=events.COMPLAINT_OPENED,
        key=str(complaint.pk),
        payload={"complaint_id": complaint.pk},
    )
