"""The one place that asks for the key under which a file's contents are sealed."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from walletdesk.contacts.models import Contact


def file_key(contact: Contact) -> bytes:
    """Return the 32-byte key of a customer's files. Without it nobody can read them."""
    info = f"files of contact {contact.pk}".encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return derived.derive(settings.SECRET_KEY.encode())
