"""What happens to the bytes of an upload between the line and the store.

Pictures are written anew and text is read by the guard, each in a child process; PDF and video
go to the store as they are and are only ever handed out as downloads. All of it streams.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import cast

from walletdesk.conversations.contents.refusals import (
    DamagedFile,
    EmptyFile,
    FilesBusy,
    HeicPicture,
    TooLargeFile,
    TooManyPixels,
    WrongType,
)
from walletdesk.conversations.file_rules import name_as
from walletdesk.conversations.types import StoredFile
from walletdesk.kit.blobs.sealed import put_blob
from walletdesk.kit.blobs.types import BlobStore, new_blob_name
from walletdesk.kit.confined import ChildFailed, Confined
from walletdesk.kit.filetypes import (
    HEAD,
    MOST_BYTES,
    PICTURES,
    TEXT,
    FileKind,
    FileType,
    Unsupported,
    type_of,
)
from walletdesk.knowledge.types import CleanPicture

CHILDREN = 4  # at once in a process: each may take half a gigabyte for a moment
PATIENCE = 20.0  # seconds that an upload waits for a child
_CHILDREN = threading.BoundedSemaphore(CHILDREN)


def put_contents(
    store: BlobStore, *, blob: str, name: str, key: bytes, pieces: Iterator[bytes], size: int
) -> tuple[StoredFile, str]:
    """Judge, clean, seal and keep a file of `size` bytes. Return it and its thumbnail's blob.

    Raises the refusals of this package, StoreFull, StoreUnavailable, and what `pieces` raises.
    """
    head, pieces = _peek(pieces)
    found = _judge(head, size)
    if found.kind == FileKind.PICTURE:
        return _picture(store, blob, name, key, pieces)
    if found.kind == FileKind.TEXT:
        return _text(store, blob, name, key, pieces), ""
    kept = put_blob(store, blob, key, pieces)
    return StoredFile(found.kind, found.media_type, name_as(name, found), kept), ""


def _peek(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= HEAD:
            break
    return head[:HEAD], chain([head], pieces)


def _judge(head: bytes, size: int) -> FileType:
    if not head:
        raise EmptyFile
    found = type_of(head)
    if found is Unsupported.HEIC:
        raise HeicPicture
    if isinstance(found, Unsupported):
        raise WrongType
    if size > MOST_BYTES[found.kind]:
        raise TooLargeFile(most=MOST_BYTES[found.kind])
    return found


def _picture(
    store: BlobStore, blob: str, name: str, key: bytes, pieces: Iterator[bytes]
) -> tuple[StoredFile, str]:
    thumb = new_blob_name()
    with _child("walletdesk.kit.pictures", pieces) as (child, told):
        shown, small = cast("list[int]", told["lengths"])
        found = PICTURES[str(told["media_type"])]
        put_blob(store, blob, key, child.body(shown))
        put_blob(store, thumb, key, child.body(small))
    stored = StoredFile(
        kind=found.kind,
        media_type=found.media_type,
        name=name_as(name, found),
        size=shown,
        thumb_size=small,
        width=cast("int", told["width"]),
        height=cast("int", told["height"]),
    )
    return stored, thumb


def clean_picture(pieces: Iterator[bytes], size: int) -> CleanPicture:
    """Return a picture written anew, for pages that everybody sees. Raises as `put_contents`."""
    head, pieces = _peek(pieces)
    if _judge(head, size).kind != FileKind.PICTURE:
        raise WrongType
    with _child("walletdesk.kit.pictures", pieces) as (child, told):
        shown, _small = cast("list[int]", told["lengths"])
        return CleanPicture(
            media_type=str(told["media_type"]),
            width=cast("int", told["width"]),
            height=cast("int", told["height"]),
            body=b"".join(child.body(shown)),
        )


def _text(
    store: BlobStore, blob: str, name: str, key: bytes, pieces: Iterator[bytes]
) -> StoredFile:
    with _child("walletdesk.safety.text_file", pieces) as (child, told):
        [length] = cast("list[int]", told["lengths"])
        put_blob(store, blob, key, child.body(length))
    kinds = tuple(cast("list[str]", told["secrets"]))
    digests = tuple(map(bytes.fromhex, cast("list[str]", told["digests"])))
    named = name_as(name, TEXT)
    return StoredFile(TEXT.kind, TEXT.media_type, named, length, secrets=kinds, digests=digests)


@contextmanager
def _child(module: str, pieces: Iterator[bytes]) -> Iterator[tuple[Confined, dict[str, object]]]:
    """Run a child on the upload; yield it and the header of its answer."""
    if not _CHILDREN.acquire(timeout=PATIENCE):
        raise FilesBusy(retry_after=5)
    try:
        with Confined(module) as child:
            child.feed(pieces)
            told = child.header()
            if told.get("refused") == "too_many_pixels":
                raise TooManyPixels
            if "refused" in told:
                raise DamagedFile
            yield child, told
    except ChildFailed:
        raise DamagedFile from None
    finally:
        _CHILDREN.release()
