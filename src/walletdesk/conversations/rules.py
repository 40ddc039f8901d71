"""Pure rules of conversations."""

import re
from typing import ClassVar, Final

from walletdesk.conversations.types import Status
from walletdesk.kit.errors import DomainError

MESSAGE_LENGTH = 4_000  # characters; the widget says so and the edge refuses more

_SUBJECT_PREFIX: Final = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|rv|res|enc|sv|antw|回复|回覆|答复|转发|轉寄)\s*(?:\[\d+\])?\s*[:：]\s*)+",
    re.IGNORECASE,
)


class UnknownTag(DomainError):
    """No tag in use has this name, or several begin so."""

    code: ClassVar[str] = "unknown_tag"
    status: ClassVar[int] = 400


def status_after_customer_wrote(status: Status, *, had_person: bool) -> Status:
    """Return where a conversation stands once its customer wrote.

    A resolved one reopens: to the queue if a person had it, else to the bot. A snoozed one wakes,
    with whoever has it.
    """
    if status == Status.SNOOZED:
        return Status.OPEN if had_person else Status.QUEUED
    if status == Status.NEW:
        return Status.BOT
    if status == Status.RESOLVED:
        return Status.QUEUED if had_person else Status.BOT
    return status


def spend_allowance(level: float | None, idle: float | None, per_minute: int) -> tuple[bool, float]:
    """Take one message from a token bucket that holds and refills `per_minute`.

    `idle` is the time in seconds since the level was written; after a clock went back it is below
    zero, and counts as long all the same, else the bucket would stay empty until then. Returns
    (allowed, new level); the level is kept in the conversation's row, so that all processes share
    it.
    """
    full = float(per_minute)
    level = full if level is None or idle is None else min(full, level + abs(idle) * full / 60)
    return (True, level - 1) if level >= 1 else (False, level)


def bare_subject(subject: str) -> str:
    """Return a subject of one line without the "Re:" of any mail program before it."""
    return _SUBJECT_PREFIX.sub("", subject).strip()
