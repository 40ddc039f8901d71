"""What an entry must be, and the document that a brand publishes."""

import json
import re
from typing import Any

from walletdesk.kit.errors import BadInput
from walletdesk.official import phones
from walletdesk.official.clean import visible
from walletdesk.official.hosts import parse_host
from walletdesk.official.judge import PLATFORMS, contract_value, social_value
from walletdesk.official.types import Kind

LONGEST = 253  # a host name
LABEL = 80
REASON = range(10, 501)
_HASH = re.compile(r"^[0-9a-f]{64}$")
_CONTRACT = re.compile(r"^(?:0x[0-9a-f]{40}|[1-9A-HJ-NP-Za-km-z]{32,44})$")
_APP = re.compile(r"^[a-z0-9][a-z0-9_.\-]{2,100}$")
_VERSION = re.compile(r"^(?:[\w.\-]{1,100} )?\d{1,5}(?:\.\d{1,6}){1,3}[\w.+\-]{0,20}$")
PUBLISHED = tuple(kind for kind in Kind if kind != Kind.NAME)


def tidy_value(kind: Kind, text: str) -> str:
    """Return a value as it is stored and compared. Raises BadInput: `value`, with the kind."""
    plain = visible(text).strip()
    match kind:
        case Kind.DOMAIN:
            host = parse_host(plain)
            value = host.ascii if host and not host.is_number and "/" not in plain[8:] else ""
        case Kind.SENDER:
            local, at, domain = plain.lower().rpartition("@")
            host = parse_host(domain) if at and not re.search(r"\s", plain) else None
            value = f"{local}@{host.ascii}" if local and host else ""
        case Kind.PHONE:
            value = phones.digits_of(plain)
            value = value if value.startswith("+") else ""
        case Kind.SOCIAL:
            value = social_value(plain)
            value = "" if value.startswith(":") else value
        case Kind.CONTRACT:
            value = _if(_CONTRACT, contract_value(plain))
        case _:
            value = _other(kind, plain)
    if not value or len(value) > LONGEST or not value.isprintable():
        raise BadInput(value=kind.value)
    return value


def _other(kind: Kind, plain: str) -> str:
    match kind:
        case Kind.APP_CERT | Kind.APP_HASH:
            return _if(_HASH, plain.replace(":", "").casefold())
        case Kind.APP:
            return _if(_APP, plain.casefold())
        case Kind.APP_VERSION:
            return _if(_VERSION, plain.casefold())
        case Kind.NAME:
            flat = "".join(sign for sign in plain if sign.isalnum())
            return plain if 3 <= len(flat) <= 40 else ""
        case _:
            return plain if 2 <= len(plain) <= 60 else ""


def _if(pattern: re.Pattern[str], value: str) -> str:
    return value if pattern.match(value) else ""


def document(*, brand: str, name: str, serial: int, issued: str, entries: Any) -> dict[str, Any]:
    """Return what is signed: the entries by kind, each with value and label, in a fixed order."""
    by_kind: dict[str, list[dict[str, str]]] = {kind.value: [] for kind in PUBLISHED}
    for kind, value, label in sorted(entries):
        if kind in by_kind:
            by_kind[kind].append({"value": value, "label": label})
    return {
        "format": "walletdesk-official/1",
        "brand": brand,
        "name": name,
        "serial": serial,
        "issued": issued,
        "entries": by_kind,
    }


def canonical(told: dict[str, Any]) -> bytes:
    """Return the bytes that are signed.

    For texts and whole numbers this is RFC 8785: keys sorted, no white space, UTF-8.
    """
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def platforms() -> list[str]:
    """Return the names of the platforms that links are understood of."""
    return sorted(set(PLATFORMS.values()))
