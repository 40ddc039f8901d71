"""Finds personal data in text: e-mail addresses, telephone numbers, numbers of documents.

Pure. What looks like money, a date, an order, an address on a chain or a hash is left alone: those
are what customers of a wallet write most, and a tool must read them. Where people say what a number
is ("my phone is …"), their word counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers

from walletdesk.safety import documents
from walletdesk.safety.normal import normal, origin


class PersonalKind(StrEnum):
    """What kind of personal datum stands in a text."""

    EMAIL = "email"
    PHONE = "phone"
    DOCUMENT = "document"
    WORDS = "words"
    """No datum of a person, but words that may be a part of a phrase: `held` finds them."""


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """One datum: its kind and its half-open span in the text."""

    kind: PersonalKind
    start: int
    end: int


TOKEN: Final = re.compile(r"⟦(email|phone|document|name|address|link|words):([0-9A-Z]{4,12})⟧")
"""A token as it stands in stored text."""

# Seven digits with at most three separators between two; Unicode digits too, because a Chinese
# keyboard types full-width ones.
_SEVEN: Final = re.compile(r"\d(?:[\s().\-‐-―/·]{0,3}\d){6}")
_FIVE: Final = re.compile(r"\d[0-9A-Za-z\d]{4}")
_DOCUMENT: Final = re.compile(r"passport|pasaporte|护照|護照", re.IGNORECASE)
_MASK: Final = re.compile(r"⟦[^⟧]{1,64}⟧")
_URL: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)

_LOCAL: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-'!#$*^~")
_LOCAL_MOST: Final = 64  # RFC 5321 section 4.5.3.1.1
_DOMAIN: Final = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
_APART: Final = re.compile(
    r"(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|qq|foxmail|163|126|sina|proton"
    r"|protonmail|gmx|mail)\."
)

_PHONE: Final = re.compile(
    r"(?<![0-9A-Za-z_.,$€¥£₿#])\+?\(?\d(?:[ ().\-‐-―/·]{0,3}\d){6,16}(?![0-9A-Za-z_]|[.,]\d)"
)
_DATE: Final = re.compile(r"(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12]\d|3[01])\b")
_DATE_BACK: Final = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[. ]\d{3})+|\d+\.\d+")
_IP: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_UNIT: Final = re.compile(
    r"\s{0,2}(?:usdt|usdc|usd|btc|eth|trx|bnb|sol|xrp|doge|ton|dai|sats?|satoshis?|g?wei|gas|eur"
    r"|euros?|cny|rmb|dollars?|tokens?|coins?|blocks?|confirmations?|seconds?|ms|[元块个枚刀聪%€$])",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"(?:order|pedido|orden|invoice|factura|ticket|case|ref(?:erence)?|tx(?:id|n| hash)?|hash"
    r"|transaction|transacci[oó]n|block|bloque|height|nonce|amount|cantidad|importe|memo|tag|chain"
    r"|uid|user ?id|account|cuenta|timestamp|slot|epoch|id"
    r"|订单|單號|单号|流水号?|交易|区块|區塊|高度|金额|金額|备注|備註|标签|工单|用户id|编号|哈希)"
    r"\W{0,3}(?:no\.?|nr\.?|number|n[uú]mero|is|es|号|號|是|为|id)?\W{0,3}$",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    r"phone|mobile|\bcell|\btel\b|tel[eé]f|m[oó]vil|celular|whats ?app|telegram|signal|call me"
    r"|ll[aá]m|\bsms\b|text me|reach me|contact number|电话|電話|手机|手機|联系|聯繫|聯絡|致电|微信"
    r"|短信|号码是",
    re.IGNORECASE,
)
_CALLED_REACH: Final = 24  # characters before a number in which its name may stand
_CN_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_PAIRS: Final = re.compile(r"\(?\d{2,4}\)?[ \-‐-―.]\d{2,4}(?:[ \-‐-―.]\d{2,4}){1,3}")
_CN_LANDLINE: Final = re.compile(r"0\d{2,3}[- ]\d{7,8}")


def may_hold(text: str) -> bool:
    """Tell, cheaply, whether a text could hold personal data at all."""
    if "@" in text or "＠" in text or "﹫" in text:
        return True
    if _SEVEN.search(text) is not None:
        return True
    return _FIVE.search(text) is not None and _DOCUMENT.search(text) is not None


def find(text: str) -> list[PersonalDatum]:
    """Return the personal data of a text in order; spans do not overlap. Linear in its length.

    Tokens and masks that stand in the text already are left alone.
    """
    if not may_hold(text):
        return []
    plain = _blanked(normal(text))
    low = plain.lower()
    taken: list[tuple[int, int, PersonalKind]] = []
    for kind, spans in (
        (PersonalKind.EMAIL, _emails(low)),
        (PersonalKind.DOCUMENT, documents.find(_without_urls(plain))),
        (PersonalKind.PHONE, _phones(_without_urls(plain))),
    ):
        for start, end in spans:
            if all(end <= a or b <= start for a, b, _kind in taken):
                taken.append((start, end, kind))
    taken.sort()
    there = origin(text, [(start, end) for start, end, _kind in taken])
    return [
        PersonalDatum(kind, *span) for (_start, _end, kind), span in zip(taken, there, strict=True)
    ]


def _blanked(plain: str) -> str:
    """Return the text with everything in ⟦ ⟧ blanked out, as long as before."""
    return _MASK.sub(lambda m: " " * len(m.group()), plain) if "⟦" in plain else plain


def _without_urls(plain: str) -> str:
    return _URL.sub(lambda m: "_" * len(m.group()), plain) if "://" in plain else plain


# --- e-mail -------------------------------------------------------------------------------


def _emails(low: str) -> Iterator[tuple[int, int]]:
    """Yield addresses: the local part is read backwards from each @, so the scan is linear."""
    at = low.find("@")
    while at >= 0:
        span = _email_at(low, at)
        if span is not None:
            yield span
        at = low.find("@", at + 1)


def _email_at(low: str, at: int) -> tuple[int, int] | None:
    spaced = low[at - 1 : at] == " " or low[at + 1 : at + 2] == " "
    right = at + 1 + (low[at + 1 : at + 2] == " ")
    domain = _DOMAIN.match(low, right)
    if domain is None or (spaced and not _APART.match(low, right)):
        return None
    end = _trimmed(domain)
    before = at - (low[at - 1 : at] == " ")
    start = before
    while start > 0 and before - start < _LOCAL_MOST and low[start - 1] in _LOCAL:
        start -= 1
    while start < before and low[start] in ".%+-'!#$*^~":
        start += 1
    return (start, end) if start < before and end > right else None


def _trimmed(domain: re.Match[str]) -> int:
    """Return where a domain ends: its last label has two letters or more; 0 when none has."""
    labels = domain.group().rstrip(".-").split(".")
    while len(labels) > 1 and not re.fullmatch(r"[a-z]{2,24}|xn--[a-z0-9-]{2,}", labels[-1]):
        labels.pop()
    return domain.start() + len(".".join(labels)) if len(labels) > 1 else 0


# --- telephone ----------------------------------------------------------------------------


def _phones(plain: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(plain):
        if _is_phone(plain, match):
            yield match.span()


def _is_phone(plain: str, match: re.Match[str]) -> bool:
    text = match.group()
    before = plain[max(0, match.start() - _CALLED_REACH) : match.start()]
    named = _CALLED.search(before) is not None
    if _UNIT.match(plain, match.end()) or _IP.fullmatch(text) or _AMOUNT.fullmatch(text):
        return False
    if not named and (_DATE.match(text) or _DATE_BACK.match(text) or _NUMBERED.search(before)):
        return False
    return normal_phone(text) is not None if _looks_dialled(text) else named


def _looks_dialled(text: str) -> bool:
    """Tell whether a number is written as people write telephone numbers, without being told."""
    digits = re.sub(r"\D", "", text)
    return (
        text.startswith(("+", "00"))
        or _CN_MOBILE.fullmatch(digits) is not None
        or (digits.startswith("86") and _CN_MOBILE.fullmatch(digits[2:]) is not None)
        or _CN_LANDLINE.fullmatch(text) is not None
        or (text.startswith("(") and len(digits) >= 9)
        or (len(digits) in {9, 10} and _PAIRS.fullmatch(text) is not None)
    )


def normal_phone(text: str) -> str | None:
    """Return a number as E.164 ("+8613812345678"), None when no network has such a number.

    Without a country it is read as Chinese, then Spanish, then North American.
    """
    digits = re.sub(r"\D", "", normal(text))
    if "+" in text or "＋" in text or digits.startswith("00"):
        return _valid("+" + digits.removeprefix("00"), None)
    if digits.startswith("86") and _CN_MOBILE.fullmatch(digits[2:]):
        return "+" + digits
    regions = ("CN", "ES", "US")
    return next((found for region in regions if (found := _valid(digits, region))), None)


def _valid(text: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
