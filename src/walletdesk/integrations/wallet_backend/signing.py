"""How requests to the wallet's back end and its answers are signed. Pure.

HMAC-SHA-256 (RFC 2104) over a text that names method, path, time, nonce and the SHA-256 of the
body, each on a line of its own, so that no part runs over into the next. An answer is bound to
its request by the nonce: one that was recorded earlier fits no other.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

VERSION: Final = "walletdesk-1"
WINDOW: Final = 300  # seconds that a request's time may be off; nonces are remembered longer
KEY: Final = "X-Walletdesk-Key"
TIME: Final = "X-Walletdesk-Time"
NONCE: Final = "X-Walletdesk-Nonce"
SIGNATURE: Final = "X-Walletdesk-Signature"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a request was made (seconds since 1970, as text) and its number used once."""

    time: str
    nonce: str


def sign_request(secret: bytes, path: str, stamp: Stamp, body: bytes) -> str:
    """Return the signature of a POST request."""
    return _sign(secret, VERSION, "POST", path, stamp.time, stamp.nonce, sha256(body).hexdigest())


def sign_answer(secret: bytes, status: int, nonce: str, body: bytes) -> str:
    """Return the signature of an answer to the request with this nonce."""
    return _sign(secret, VERSION, "answer", str(status), nonce, sha256(body).hexdigest())


def same(first: str, second: str) -> bool:
    """Compare two signatures without telling by time where they differ."""
    return hmac.compare_digest(first.encode(errors="replace"), second.encode(errors="replace"))


def _sign(secret: bytes, *lines: str) -> str:
    return hmac.digest(secret, "\n".join(lines).encode(), "sha256").hex()
