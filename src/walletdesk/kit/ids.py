"""Random names and tokens. All of them come from the operating system's generator."""

import hashlib
import secrets

_ALPHABET = (
    "23456789abcdefghjkmnpqrstvwxyz"  # no 0/o, 1/l/i, u: read aloud and typed without mistakes
)
REF_LENGTH = 16  # 30**16 ≈ 2**78: not guessable, short enough for an address


def new_ref() -> str:
    """Return a public name for a row: opaque, URL-safe, says nothing of how many there are."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(REF_LENGTH))


def may_name(name: str) -> bool:
    """Tell whether `name` can stand in a row at all: PostgreSQL refuses text with a NUL."""
    return "\x00" not in name


def new_token() -> str:
    """Return a bearer token of 256 random bits. Only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()
