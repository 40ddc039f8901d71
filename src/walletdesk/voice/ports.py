"""What others do for calls: texts by SMS, speech to text. Put in at the composition root."""

from typing import Protocol

from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.language.types import SpeechToText


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
