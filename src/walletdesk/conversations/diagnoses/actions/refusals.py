"""What is refused about look-ups and watches, with stable codes."""

from typing import ClassVar

from walletdesk.kit.errors import DomainError


class NothingNamed(DomainError):
    """The message names no transaction and no address."""

    code: ClassVar[str] = "nothing_named"
    status: ClassVar[int] = 409


class NothingToWatch(DomainError):
    """What is known of the transaction cannot change any more, or nothing is known of it."""

    code: ClassVar[str] = "nothing_to_watch"
    status: ClassVar[int] = 409


class TooManyWatches(DomainError):
    """So many transactions are watched already. Field `limit`."""

    code: ClassVar[str] = "too_many_watches"
    status: ClassVar[int] = 409
