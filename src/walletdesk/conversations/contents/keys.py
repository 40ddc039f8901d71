"""The keys under which contents of files are sealed: derived from the key of the customer.

Erasing a customer deletes that key; then their files cannot be read, in no backup either.
"""

from collections.abc import Collection

from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.actions.sealing import ensure_keys
from walletdesk.contacts.personal.queries import file_key, file_key_of
from walletdesk.kit.errors import NotFound
from walletdesk.kit.seal import CannotOpen


def key_for_upload(contact: Contact) -> bytes:
    """Return the key for a customer's new file. Raises NotFound for one who was erased."""
    ensure_keys(contact_ids=[contact.pk])
    return key_of(contact)


def keys_for_uploads(contacts: Collection[Contact]) -> dict[int, bytes]:
    """Return the keys for new files of many customers by their ids, without who was erased."""
    wanted = {contact.pk for contact in contacts}
    return {pk: file_key_of(key) for pk, key in ensure_keys(contact_ids=wanted).items()}


def key_of(contact: Contact) -> bytes:
    """Return the key of a customer's files. Raises NotFound when there is none any more."""
    try:
        key = file_key(contact)
    except CannotOpen:
        key = None
    if key is None:
        raise NotFound
    return key
