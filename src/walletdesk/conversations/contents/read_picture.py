"""A customer's picture is read for secrets; where one is found, its bytes go."""

import logging
from typing import cast

from django.conf import settings

from walletdesk.conversations.actions.pictures import settle_picture
from walletdesk.conversations.contents.keys import key_of
from walletdesk.conversations.contents.store import blob_store, release_connection
from walletdesk.conversations.models import Attachment
from walletdesk.conversations.types import PictureCheck
from walletdesk.kit.blobs.sealed import open_blob
from walletdesk.kit.blobs.types import BlobMissing
from walletdesk.kit.confined import ChildFailed, Confined
from walletdesk.kit.errors import NotFound
from walletdesk.kit.ocr import find_program

log = logging.getLogger("walletdesk.files")


def read_picture(*, attachment_id: int) -> None:
    """Read one picture that waits; reading it twice does nothing. Runs for seconds."""
    waiting = Attachment.objects.filter(pk=attachment_id, check_state=PictureCheck.WAITING)
    row = waiting.select_related("contact").first()
    if row is None:
        return
    found = _read(row)
    if found is None:
        settle_picture(attachment_id=row.pk, outcome=PictureCheck.UNREAD)
        return
    kinds, digests = found
    outcome = PictureCheck.SECRET if kinds else PictureCheck.CLEAN
    gone = settle_picture(
        attachment_id=row.pk, outcome=outcome, kinds=tuple(kinds), digests=tuple(digests)
    )
    for blob in gone:  # if we are killed here, the hourly sweep finds blobs without a row
        blob_store().delete(blob)


def _read(row: Attachment) -> tuple[list[str], list[bytes]] | None:
    """Return kinds and digests of the secrets in a picture; None when it cannot be read here."""
    program = find_program(settings.WALLETDESK.ocr)
    if program is None:
        return None
    try:
        pieces = open_blob(blob_store(), row.blob, key_of(row.contact), size=row.size)
        release_connection()
        with Confined("walletdesk.safety.picture", program) as child:
            child.feed(pieces)
            told = child.header()
    except (ChildFailed, BlobMissing, NotFound) as failed:
        log.info("a picture could not be read: %s", type(failed).__name__)
        return None
    if "refused" in told:
        return None
    digests = [bytes.fromhex(text) for text in cast("list[str]", told["digests"])]
    return cast("list[str]", told["secrets"]), digests
