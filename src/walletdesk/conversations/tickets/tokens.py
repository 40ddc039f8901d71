"""The secrets of status pages: 256 bits that follow from a random salt and our own key.

Derived rather than drawn, so that sending a ticket again gets the same page although only a hash
of its secret is stored.
"""

import base64
import hmac

from walletdesk.contacts.vault import derived_key


def status_token(salt: bytes) -> str:
    """Return the secret of a salt of 16 random bytes."""
    digest = hmac.digest(derived_key("ticket status"), salt, "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
