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


class AsksForSecret(BadInput):
    """The text asks a customer for a secret. Field `asked`: phrase, key, password, code."""

    code: ClassVar[str] = "asks_for_secret"


class Blocked(DomainError):
    """The customer cannot write for now. Field `until`: ISO 8601."""

    code: ClassVar[str] = "blocked"
    status: ClassVar[int] = 403


class CannotMerge(DomainError):
    """These two conversations cannot become one. Field `why`: same, merged, contacts."""

    code: ClassVar[str] = "cannot_merge"


class NothingToUndo(DomainError):
    """It is too late to take this back, or there is nothing to take back."""

    code: ClassVar[str] = "nothing_to_undo"


class ChangedSince(DomainError):
    """Something happened since, so taking it back would undo more than one's own doing."""

    code: ClassVar[str] = "changed_since"


class UnofficialLink(DomainError):
    """A link is not official: look again, and say that you have. `links`: host, verdict, reason."""

    code: ClassVar[str] = "unofficial_link"


class FakeLink(DomainError):
    """A link is known as fake and is not sent at all. `links` as in UnofficialLink."""

    code: ClassVar[str] = "fake_link"
