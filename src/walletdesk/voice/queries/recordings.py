"""Recordings: who may hear them, and their sound."""

from walletdesk.accounts.models import Membership
from walletdesk.conversations.contents.keys import key_of
from walletdesk.conversations.contents.store import blob_store
from walletdesk.conversations.models import Conversation
from walletdesk.kit.blobs.sealed import open_blob
from walletdesk.kit.errors import NotFound
from walletdesk.voice.models import (
    Recording,
)
from walletdesk.voice.queries.calls import may_supervise


def get_recording_for(membership: Membership, recording_id: int) -> Recording:
    """Return a recording that this person may hear, else raise NotFound.

    Who has the conversation, and who leads.
    """
    found = (
        Recording.objects.filter(call__brand_id=membership.brand_id, pk=recording_id, complete=True)
        .select_related("call__conversation", "call__brand", "contact")
        .first()
    )
    if found is None or not may_hear(membership, found.call.conversation):
        raise NotFound
    return found


def may_hear(membership: Membership, conversation: Conversation | None) -> bool:
    """Tell whether somebody may hear the recordings of a conversation."""
    mine = conversation is not None and conversation.assignee_id == membership.pk
    return mine or may_supervise(membership)


def get_recording(recording_id: int) -> Recording | None:
    """Return a recording for the product's own handlers, None when it is gone."""
    rows = Recording.objects.select_related("call__conversation", "call__brand", "contact")
    return rows.filter(pk=recording_id).first()


def recording_wav(recording: Recording) -> bytes:
    """Return a recording's sound. Raises NotFound when it cannot be opened any more."""
    pieces = open_blob(blob_store(), recording.blob, key_of(recording.contact), size=recording.size)
    return b"".join(pieces)


def known_recordings(names: list[str]) -> set[str]:
    """Return which of these blobs are recordings."""
    return set(Recording.objects.filter(blob__in=names).values_list("blob", flat=True))
