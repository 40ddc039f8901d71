"""What kinds of personal data there are, and the masked forms in which they are shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Raw: TypeAlias = "bytes | memoryview[int]"  # what a binary column may hold


class IdentityKind(StrEnum):
    """What a field of a contact's identity is."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    DOCUMENT = "document"
    EXTERNAL_ID = "external_id"  # the wallet's own number of its user


OWN_LINK = "link"  # kind of a datum that is the customer's alone: no member of staff ever sees it


class Source(StrEnum):
    """Who says so."""

    WALLET = "wallet"  # signed by the wallet: verified
    CUSTOMER = "customer"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Masked:
    """One datum as staff see it. `item` names it in a reveal: "identity:12" or "email:K3F97QMT"."""

    item: str
    kind: str
    mask: str
    verified: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A contact that an exact search found: by an identity, or by words in a message."""

    contact_id: int
    by_identity: bool


@dataclass(frozen=True, slots=True, repr=False)
class OwnEmail:
    """An address or number to write to. `vouched`: the wallet says that it is theirs."""

    address: str
    lookup: bytes
    vouched: bool
