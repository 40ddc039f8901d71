"""Addresses of files: who may read one, and for how long an address says so.

A signed address is made for one reader and works for five minutes. It proves who asks, not that
they may: whether they may is looked up each time.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from walletdesk.accounts.models import Membership, User
from walletdesk.accounts.queries import get_active_membership, get_membership_of
from walletdesk.contacts.models import ContactSession
from walletdesk.contacts.queries import get_session
from walletdesk.conversations.models import Attachment
from walletdesk.kit.errors import NotFound
from walletdesk.kit.filetypes import FileKind

LIFE_SECONDS = 300
SALT = "walletdesk.files"
Reader = ContactSession | Membership


def variants(attachment: Attachment) -> tuple[str, ...]:
    """Return what a file can be asked for as."""
    return ("display", "thumb") if attachment.kind == FileKind.PICTURE else ("file",)


def signed(attachment: Attachment, variant: str, reader: Reader) -> str:
    """Return an address of a file for one reader."""
    who = "s" if isinstance(reader, ContactSession) else "m"
    token = signing.dumps([attachment.ref, who, reader.pk], salt=SALT)
    base = settings.WALLETDESK.files_url
    return f"{base}/files/{attachment.ref}/{variant}?t={token}"


def addresses_of(attachment: Attachment, reader: Reader) -> dict[str, str]:
    """Return all addresses of a file for one reader."""
    return {variant: signed(attachment, variant, reader) for variant in variants(attachment)}


def reader_of(request: HttpRequest, ref: str) -> tuple[Reader, bool]:
    """Return who asks for a file, and whether by a signed address. Raises NotFound for nobody."""
    token = request.GET.get("t")
    if token is not None:
        return _signer(token, ref), True
    if not request.user.is_authenticated or not isinstance(request.user, User):
        raise NotFound
    return get_membership_of(request.user), False


def _signer(token: str, ref: str) -> Reader:
    try:
        told: Any = signing.loads(token, salt=SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature:
        raise NotFound from None
    named, who, pk = told
    if named != ref:
        raise NotFound
    reader = get_session(pk) if who == "s" else get_active_membership(pk)
    if reader is None:
        raise NotFound
    return reader
