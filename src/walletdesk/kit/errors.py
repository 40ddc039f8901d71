"""Refusals that are expected. Each has a stable code; the wording belongs to whoever shows it."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A rule said no. `code` is stable and documented; `status` is the HTTP answer that fits."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, **fields: Any) -> None:
        super().__init__(self.code)
        self.fields = fields


class NotFound(DomainError):
    """There is no such thing, or the asker may not know of it."""

    code = "not_found"
    status = 404


class NotAllowed(DomainError):
    """The asker knows of it but may not do this with it."""

    code = "not_allowed"
    status = 403


class BadInput(DomainError):
    """What was sent cannot be used. `fields` says which part and why."""

    code = "bad_input"
    status = 400


class ChangedMeanwhile(DomainError):
    """Somebody else changed it since it was read. `version` is the one that stands now."""

    code = "changed_meanwhile"
    status = 409
