"""What the actions of conversations refuse."""

from typing import ClassVar

from walletdesk.kit.errors import BadInput, DomainError


class AlreadyTaken(DomainError):
    """Somebody else took the conversation first. Field `name`: who."""

    code: ClassVar[str] = "already_taken"


class AnsweredMeanwhile(DomainError):
    """A colleague answered after what the author has seen. Fields `name`, `seconds` ago, `seq`."""

    code: ClassVar[str] = "answered_meanwhile"


class NotYours(DomainError):
    """Only the person who has the conversation, or a supervisor, may do this."""

    code: ClassVar[str] = "not_yours"
    status: ClassVar[int] = 403


class WrongState(DomainError):
    """The conversation is not in a state that allows this. Field `status`: where it stands."""

    code: ClassVar[str] = "wrong_state"


class NothingToSay(BadInput):
    """The text is empty, too long, or holds characters that cannot be stored."""

    code: ClassVar[str] = "bad_text"
