"""Make a conversation of its own out of a later part of another one."""

from datetime import datetime

from django.db import connection, transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.refusals import WrongState
from walletdesk.conversations.actions.staff import act, lock_for, require_hold
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.file_rules import preview_of
from walletdesk.conversations.models import CLOCK_MARGIN, PREVIEW_LENGTH, Conversation, Event
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Author, Kind, Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, NotFound

SPLITTABLE = (Status.BOT, Status.QUEUED, Status.OPEN, Status.SNOOZED, Status.RESOLVED)
COPIED = [Kind.MESSAGE, Kind.NOTE]
# `origin` leads back to the row that was copied: a secret found later is overwritten in both
COPY = """
INSERT INTO conversations_event (conversation_id, seq, created_at, brand_id, kind, author,
                                 author_id, name, text, data, staff_data)
SELECT %s, row_number() OVER (ORDER BY seq), created_at, brand_id, kind, author, author_id, name,
       text, data - 'feedback' - 'offer_person', staff_data || jsonb_build_object('origin', seq)
FROM conversations_event
WHERE conversation_id = %s AND created_at >= %s AND seq >= %s AND kind = ANY (%s)
"""


@transaction.atomic
def split_conversation(
    *, conversation: Conversation, membership: Membership, seq: int
) -> Conversation:
    """Begin a conversation of the same contact with the messages and notes from `seq` on.

    They stay where they were, too: a timeline never loses a row. Each of the two names the other.
    Raises NotFound when there is no message from there on, BadInput when nothing would be left.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if locked.assignee_id:
        require_hold(locked, membership)
    if locked.status not in SPLITTABLE:
        raise WrongState(status=locked.status)
    begins = events_of(locked).filter(seq__gte=seq, kind__in=COPIED).order_by("seq").first()
    if begins is None or not events_of(locked).filter(seq__gte=seq, kind=Kind.MESSAGE).exists():
        raise NotFound
    if not events_of(locked).filter(seq__lt=begins.seq, kind=Kind.MESSAGE).exists():
        raise BadInput(seq="first")
    part = _part_of(locked, membership, begins)
    append_one(locked, act(Kind.SPLIT, membership, data={"ref": part.ref, "seq": begins.seq}))
    append_one(part, act(Kind.SPLIT_FROM, membership, data={"ref": locked.ref}))
    return part


def _part_of(origin: Conversation, membership: Membership, begins: Event) -> Conversation:
    """Make the new conversation with its copies. It belongs to whoever split it off."""
    part = Conversation.objects.create(
        ref=ids.new_ref(),
        brand=origin.brand,
        contact=origin.contact,
        channel=origin.channel,
        status=Status.OPEN,
        assignee=membership,
        team_id=origin.team_id,
        language=origin.language,
        topic=origin.topic,
        urgency=origin.urgency,
        split_from=origin,
        created_at=begins.created_at,  # its events are looked for from here on
    )
    _copy(origin, part, begins.seq, origin.created_at - CLOCK_MARGIN)
    copies = list(events_of(part).order_by("seq"))
    part.last_seq = len(copies)
    for copy in copies:
        if copy.kind == Kind.MESSAGE:
            preview = copy.text or preview_of(copy.data.get("files", []))
            part.preview, part.last_author = preview[:PREVIEW_LENGTH], copy.author
            if copy.author == Author.CUSTOMER:
                part.last_customer_seq = copy.seq
    if part.last_author == Author.CUSTOMER:
        part.waiting_since = origin.waiting_since or clock.now()
    return part


def _copy(origin: Conversation, part: Conversation, seq: int, since: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COPY, [part.pk, origin.pk, since, seq, [str(kind) for kind in COPIED]])
