"""What others do for calls: drivers, SMS, speech to text. Put in at the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.language.types import SpeechToText


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a driver can do. `in_talk`: hold, asking, handing over and coming in; `dials`: call."""

    in_talk: bool = True
    dials: bool = True


_abilities: dict[str, Abilities] = {}


def use_drivers(abilities: Mapping[str, Abilities]) -> None:
    """Know from now on what these drivers can; of others everything is expected."""
    _abilities.clear()
    _abilities.update(abilities)


def abilities_of(driver: str) -> Abilities:
    """Return what a driver can do."""
    return _abilities.get(driver, Abilities())


def dialling_driver() -> str:
    """Return the driver by which we call, "" when none can."""
    return next((name for name, able in _abilities.items() if able.dials), "")


class Texter(Protocol):
    """Sends SMS. Both run in the transaction of who asks; neither sends at once."""

    def link(self, *, conversation: Conversation, number_hash: bytes) -> bool:
        """Send a link to the chat to one of the contact's numbers; False when it cannot be."""

    def code(self, *, contact: Contact, number_hash: bytes) -> bool:
        """Send a one-time code to one of the contact's numbers; False when it cannot be.

        It is made when it leaves (`actions.codes.make_code`).
        """


_texter: list[Texter] = []


def use_texter(texter: Texter) -> None:
    """Send by this from now on."""
    _texter[:] = [texter]


def texter() -> Texter | None:
    """Return who sends SMS, None when nobody does."""
    return _texter[0] if _texter else None


_speech: list[SpeechToText] = []


def use_speech(speech: SpeechToText) -> None:
    """Write down recordings by this from now on."""
    _speech[:] = [speech]


def speech() -> SpeechToText | None:
    """Return who writes recordings down, None when nobody does (the default)."""
    return _speech[0] if _speech else None
