"""What a ticket of the form is made of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from walletdesk.safety.types import SafeText


class FieldKind(StrEnum):
    """How a field is asked for."""

    LINE = "line"
    TEXT = "text"
    REFERENCE = "reference"  # a transaction's number or an address; its network is guessed
    NETWORK = "network"
    MOMENT = "moment"
    CONTACT = "contact"  # e-mail or telephone: sealed, never part of the text
    FILES = "files"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `length` in characters."""

    code: str
    kind: FieldKind
    length: int = 120
    required: bool = False


class Network(StrEnum):
    """Networks that customers choose from. EVM chains share the shape of what is on them."""

    ETHEREUM = "ethereum"
    BSC = "bsc"
    POLYGON = "polygon"
    ARBITRUM = "arbitrum"
    OPTIMISM = "optimism"
    BASE = "base"
    AVALANCHE = "avalanche"
    BITCOIN = "bitcoin"
    TRON = "tron"
    SOLANA = "solana"
    OTHER = "other"


class Shape(StrEnum):
    """What a text has the shape of."""

    TRANSACTION = "transaction"
    ADDRESS = "address"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Guess:
    """What a reference may be. `networks` holds all that fit, the likeliest first.

    `undecided`: a private key looks just the same, and nothing around it tells which it is.
    `text` is the bare number or address, without the link that it stood in.
    """

    text: str
    shape: Shape = Shape.UNKNOWN
    networks: tuple[Network, ...] = ()
    undecided: bool = False


class Step(StrEnum):
    """The steps of a ticket, in their order."""

    RECEIVED = "received"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    YOUR_TURN = "your_turn"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """What was filled in, checked by the guard. `text` is the message that staff read.

    `fields` are the short ones once more, for the table beside it. `contact` is ("", ""), or the
    kind and the normal form of an address; it goes into no text.
    """

    topic: str
    text: SafeText
    fields: tuple[tuple[str, SafeText], ...]
    due_at: datetime
    contact: tuple[str, str] = ("", "")
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """A ticket and the secret of its status page.

    `confirm_token` is the secret of the link that goes to the address given, "" for none.
    """

    number: str
    token: str
    confirm_token: str = ""
    repeated: bool = False
