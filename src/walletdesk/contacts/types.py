"""How customers are known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Algorithm(StrEnum):
    """How identity tokens are signed (RFC 7518, RFC 8037)."""

    HS256 = "HS256"
    EDDSA = "EdDSA"


class Proof(StrEnum):
    """What showed who a customer is: a token of the wallet's server, a signature, a mail."""

    WALLET_USER = "wallet_user"
    ADDRESS = "address"
    MAILBOX = "mailbox"  # whoever reads it: no account of the wallet


class ProofOfWork(StrEnum):
    """When a new customer's browser has to compute for a moment before a chat starts."""

    OFF = "off"
    AUTO = "auto"
    ON = "on"


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """What the desk shows of who a customer is.

    `proofs` says how; `addresses` are CAIP-10 names whose owner signed in; the rest is what the
    newest device said. Name, e-mail and the wallet's own name of its user are personal data
    (contacts/personal): they come masked, from there.
    """

    verified: bool
    verified_at: datetime | None
    proofs: tuple[str, ...]
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
