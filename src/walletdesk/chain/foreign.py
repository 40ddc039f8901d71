"""Answers of nodes are strangers' input: what is read from them is checked here, never trusted.

Numbers out of range, wrong types and endless text become None. Names of tokens and memos are text
that attackers wrote (S25): control and direction characters go, and the length is bounded.
"""

import json
import math
import re
import unicodedata
from typing import Final

from walletdesk.chain.types import Json

NAME_LENGTH: Final = 64
_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_MOST: Final = 2**256
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Malformed(Exception):
    """An answer is no JSON, or not of the shape that the protocol promises."""


def parse(body: bytes) -> Json:
    """Return a JSON document.

    Raises Malformed, also for depth and numbers that are made to hurt.
    """
    try:
        found: Json = json.loads(body, parse_constant=lambda _word: None)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    return found


def as_dict(value: Json) -> dict[str, Json]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json, limit: int = 1000) -> list[Json]:
    """Return a list of at most `limit` items; an empty one for anything else."""
    return value[:limit] if isinstance(value, list) else []


def as_text(value: Json, length: int = 128) -> str:
    """Return plain text without control characters; empty for anything else."""
    if not isinstance(value, str):
        return ""
    kept = (" " if c.isspace() else c for c in value[: length * 4])
    shown = "".join(c for c in kept if unicodedata.category(c) not in _DROPPED)
    return " ".join(shown.split())[:length]


def as_int(value: Json) -> int | None:
    """Return a whole number from 0 to 2^256 - 1; None for anything else, true and false too."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < _MOST else None


def as_rate(value: Json) -> float | None:
    """Return a finite number of at least 0, such as a fee rate."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def coins(value: Json, decimals: int = 8) -> int | None:
    """Return an amount of coins, as Bitcoin Core writes it, in the smallest unit."""
    number = as_rate(value)
    return None if number is None or number > 1e15 else round(number * 10**decimals)


def quantity(value: Json) -> int | None:
    """Return a number as Ethereum's JSON-RPC writes it: 0x and hexadecimal digits."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        return None
    return int(value, 16)


def data(value: Json, limit: int = 65_536) -> bytes | None:
    """Return bytes as Ethereum's JSON-RPC writes them, at most `limit` of them."""
    if not isinstance(value, str) or len(value) > 2 * limit + 2 or not _DATA.fullmatch(value):
        return None
    return bytes.fromhex(value[2:])


def address(value: Json) -> str:
    """Return an EVM address in lower case; empty for anything else."""
    found = data(value, 20)
    return "0x" + found.hex() if found is not None and len(found) == 20 else ""


def hash32(value: Json) -> str:
    """Return 32 bytes as 0x and lower-case digits; empty for anything else."""
    found = data(value, 32)
    return "0x" + found.hex() if found is not None and len(found) == 32 else ""
