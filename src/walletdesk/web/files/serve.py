"""The way out: `GET /files/<id>/<variant>`, with rights, and so that nothing in a file can act.

Pictures were written anew and may be shown; everything else is a download. Each answer carries
a policy of its own: no script, no plugin, no frame, an origin of its own.
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.conversations.contents.keys import key_of
from walletdesk.conversations.contents.store import blob_store, release_connection
from walletdesk.conversations.file_queries import get_attachment_for, get_attachment_of
from walletdesk.conversations.models import Attachment
from walletdesk.kit.blobs.sealed import open_blob
from walletdesk.kit.errors import NotFound
from walletdesk.kit.filetypes import WEBP, FileKind
from walletdesk.web.files.addresses import Reader, reader_of, signed, variants
from walletdesk.web.files.origin import at_files_origin

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_RANGE = re.compile(r"bytes=(\d{1,10})-(\d{0,10})", re.ASCII)


@require_safe
def serve(request: HttpRequest, ref: str, variant: str) -> HttpResponseBase:
    """Hand a file to somebody who may have it. All others get 404."""
    reader, by_address = reader_of(request, ref)
    attachment = _attachment(reader, ref)
    if variant not in variants(attachment):
        raise NotFound
    if settings.WALLETDESK.files_url and not at_files_origin(request):
        if by_address:
            raise NotFound
        return HttpResponseRedirect(signed(attachment, variant, reader))
    size = attachment.thumb_size if variant == "thumb" else attachment.size
    start, end = _asked_range(request, size)
    if start == 0 and isinstance(reader, Membership) and variant != "thumb":
        _note(reader, attachment)
    return _answer(request, attachment, variant, (start, end, size))


def _attachment(reader: Reader, ref: str) -> Attachment:
    if isinstance(reader, Membership):
        return get_attachment_for(reader, ref)
    return get_attachment_of(reader, ref)


def _note(reader: Membership, attachment: Attachment) -> None:
    """Write down that a member of staff opened a file, before it leaves."""
    with transaction.atomic():
        record_audit(
            brand=reader.brand,
            actor=reader,
            action="file.opened",
            subject=f"file:{attachment.ref}",
            detail={
                "conversation": attachment.conversation.ref if attachment.conversation else "",
                "type": attachment.media_type,
            },
        )


def _asked_range(request: HttpRequest, size: int) -> tuple[int, int]:
    """Return the half-open span that is asked for; what is no simple range means all of it."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None:
        return 0, size
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end else (0, size)


def _answer(
    request: HttpRequest, attachment: Attachment, variant: str, span: tuple[int, int, int]
) -> HttpResponseBase:
    start, end, size = span
    blob = attachment.thumb_blob if variant == "thumb" else attachment.blob
    key = key_of(attachment.contact)
    pieces = _cut(open_blob(blob_store(), blob, key, size=size, start=start), end - start)
    release_connection()
    response = StreamingHttpResponse(
        _for_server(pieces) if isinstance(request, ASGIRequest) else pieces
    )
    _describe(response, attachment, variant)
    response["Content-Length"] = str(end - start)
    if (start, end) != (0, size):
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _describe(response: HttpResponseBase, attachment: Attachment, variant: str) -> None:
    picture = attachment.kind == FileKind.PICTURE
    media_type = WEBP.media_type if variant == "thumb" else attachment.media_type
    text = attachment.kind == FileKind.TEXT
    response["Content-Type"] = f"{media_type}; charset=utf-8" if text else media_type
    disposition = content_disposition_header(not picture, attachment.name)
    if disposition is not None:
        response["Content-Disposition"] = disposition
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "no-store"
    second = bool(settings.WALLETDESK.files_url)
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if second else "same-origin"
    response.own_policy = POLICY  # type: ignore[attr-defined] # read by web.security
    response.never_packed = True  # type: ignore[attr-defined] # read by web.files.origin


def _cut(pieces: Iterator[bytes], length: int) -> Iterator[bytes]:
    for piece in pieces:
        if length <= 0:
            return
        yield piece[:length]
        length -= len(piece)


async def _for_server(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read in a thread: the loop has others to serve."""
    following: Any = sync_to_async(next, thread_sensitive=False)
    while (piece := await following(pieces, None)) is not None:
        yield piece
