"""Pure rules of personal data: one normal form for look-ups, and the masks that staff see."""

import re
from typing import Final

from walletdesk.contacts.personal.types import IdentityKind
from walletdesk.safety.normal import normal
from walletdesk.safety.personal import PersonalKind, normal_phone

VALUE_LENGTH: Final = 500  # characters of one identity field
DOT: Final = "•"
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def lookup_form(kind: str, value: str) -> str:
    """Return the form in which equal values are equal: what is hashed for an exact search."""
    plain = " ".join(normal(value).split())
    if kind == IdentityKind.EMAIL:
        return plain.replace(" ", "").casefold()
    if kind == IdentityKind.PHONE:
        return normal_phone(plain) or re.sub(r"\D", "", plain)
    if kind == IdentityKind.DOCUMENT:
        return re.sub(r"[\W_]", "", plain).upper()
    if kind == IdentityKind.EXTERNAL_ID:
        return value.strip()
    return plain.casefold()


def mask(kind: str, value: str) -> str:
    """Return what staff see of a value: enough to tell two apart with the customer, no more."""
    plain = " ".join(value.split())
    match kind:
        case IdentityKind.EMAIL:
            return _mask_email(plain)
        case IdentityKind.PHONE:
            return _mask_phone(plain)
        case IdentityKind.NAME:
            return _mask_name(plain)
        case IdentityKind.ADDRESS | PersonalKind.WORDS:
            return DOT * 6
        case _:
            return DOT * 4 + (plain[-2:] if len(plain) >= 6 else "")


def _mask_email(value: str) -> str:
    local, _, domain = value.replace(" ", "").rpartition("@")
    host, _, last = domain.rpartition(".")
    return f"{local[:1]}{DOT * 3}@{host[:1]}{DOT * 3}.{last}" if local and host else DOT * 6


def _mask_phone(value: str) -> str:
    found = normal_phone(value)
    digits = re.sub(r"\D", "", normal(value))
    if found is None:
        return f"{DOT * 4} {DOT * 2}{digits[-2:]}" if len(digits) >= 6 else DOT * 6
    if found.startswith("+86") and len(found) == 14:
        return f"+86 {found[3:6]} {DOT * 4} {DOT * 2}{found[-2:]}"
    code = next((c for c in ("+1", "+7", "+34", "+44", "+52") if found.startswith(c)), found[:3])
    return f"{code} {DOT * 4} {DOT * 2}{found[-2:]}"


def _mask_name(value: str) -> str:
    if _HAN.search(value):
        return value[0] + DOT * 2
    return " ".join(f"{word[0].upper()}." for word in value.split()[:4])
