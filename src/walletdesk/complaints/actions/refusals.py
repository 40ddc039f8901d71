"""What complaints refuse."""

from typing import ClassVar

from walletdesk.kit.errors import DomainError


class NotNow(DomainError):
    """A complaint that stands where it does allows no such thing. Field `state`."""

    code: ClassVar[str] = "complaint_not_now"


class Involved(DomainError):
    """Who had to do with the matter does not investigate it. Field `name`."""

    code: ClassVar[str] = "complaint_involved"


class NotInvestigator(DomainError):
    """Only the person who investigates may do that."""

    code: ClassVar[str] = "complaint_not_investigator"
    status: ClassVar[int] = 403


class PointsOpen(DomainError):
    """A point has no answer, or there is no point. Field `points`: how many."""

    code: ClassVar[str] = "complaint_points_open"


class NoHandler(DomainError):
    """An owner has to say first who handles complaints, with e-mail and telephone."""

    code: ClassVar[str] = "complaint_no_handler"


class OtherLanguage(DomainError):
    """A text is not in the complainant's language. Fields `language`, `found`."""

    code: ClassVar[str] = "complaint_language"


class TooLate(DomainError):
    """The new date is past what the profile allows. Field `latest`."""

    code: ClassVar[str] = "complaint_too_late"
