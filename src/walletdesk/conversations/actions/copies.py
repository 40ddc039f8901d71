"""Pages that show a conversation which was split off learn that messages in it were overwritten.

The rows are overwritten in the transaction that found the secret (`overwrite`). The line that tells
the live pages follows from the outbox: it needs the lock of the other conversation.
"""

from collections.abc import Sequence

from django.db import transaction

from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of, lock_conversation
from walletdesk.conversations.types import STAFF_ONLY, Author, Kind, NewEvent


@transaction.atomic
def tell_copies(*, conversation_id: int, kinds: Sequence[str], seqs: Sequence[int]) -> None:  # noqa: ARG001 - the payload
    """Append a redaction to every conversation that holds copies of these messages."""
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is None:
        return
    for part in Conversation.objects.filter(split_from=conversation).order_by("pk"):
        copies = events_of(part).filter(staff_data__origin__in=list(seqs))
        _tell(part.pk, list(copies.values_list("seq", flat=True)))
    if conversation.split_from_id is not None:
        own = events_of(conversation).filter(seq__in=list(seqs), staff_data__has_key="origin")
        origins = own.values_list("staff_data__origin", flat=True)
        _tell(conversation.split_from_id, [int(seq) for seq in origins])


def _tell(conversation_id: int, seqs: Sequence[int]) -> None:
    if not seqs:
        return
    locked = lock_conversation(conversation_id)
    rows = list(events_of(locked).filter(seq__in=list(seqs), text__contains="⟦secret:"))
    if rows:
        public = {str(row.seq): row.text for row in rows if row.kind not in STAFF_ONLY}
        staff = {str(row.seq): row.text for row in rows if row.kind in STAFF_ONLY}
        append_one(
            locked,
            NewEvent(
                kind=Kind.REDACTED,
                author=Author.SYSTEM,
                data={"texts": public},
                staff_data={"texts": staff} if staff else {},
            ),
            last_event_at=locked.last_event_at,
        )
