"""What security cases refuse."""

from typing import ClassVar

from walletdesk.kit.errors import DomainError


class CaseClosed(DomainError):
    """It is closed: reopen it first."""

    code: ClassVar[str] = "case_closed"


class CaseTaken(DomainError):
    """A colleague has it. Field `name`."""

    code: ClassVar[str] = "case_taken"


class StepsOpen(DomainError):
    """The steps that cannot wait are not settled. Field `steps`: how many."""

    code: ClassVar[str] = "steps_open"


class RisksOpen(DomainError):
    """Something is still at risk. Field `risks`: how much."""

    code: ClassVar[str] = "risks_open"


class OwnOrder(DomainError):
    """Nobody decides about what they asked for themselves, whatever their role has become."""

    code: ClassVar[str] = "own_order"
    status: ClassVar[int] = 403


class OrderOver(DomainError):
    """It was decided already."""

    code: ClassVar[str] = "order_over"


class OrderWaits(DomainError):
    """The same was asked for already and is not settled."""

    code: ClassVar[str] = "order_waits"


class IdentityUnchecked(DomainError):
    """Nobody has checked within a day that this is the owner."""

    code: ClassVar[str] = "identity_unchecked"
