"""Attachments of mails, on the way of all files: judged by content, pictures written anew."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from walletdesk.contacts.models import Contact
from walletdesk.conversations.actions.attachments import (
    begin_mail_file,
    discard_upload,
    finish_upload,
)
from walletdesk.conversations.contents.keys import key_for_upload
from walletdesk.conversations.contents.put import put_contents
from walletdesk.conversations.contents.store import blob_store
from walletdesk.conversations.file_rules import FILES_PER_MESSAGE, clean_name
from walletdesk.conversations.models import Attachment
from walletdesk.integrations.email.parsing.types import Attachment as MailFile
from walletdesk.kit.blobs.types import StoreFull, StoreUnavailable
from walletdesk.kit.errors import DomainError
from walletdesk.safety import guard

TOLD = 30  # of those that were left out
NAMES_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a mail: rows of those that were kept, and why others were not.

    Those stand in the original only. `names` are theirs, one a line, not yet guarded.
    """

    stored: tuple[Attachment, ...]
    left_out: list[dict[str, Any]]
    names: str


def store_files(files: Sequence[MailFile], *, contact: Contact, ref: str) -> Files:
    """Keep the attachments of the raw mail `ref`. Raises StoreFull, StoreUnavailable."""
    stored: list[Attachment] = []
    left_out: list[tuple[MailFile, str]] = []
    for number, file in enumerate(files):
        if len(stored) >= FILES_PER_MESSAGE:
            left_out.append((file, "too_many_files"))
            continue
        try:
            stored.append(_store(file, contact, f"{ref}/{number}"))
        except (StoreFull, StoreUnavailable):
            raise
        except DomainError as refused:
            left_out.append((file, refused.code))
    told = [{"size": file.size, "why": why} for file, why in left_out[:TOLD]]
    names = "\n".join(clean_name(file.name) for file, _why in left_out[:TOLD])
    return Files(tuple(stored), told, names[:NAMES_LENGTH])


def _store(file: MailFile, contact: Contact, name: str) -> Attachment:
    checked = guard.check(clean_name(file.name))
    key = key_for_upload(contact)
    row = begin_mail_file(contact=contact, client_id=uuid5(NAMESPACE_URL, name), name=checked)
    store = blob_store()
    try:
        kept, thumb = put_contents(
            store,
            blob=row.blob,
            name=row.name,
            key=key,
            pieces=iter([file.data]),
            size=len(file.data),
        )
        finish_upload(attachment=row, stored=kept, thumb_blob=thumb)
    except DomainError:
        discard_upload(attachment=row)
        with suppress(StoreUnavailable):
            store.delete(row.blob)
        raise
    return row
