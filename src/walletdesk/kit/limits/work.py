"""Proof of work: a browser computes for a moment before it may go on (as in Hashcash). Pure.

A challenge asks for PARTS numbers n, one for each part i, such that SHA-256 of
"<challenge>:<i>:<n>" begins with BITS zero bits. Several small parts instead of one large one:
the time hardly varies. A challenge is signed by us, so nothing is stored until it is used.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

# 8 x 2**11 = 16,000 hashes: 0.1 to 0.3 s on a laptop, below 1 s on a phone.
PARTS = 8
BITS = 11
LIFE = timedelta(minutes=3)
SOLUTION_LENGTH = 400  # characters

_FORM = re.compile(r"(1\.([0-9]{1,12})\.[A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})")
_NUMBER = re.compile(r"[0-9]{1,9}")


def new_challenge(key: bytes, who: str, now: datetime) -> str:
    """Return a challenge that counts for `who` (a brand) until LIFE is over."""
    body = f"1.{int((now + LIFE).timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{body}.{_seal(key, who, body)}"


def is_solved(key: bytes, who: str, now: datetime, challenge: str, solution: str) -> bool:
    """Tell whether `solution`, the numbers joined by commas, solves a challenge of ours.

    That it was not used before is for the caller to see to.
    """
    found = _FORM.fullmatch(challenge)
    numbers = solution.split(",")
    if found is None or len(solution) > SOLUTION_LENGTH or len(numbers) != PARTS:
        return False
    body, expires, seal = found.groups()
    if not hmac.compare_digest(seal, _seal(key, who, body)) or int(expires) <= now.timestamp():
        return False
    return all(
        _NUMBER.fullmatch(number) is not None and _zero_bits(f"{challenge}:{part}:{number}") >= BITS
        for part, number in enumerate(numbers)
    )


def _seal(key: bytes, who: str, body: str) -> str:
    mac = hmac.digest(key, f"{who}\0{body}".encode(), "sha256")[:16]
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _zero_bits(text: str) -> int:
    digest = hashlib.sha256(text.encode()).digest()
    return len(digest) * 8 - int.from_bytes(digest).bit_length()
