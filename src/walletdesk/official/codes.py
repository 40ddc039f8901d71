"""The code of an agent in one conversation: seals the conversation's number, no table needed.

75 bits as 15 signs of Crockford's base 32 (no I, L, O, U): 40 bits of a keyed hash over
conversation, agent and brand, and under a mask made from them 35 bits of the conversation's number
(the synthetic-IV construction of RFC 5297). Whoever opens one finds the conversation, and the hash
is made anew from who has it now: a code ends with the agent's part in it and fits nowhere else. A
guess has one chance in 2^40, and the checks are counted.
"""

import hmac
import re

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ = str.maketrans("OIL", "011")
_HASH_BITS, _NUMBER_BITS = 40, 35
LENGTH = (_HASH_BITS + _NUMBER_BITS) // 5
_FORM = re.compile(r"^[0-9A-HJKMNP-TV-Z]{15}$")
_GROUPED = re.compile(
    r"^\s*(?:\S{1,12}[:：]\s*)?(\w{5}[\s\-–—·.]{0,3}\w{5}[\s\-–—·.]{0,3}\w{5})\s*$"
)


def make_code(key: bytes, *, number: int, agent: int, brand: int) -> str:
    """Return the 15 signs for a conversation's number and the agent who has it."""
    mark = _mark(key, number=number, agent=agent, brand=brand)
    value = (mark << _NUMBER_BITS) | (number ^ _mask(key, mark))
    return "".join(_SIGNS[value >> shift & 31] for shift in range(70, -1, -5))


def open_number(key: bytes, code: str) -> int:
    """Return the conversation's number in a code, right or forged."""
    value = 0
    for sign in code:
        value = value << 5 | _SIGNS.index(sign)
    mark, masked = value >> _NUMBER_BITS, value & ((1 << _NUMBER_BITS) - 1)
    return masked ^ _mask(key, mark)


def plain_code(text: str) -> str:
    """Return the 15 signs of a typed code, "" when it is none; groups, small letters are read."""
    found = _GROUPED.match(text[:100])
    plain = re.sub(r"[\W_]", "", found[1]).upper().translate(_READ) if found else ""
    # words are no codes: a code has digits (as they were typed), or comes in its groups
    has_form = found and _FORM.match(plain) and (re.search(r"\d", found[1]) or "-" in text)
    return plain if has_form and not plain.isdigit() else ""


def spaced(code: str) -> str:
    """Return a code as it is shown: ABCDE-FGHJK-MNPQR."""
    return "-".join(code[at : at + 5] for at in range(0, LENGTH, 5))


def _mark(key: bytes, *, number: int, agent: int, brand: int) -> int:
    told = f"agent-code|{brand}|{number}|{agent}".encode()
    return int.from_bytes(hmac.digest(key, told, "sha256")[:5])


def _mask(key: bytes, mark: int) -> int:
    found = hmac.digest(key, f"agent-code-mask|{mark}".encode(), "sha256")
    return int.from_bytes(found[:5]) >> (40 - _NUMBER_BITS)
