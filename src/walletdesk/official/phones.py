"""Telephone numbers as people and fraudsters write them, down to their digits (E.164)."""

import re

from walletdesk.official.clean import visible

SHORTEST, LONGEST = 7, 15  # digits; E.164 allows 15
_SPOKEN = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "plus": "+",
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6",
    "siete": "7", "ocho": "8", "nueve": "9", "más": "+",
    "零": "0", "〇": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6",
    "七": "7", "八": "8", "九": "9", "壹": "1", "贰": "2", "叁": "3", "肆": "4", "伍": "5",
    "陆": "6", "柒": "7", "捌": "8", "玖": "9", "幺": "1",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1", "|": "1"})
_CANDIDATE = re.compile(
    r"(?<![\w@./])[+(\[{]?[\s(\[{+]*\d[\d\s()\[\]{}./\-–—·•_*~]{5,60}\d(?![\w@])"
)

# "+44 (0)20 …": whoever calls from abroad leaves it out, but in Italy.
_NOUGHT = re.compile(r"^(\s*(?:\+|00|011)\s*(?!39)[1-9]\d{0,2})[\s.\-]*\(\s*0\s*\)")


def digits_of(text: str) -> str:
    """Return "+4930123456" or national digits, "" when the text is no telephone number."""
    plain = visible(text)
    plain = re.sub(
        r"^\s*(?:tel|phone|call|whatsapp|电话|热线|teléfono)\s*[:：]?",
        "",
        plain,
        flags=re.IGNORECASE,
    )
    plain = _spoken(plain)
    plain = re.sub(r"(?<=\d)[oOlI|]+|[oOlI|]+(?=\d)", lambda m: m[0].translate(_LETTERS), plain)
    if re.search(r"[^\W\d_]", plain):
        return ""
    number = re.sub(r"[^\d+]", "", _NOUGHT.sub(r"\1 ", plain))
    digits = number.replace("+", "")
    if not SHORTEST <= len(digits) <= LONGEST + 3:
        return ""
    if number.startswith("+"):
        return f"+{digits}"
    for prefix in ("00", "011"):
        if digits.startswith(prefix) and len(digits) > SHORTEST + 2:
            return f"+{digits[len(prefix) :]}"
    return digits if len(digits) <= LONGEST else ""


def _spoken(text: str) -> str:
    def digit(found: re.Match[str]) -> str:
        word = found[0]
        if word.casefold() in _SPOKEN:
            return _SPOKEN[word.casefold()]
        return "".join(_SPOKEN.get(sign, sign) for sign in word)

    return _WORD.sub(digit, text)


def numbers_in(text: str) -> list[str]:
    """Return the telephone numbers of a longer text, those with a country code only."""
    places = [match[0] for match in _CANDIDATE.finditer(visible(text))]
    # over several lines it may be one number or several
    found = (digits_of(each) for place in places for each in (place, *place.splitlines()))
    return list(dict.fromkeys(number for number in found if number.startswith("+")))
