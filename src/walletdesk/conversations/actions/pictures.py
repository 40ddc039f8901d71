"""What becomes of a picture once its words were read."""

from django.db import transaction

from walletdesk.conversations.actions.bot import queue
from walletdesk.conversations.actions.caught import Catch, keep_catches, mark_of, recognised
from walletdesk.conversations.actions.timeline import append
from walletdesk.conversations.events import SECRET_REMOVED
from walletdesk.conversations.models import Attachment, Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import (
    Author,
    Kind,
    NewEvent,
    PictureCheck,
    Status,
    Urgency,
)
from walletdesk.kit.outbox.actions import publish

_TRIES = 3


@transaction.atomic
def settle_picture(
    *,
    attachment_id: int,
    outcome: PictureCheck,
    kinds: tuple[str, ...] = (),
    digests: tuple[bytes, ...] = (),
) -> list[str]:
    """Note what was read in a picture, and tell its conversation if it went out already.

    With a secret in it, it is treated as any caught secret. Returns the blobs to be deleted; no
    row names them any more. A picture that does not wait is left alone.
    """
    for _try in range(_TRIES):
        # A conversation is locked before its files, here as on the way in of messages.
        named = Attachment.objects.filter(pk=attachment_id).values_list("conversation_id").first()
        if named is None:
            return []
        conversation = lock_conversation(named[0]) if named[0] else None
        row = Attachment.objects.select_for_update().get(pk=attachment_id)
        if row.conversation_id == named[0]:
            return _settle(row, conversation, outcome, kinds, digests)
        # It went out between the two looks: look again, with the conversation first.
    return []


def _settle(
    row: Attachment,
    conversation: Conversation | None,
    outcome: PictureCheck,
    kinds: tuple[str, ...],
    digests: tuple[bytes, ...],
) -> list[str]:
    if row.check_state != PictureCheck.WAITING:
        return []
    gone: list[str] = []
    marks = [mark_of(digest) for digest in digests]
    row.check_state = outcome
    if outcome == PictureCheck.SECRET:
        gone = [blob for blob in (row.blob, row.thumb_blob) if blob]
        row.blob = row.thumb_blob = ""
        row.secrets = sorted({*row.secrets, *kinds})
        row.marks = [*row.marks, *(mark.hex() for mark in marks)]
    row.save(update_fields=["check_state", "blob", "thumb_blob", "secrets", "marks"])
    if conversation is not None and row.seq is not None:
        _tell(conversation, row, outcome, kinds, tuple(marks))
    return gone


def _tell(
    conversation: Conversation,
    row: Attachment,
    outcome: PictureCheck,
    kinds: tuple[str, ...],
    marks: tuple[bytes, ...],
) -> None:
    told = {"files": {row.ref: str(outcome)}}
    checked = NewEvent(kind=Kind.CHECKED, author=Author.SYSTEM, staff_data=told)
    if outcome != PictureCheck.SECRET:
        append(conversation, [checked], last_event_at=conversation.last_event_at)
        return
    seq = row.seq or 0
    catch = Catch(conversation.pk, conversation.brand_id, seq, kinds, marks)
    notice = NewEvent(
        kind=Kind.NOTICE,
        author=Author.SYSTEM,
        data={"code": "secret_removed", "kinds": list(kinds)},
    )
    redacted = NewEvent(
        kind=Kind.REDACTED, author=Author.SYSTEM, data={"texts": {}, "files": [row.ref]}
    )
    again = recognised([catch]).values()
    append(conversation, [redacted, checked, notice, *again], urgency=Urgency.CRITICAL)
    if conversation.status == Status.BOT:
        queue(conversation, reason="secret", author=Author.SYSTEM, urgency=Urgency.CRITICAL)
    keep_catches([catch])
    publish(
        name=SECRET_REMOVED,
        key=str(conversation.pk),
        payload={"conversation_id": conversation.pk, "kinds": list(kinds), "seqs": [seq]},
    )
