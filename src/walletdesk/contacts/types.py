"""How customers are known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Algorithm(StrEnum):
    """How identity tokens are signed (RFC 7518, RFC 8037)."""

    HS256 = "HS256"
    EDDSA = "EdDSA"


class IdentityKind(StrEnum):
    """Who vouches for an identity: the wallet's server by a token, or the owner of an address."""

    WALLET_USER = "wallet_user"
    ADDRESS = "address"


class ProofOfWork(StrEnum):
    """When a new customer's browser has to compute for a moment before a chat starts."""

    OFF = "off"
    AUTO = "auto"
    ON = "on"


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """What the desk shows of who a customer is.

    `external_id` is the wallet's own name of the user, "" when it never vouched for one;
    `addresses` are CAIP-10 names whose owner signed in; the rest is what the newest device said.
    """

    verified: bool
    verified_at: datetime | None
    external_id: str
    addresses: tuple[str, ...]
    language: str
    app_version: str
    device: str
    devices: int


@dataclass(frozen=True, slots=True)
class Device:
    """One session of a customer, as they see it in their list of devices."""

    id: int
    name: str
    is_this: bool
    by_link: bool
    revocable: bool
    since: datetime
