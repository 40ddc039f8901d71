"""Who a wallet says that its user is: the rules of the identity token. Pure, no database.

A token is a JWT (RFC 7519) in compact form. Which algorithm verifies it is written in the key's
row, never taken from the token (RFC 8725 sections 2.1 and 3.1); a header that points to a key
elsewhere (jku, x5u, jwk) or carries anything that we do not know is refused. Every refusal is
the same `BadToken`, without a reason: whoever guesses learns nothing.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec import Meta, Struct

from walletdesk.contacts.types import Algorithm
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.kit.shapes import decode

TOKEN_LENGTH = 4_096  # characters: all claims at their longest fit in
LIFE = 15 * 60  # seconds from iat to exp, at most
SKEW = 60  # seconds that the wallet's clock may be ahead of ours
SECRET_BYTES = 32  # RFC 7518 section 3.2: as long as the hash, at least
WALLETS = 20

_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ADDRESS = r"^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:[-.%a-zA-Z0-9]{1,128}\Z"  # CAIP-10
_DUMMY_SECRET = b"no key has this name, and the answer takes as long as if one had"


class BadToken(DomainError):
    """The identity token is not valid. Which rule it breaks is never told."""

    code: ClassVar[str] = "bad_token"
    status: ClassVar[int] = 401


class BadPublicKey(BadInput):
    """What was pasted is no Ed25519 public key."""

    code: ClassVar[str] = "bad_public_key"


class _Header(Struct, forbid_unknown_fields=True):
    alg: Annotated[str, Meta(max_length=16)]
    kid: Annotated[str, Meta(pattern=r"^[a-z0-9]{1,32}\Z")]
    typ: Annotated[str, Meta(pattern=r"^(JWT|jwt)\Z")] = "JWT"


_Text = Annotated[str, Meta(min_length=1, max_length=128)]
_Moment = Annotated[int, Meta(ge=0, le=2**40)]


class _Payload(Struct):
    """The claims that we read. Others may be there, and are neither used nor kept."""

    sub: _Text
    aud: str | Annotated[list[str], Meta(min_length=1, max_length=1)]
    iat: _Moment
    exp: _Moment
    jti: _Text
    nbf: _Moment = 0
    iss: Annotated[str, Meta(max_length=255)] = ""
    name: Annotated[str, Meta(max_length=80)] | None = None
    email: Annotated[str, Meta(max_length=254)] | None = None
    phone: Annotated[str, Meta(max_length=20)] | None = None
    language: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{2,35}\Z")] | None = None
    app_version: Annotated[str, Meta(pattern=r"^[-+._A-Za-z0-9]{1,40}\Z")] | None = None
    device: Annotated[str, Meta(max_length=60)] | None = None
    tier: Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,24}\Z")] | None = None
    wallets: Annotated[list[Annotated[str, Meta(pattern=_ADDRESS)]], Meta(max_length=WALLETS)] = []


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """What verifies a token: the algorithm of the key's row, and its secret or raw public key."""

    algorithm: Algorithm
    material: bytes


@dataclass(frozen=True, slots=True)
class Claims:
    """What a wallet vouches for. `expires` says until when the token's `jti` must be remembered."""

    subject: str
    token_id: str
    kid: str
    expires: datetime
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    app_version: str = ""
    device: str = ""
    tier: str = ""
    wallets: tuple[str, ...] = ()


def read_token(
    token: str, *, audience: str, now: datetime, find_key: Callable[[str], VerifyingKey | None]
) -> Claims:
    """Return the claims of a token that is valid at `now`, else raise BadToken.

    `find_key` maps a `kid` to the key of this brand, or to None. Whether the `jti` was seen before
    is for the caller to decide, in the transaction that uses the claims.
    """
    header = _header(token)
    key = find_key(header.kid)
    payload = _payload(_verified(token, header, key))
    _check_times(payload, int(now.timestamp()))
    audiences = [payload.aud] if isinstance(payload.aud, str) else payload.aud
    if audiences != [audience]:
        raise BadToken
    told = {
        field: getattr(payload, field) or ""
        for field in ("name", "email", "phone", "language", "app_version", "device", "tier")
    }
    if any(map(_UNPRINTABLE.search, [payload.sub, payload.jti, *told.values()])):
        raise BadToken
    return Claims(
        subject=payload.sub,
        token_id=payload.jti,
        kid=header.kid,
        expires=datetime.fromtimestamp(payload.exp, now.tzinfo),
        wallets=tuple(payload.wallets),
        **told,
    )


def _header(token: str) -> _Header:
    if len(token) > TOKEN_LENGTH or not _TOKEN.fullmatch(token):
        raise BadToken
    try:
        first = token.partition(".")[0]
        raw = base64.b64decode(first + "=" * (-len(first) % 4), altchars=b"-_", validate=True)
        return decode(raw, _Header)
    except (binascii.Error, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        raise BadToken from None


def _verified(token: str, header: _Header, key: VerifyingKey | None) -> bytes:
    """Return the signed payload. An unknown key costs as much time as a wrong signature."""
    used = key or VerifyingKey(Algorithm.HS256, _DUMMY_SECRET)
    material = (
        used.material
        if used.algorithm == Algorithm.HS256
        else Ed25519PublicKey.from_public_bytes(used.material)
    )
    try:
        read = jwt.PyJWS(algorithms=[used.algorithm]).decode_complete(
            token, key=material, algorithms=[used.algorithm]
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        raise BadToken from None
    if key is None or header.alg != used.algorithm:
        raise BadToken
    payload: bytes = read["payload"]
    return payload


def _payload(raw: bytes) -> _Payload:
    try:
        return decode(raw, _Payload)
    except (ValueError, RecursionError):
        raise BadToken from None


def _check_times(payload: _Payload, now: int) -> None:
    # A token that has begun 15 minutes ago is over, whatever it says of itself.
    if not payload.iat < payload.exp <= payload.iat + LIFE:
        raise BadToken
    if payload.exp <= now or max(payload.iat, payload.nbf) > now + SKEW:
        raise BadToken


def read_public_key(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key given as PEM or as base64. Or BadPublicKey."""
    given = text.strip()
    try:
        if given.startswith("-----BEGIN PUBLIC KEY-----"):
            loaded = load_pem_public_key(given.encode("ascii"))
            if isinstance(loaded, Ed25519PublicKey):
                return loaded.public_bytes_raw()
            raise BadPublicKey
        raw = base64.b64decode(given.replace("-", "+").replace("_", "/") + "=" * (-len(given) % 4))
        if len(raw) != SECRET_BYTES:
            raise BadPublicKey
        return Ed25519PublicKey.from_public_bytes(raw).public_bytes_raw()
    except (ValueError, UnsupportedAlgorithm):
        raise BadPublicKey from None
