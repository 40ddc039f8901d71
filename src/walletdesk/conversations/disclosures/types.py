"""Exports: what can be asked for, and where a request stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from walletdesk.contacts.personal.types import Masked


class ExportWhat(StrEnum):
    """What an export holds."""

    CONVERSATIONS = "conversations"
    MESSAGES = "messages"
    CONTACTS = "contacts"
    SURVEYS = "surveys"


class ExportFormat(StrEnum):
    """How it is written."""

    CSV = "csv"
    JSONL = "jsonl"


class ExportState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    DOWNLOADED = "downloaded"


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value in clear, for the one person who asked, until a moment."""

    item: str
    kind: str
    value: str
    by: str
    at: datetime
    until: datetime
    left: int


@dataclass(frozen=True, slots=True)
class FoundContact:
    """A contact that an exact search found, masked, with its newest conversations."""

    contact_id: int
    label: str
    by_identity: bool
    identities: tuple[Masked, ...]
    conversations: tuple[tuple[str, str, datetime], ...]  # ref, status, last event
