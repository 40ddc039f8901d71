"""What a form of the desk sent, read field by field. Each raises BadInput with the field's name."""

from enum import StrEnum
from typing import TypeVar

from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText
from walletdesk.web.desk.access import StaffRequest

Choice = TypeVar("Choice", bound=StrEnum)
LONGEST = 4_000
LARGEST = 2**63 - 1


def chosen(request: StaffRequest, name: str, kinds: type[Choice]) -> Choice:
    """Return one of a list of choices."""
    value = request.POST.get(name, "")
    if value not in set(kinds):
        raise BadInput(**{name: "unknown"})
    return kinds(value)


def number_in(text: str, name: str) -> int:
    """Return a whole number that a row can have."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST):
        raise BadInput(**{name: "unknown"})
    return int(text)


def raw(request: StaffRequest, name: str) -> str:
    """Return a text as typed, without what no text holds."""
    typed = request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()
    if len(typed) > LONGEST:
        raise BadInput(**{name: "too_long"})
    try:
        typed.encode()
    except UnicodeEncodeError:
        raise BadInput(**{name: "bad_text"}) from None
    return typed


def text(request: StaffRequest, name: str) -> SafeText:
    """Return a text that the guard has checked."""
    return guard.check(raw(request, name)).safe
