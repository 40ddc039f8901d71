"""Where raw mails lie, sealed: the folder `mail` below the data folder, or a bucket's."""

from functools import cache
from pathlib import Path

from django.conf import settings

from walletdesk.integrations.email.models import RawMail
from walletdesk.integrations.email.vault import unwrap_key
from walletdesk.kit.blobs import open_store
from walletdesk.kit.blobs.sealed import open_blob
from walletdesk.kit.blobs.types import BlobStore
from walletdesk.kit.errors import NotFound

FOLDER = "mail"


@cache
def _opened(address: str, folder: Path) -> BlobStore:
    return open_store(address, folder)


def mail_store() -> BlobStore:
    """Return the store of raw mails: apart from files, whose sweeper knows nothing of mails."""
    config = settings.WALLETDESK
    bucket, mark, options = config.blobs.partition("?")
    address = f"{bucket.rstrip('/')}/{FOLDER}{mark}{options}" if bucket else ""
    return _opened(address, config.data / FOLDER)


def raw_bytes(mail: RawMail) -> bytes:
    """Return a mail as it came. Raises NotFound when it is not kept (any more)."""
    if not mail.blob:
        raise NotFound
    key = unwrap_key(mail.wrapped, ref=mail.ref, contact=mail.contact)
    return b"".join(open_blob(mail_store(), mail.blob, key, size=mail.size))
