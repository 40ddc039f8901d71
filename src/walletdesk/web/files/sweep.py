"""Removes what nobody can reach any more: expired uploads, and blobs without a row."""

from datetime import timedelta
from itertools import islice

from walletdesk.conversations.actions.attachments import expire_uploads
from walletdesk.conversations.file_queries import known_blobs
from walletdesk.kit import clock
from walletdesk.kit.blobs.types import BlobStore
from walletdesk.voice.queries import known_recordings

YOUNG = timedelta(hours=2)  # its row may be about to come
AT_ONCE = 500


def sweep_files(store: BlobStore) -> int:
    """Delete expired uploads and orphaned blobs. Return how many blobs went."""
    gone = 0
    while expired := expire_uploads():
        for name in expired:
            store.delete(name)
        gone += len(expired)
    before = clock.now() - YOUNG
    old = (name for name, at in store.names() if at < before)
    while names := list(islice(old, AT_ONCE)):
        orphans = set(names) - known_blobs(names) - known_recordings(names)
        for name in orphans:
            store.delete(name)
        gone += len(orphans)
    return gone
