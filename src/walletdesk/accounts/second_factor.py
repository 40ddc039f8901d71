"""How allauth keeps second factors here: sealed, and bound to the public address of the desk."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from walletdesk.accounts.sealing import seal, unseal

ISSUER = "walletdesk"


def passkeys_possible() -> bool:
    """Tell whether browsers offer passkeys here: only on a host with a name, over https.

    http://localhost counts as well (W3C Secure Contexts); a bare address is no relying party id.
    """
    parts = urlsplit(settings.WALLETDESK.base_url)
    try:
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return parts.scheme == "https" or parts.hostname == "localhost"
    return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Seals secrets, and never believes the Host header."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return ISSUER

    def build_totp_svg(self, url: str) -> str:  # noqa: ARG002 - allauth's
        """Draw nothing: the page draws the code without inline style (web/account/qr.py)."""
        return ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = urlsplit(settings.WALLETDESK.base_url).hostname or ""
        return {"id": host, "name": ISSUER}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {
            "id": user_pk_to_url_str(user).encode(),  # as allauth reads it back
            "display_name": user.name,
            "name": user.email,
        }
