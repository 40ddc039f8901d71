"""Secrets of links: 128 random bits and a signature, so that guesses never reach the database.

The link that ends all asking holds no secret of a row and needs none: it is the mark of the
recipient with its signature, and works for good.
"""

import base64
import binascii
import hmac
import secrets

from walletdesk.contacts.personal.keys import lookup

RANDOM, TAG = 16, 8  # bytes
MARK, STOP_TAG = 32, 16


def new_link() -> str:
    """Return the secret of a new link, 32 characters."""
    nonce = secrets.token_bytes(RANDOM)
    return _text(nonce + _tag("survey-link", nonce.hex(), TAG))


def is_signed(token: str) -> bool:
    """Tell whether a secret is one that we made."""
    raw = _bytes(token, RANDOM + TAG)
    return raw is not None and hmac.compare_digest(
        raw[RANDOM:], _tag("survey-link", raw[:RANDOM].hex(), TAG)
    )


def stop_link(brand_id: int, mark: bytes) -> str:
    """Return the secret of the link by which a recipient ends all asking of a brand."""
    return _text(mark + _tag("survey-stop", f"{brand_id}|{mark.hex()}", STOP_TAG))


def stopped_mark(brand_id: int, token: str) -> bytes | None:
    """Return whom such a link names, None when it is none of this brand."""
    raw = _bytes(token, MARK + STOP_TAG)
    if raw is None:
        return None
    mark, tag = raw[:MARK], raw[MARK:]
    expected = _tag("survey-stop", f"{brand_id}|{mark.hex()}", STOP_TAG)
    return mark if hmac.compare_digest(tag, expected) else None


def _tag(purpose: str, what: str, length: int) -> bytes:
    return lookup(purpose, what)[:length]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(token: str, length: int) -> bytes | None:
    try:
        raw = base64.b64decode(
            token.encode("ascii") + b"=" * (-len(token) % 4), b"-_", validate=True
        )
    except (ValueError, binascii.Error):
        return None
    # base64 has several spellings of the same bytes; only ours counts
    return raw if len(raw) == length and _text(raw) == token else None
