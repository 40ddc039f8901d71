"""The way in: one file a request, its bytes as the body, its name and id in headers.

Headers, because addresses are written into logs on the way and a name may tell something.
"""

import logging
from contextlib import suppress
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.http import HttpRequest

from walletdesk.accounts.models import Membership
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.conversations.actions.attachments import (
    begin_upload,
    discard_upload,
    finish_upload,
)
from walletdesk.conversations.contents.keys import key_for_upload
from walletdesk.conversations.contents.put import put_contents
from walletdesk.conversations.contents.refusals import (
    EmptyFile,
    LengthRequired,
    TooLargeFile,
    WrongType,
)
from walletdesk.conversations.contents.store import blob_store, release_connection
from walletdesk.conversations.file_queries import file_json
from walletdesk.conversations.file_rules import clean_name
from walletdesk.conversations.models import Attachment
from walletdesk.conversations.types import FileState
from walletdesk.kit.blobs.types import StoreUnavailable
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.kit.filetypes import FILE_BYTES
from walletdesk.kit.streamed_body import BodyLost, body_of
from walletdesk.safety import guard

log = logging.getLogger("walletdesk.files")
ANNOUNCED_NAME = 2_000  # characters of the header


def receive(
    request: HttpRequest, *, contact: Contact, by: ContactSession | Membership
) -> dict[str, Any]:
    """Take one file in and return what to tell: {"file": …, "secret": [kinds cut out of it]}.

    The same X-File-Id again returns the same file. Raises refusals that are DomainErrors.
    """
    size, client_id = _length(request), _file_id(request)
    name = guard.check(clean_name(_name(request)))
    attachment = begin_upload(contact=contact, by=by, client_id=client_id, name=name, size=size)
    key = key_for_upload(contact)
    release_connection()
    if attachment.state == FileState.READY:
        _drain(request, size)
    else:
        _take_in(request, attachment, key, size)
    return {"file": file_json(attachment), "secret": attachment.secrets}


def _take_in(request: HttpRequest, attachment: Attachment, key: bytes, size: int) -> None:
    store = blob_store()
    pieces = body_of(request, size)
    try:
        stored, thumb = put_contents(
            store,
            blob=attachment.blob,
            name=attachment.name,
            key=key,
            pieces=pieces,
            size=size,
        )
        finish_upload(attachment=attachment, stored=stored, thumb_blob=thumb)
    except DomainError as refused:
        log.info("an upload was refused: %s", refused.code)
        discard_upload(attachment=attachment)
        with suppress(StoreUnavailable):
            store.delete(attachment.blob)
        with suppress(BodyLost):
            for _ in pieces:  # who still writes could not read the answer
                pass
        raise


def _drain(request: HttpRequest, size: int) -> None:
    with suppress(BodyLost):
        for _ in body_of(request, size):
            pass


def _file_id(request: HttpRequest) -> UUID:
    if request.content_type != "application/octet-stream":
        raise WrongType
    try:
        return UUID(request.headers.get("X-File-Id", "")[:40])
    except ValueError:
        raise BadInput(id="uuid") from None


def _length(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise LengthRequired
    if int(text) > FILE_BYTES:
        raise TooLargeFile(most=FILE_BYTES)
    if int(text) == 0:
        raise EmptyFile
    return int(text)


def _name(request: HttpRequest) -> str:
    text = request.headers.get("X-File-Name", "")
    if len(text) > ANNOUNCED_NAME:
        raise BadInput(name="length")
    return unquote(text, errors="replace")
