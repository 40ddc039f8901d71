"""The keys under which contents of files are sealed: derived from the key of the customer.

Erasing a customer deletes that key; then their files cannot be read, in no backup either.
"""

from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.sealing import ensure_keys
from walletdesk.contacts.personal.queries import data_keys
from walletdesk.kit.errors import NotFound
from walletdesk.kit.seal import CannotOpen, derive

PURPOSE = "files"


def key_for_upload(contact: Contact) -> bytes:
    """Return the key for a customer's new file. Raises NotFound for one who was erased."""
    return _key(ensure_keys(contact_ids=[contact.pk]), contact)


def key_of(contact: Contact) -> bytes:
    """Return the key of a customer's files. Raises NotFound when there is none any more."""
    try:
        return _key(data_keys([contact.pk]), contact)
    except CannotOpen:
        raise NotFound from None


def _key(found: dict[int, bytes], contact: Contact) -> bytes:
    if contact.pk not in found:
        raise NotFound
    return derive(found[contact.pk], PURPOSE)
