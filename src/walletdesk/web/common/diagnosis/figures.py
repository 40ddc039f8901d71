"""Amounts, times and names as people of a language read them.

Names of tokens and words of contracts were written by strangers (S25): one that could pass for a
link, or for more than a name, is not repeated.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from walletdesk.chain.types import Json

_NAME: Final = re.compile(r"[\w$₮€£¥+\-.]{1,20}(?: [\w$+\-.]{1,20}){0,2}")
_LINKLIKE: Final = re.compile(r"\.[a-zA-Z]{2,}|https?|www|/")
_UNITS: Final = frozenset({"sat/vB", "Gwei"})  # ours, not a stranger's
_HAN: Final = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_HAN_GAP: Final = re.compile(rf"(?<={_HAN}) (?=\S)(?={_HAN})")
_PLACES: Final = 8  # beyond it digits confuse more than they tell
_LOG_2_MOST: Final = 2**256


def foreign_name(name: Json) -> str:
    """Return a name that strangers chose, or words that stand for it."""
    text = str(name or "")
    if not text:
        return _("an unnamed token")
    if text in _UNITS:
        return text
    plain = _NAME.fullmatch(text) and not _LINKLIKE.search(text.removesuffix(".e"))
    return text if plain else _("a token with a misleading name")


def amount(value: Mapping[str, Json]) -> str:
    """Return an amount with its symbol: "1,234.5 USDT". Unknown places give words instead."""
    number, places = value.get("value"), value.get("decimals")
    if not isinstance(number, int) or isinstance(number, bool) or number > _LOG_2_MOST:
        return _("the amount")
    symbol = foreign_name(value.get("symbol"))
    if not isinstance(places, int) or not 0 <= places <= 77:
        return _("an amount of %(symbol)s") % {"symbol": symbol}
    whole, rest = divmod(number, 10**places)
    digits = str(rest).rjust(places, "0")[:_PLACES].rstrip("0") if places else ""
    if number and not whole and not digits:
        least = formats.number_format(f"0.{'0' * (_PLACES - 1)}1", _PLACES)
        return _("less than %(amount)s") % {"amount": f"{least} {symbol}"}
    shown = formats.number_format(whole, 0, force_grouping=True)
    mark = str(formats.get_format("DECIMAL_SEPARATOR")) if digits else ""
    return f"{shown}{mark}{digits} {symbol}"


def count(value: int) -> str:
    """Return a whole number with separators."""
    return formats.number_format(value, 0, force_grouping=True)


def duration(seconds: int) -> str:
    """Return a rough time: "about 3 minutes"."""
    if seconds < 90:
        minutes = 1
    elif seconds < 5400:
        minutes = round(seconds / 60)
    else:
        hours = min(round(seconds / 3600), 9999)
        return ngettext("about %(count)d hour", "about %(count)d hours", hours) % {"count": hours}
    return ngettext("about %(count)d minute", "about %(count)d minutes", minutes) % {
        "count": minutes
    }


def moment(text: str) -> str:
    """Return a moment in UTC, which an explorer shows too."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text[:25]
    return f"{formats.date_format(found, 'DATETIME_FORMAT')} UTC"


def smooth(sentence: str) -> str:
    """Mend what filling in words does: Spanish contractions, gaps between Han, the first letter."""
    joined = _HAN_GAP.sub("", sentence)
    if get_language() == "es":
        joined = joined.replace(" a el ", " al ").replace(" de el ", " del ")
    return joined[:1].upper() + joined[1:]


def short(address: str) -> str:
    """Return both ends of an address or a hash, enough to find it again."""
    return address if len(address) <= 18 else f"{address[:8]}…{address[-6:]}"
