"""From bytes of any charset, rightly or wrongly declared, to text. Never fails.

The ladder: declared -> its superset -> ISO-2022-JP by its escapes -> a guess -> replacement.
"""

import codecs
import re
from typing import Final

# What is declared -> what its senders mean. Supersets where mailers declare the older standard.
_ALIASES: Final = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-gb2312": "gb18030",
    "chinese": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "euc-cn": "gb18030",
    "hz-gb-2312": "hz",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "ansi_x3.110-1983": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "cp-850": "cp850",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "unicode-1-1-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf_8",
    "utf8mb4": "utf_8",
    "utf": "utf_8",
    "csiso2022jp": "iso2022_jp",
    "us-ascii": "",
    "ascii": "",
    "ansi_x3.4-1968": "",
    "unknown-8bit": "",
    "x-unknown": "",
    "unknown": "",
    "8bit": "",
    "binary": "",
    "default": "",
    "default_charset": "",
    "x-user-defined": "",
}
# Codecs that are no charsets of mail, or take quadratic time.
_REFUSED: Final = {"idna", "punycode", "unicode_escape", "raw-unicode-escape", "undefined"}
_REFUSED_ALSO: Final = {"raw_unicode_escape", "unicode-escape", "mbcs", "oem"}
_JAPANESE: Final = re.compile(rb"\x1b(?:\$[@B(]|\([JI])")
_GUESS_BYTES: Final = 20_000
_TOLERATED: Final = 0.01  # of the characters of a text may be damaged, and it still is what it says
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_HANZI: Final = re.compile("[\u4e00-\u9fff]")
_NO_CHANCE: Final = 4
_KANJI_PAGES: Final = ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext")

UNKNOWN: Final = "unknown_charset"
DAMAGED: Final = "charset_damaged"
GUESSED: Final = "charset_guessed"


def codec_name(declared: str) -> str | None:
    """Return the codec for a declared charset: empty for none or ASCII, None for an unknown one."""
    name = declared.strip().strip("\"'").split("*")[0].lower()
    if not name:
        return ""
    if name in _ALIASES:
        return _ALIASES[name]
    if len(name) > 40 or name in _REFUSED | _REFUSED_ALSO or not name.isascii() or "\x00" in name:
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    usable = getattr(found, "_is_text_encoding", True) and found.name not in _REFUSED
    return _ALIASES.get(found.name, found.name) if usable else None


def decode(data: bytes, declared: str = "", hint: str = "") -> tuple[str, str]:
    """Return the text and a problem code, empty if there is none.

    `hint` is tried when nothing is declared: the charset of the rest of the mail.
    """
    codec = codec_name(declared)
    if not codec and data.isascii() and b"\x1b" not in data:
        return data.decode("ascii"), UNKNOWN if codec is None else ""
    if data.isascii() and _JAPANESE.search(data):
        return _japanese(data)
    if codec:
        text, problem = _declared(data, codec)
        if text is not None:
            return text, problem
    text, problem = _guessed(data, hint)
    return text, UNKNOWN if codec is None else problem


def clean_text(text: str) -> str:
    """Return text as it may be stored: line feeds only, no controls, no lone surrogates."""
    text = (
        text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    )
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def _declared(data: bytes, codec: str) -> tuple[str | None, str]:
    utf8 = _strict(data, "utf_8")
    if utf8 is not None and _rather_utf8(data, utf8, codec):
        return utf8, GUESSED
    text = _strict(data, codec)
    if text is not None:
        return text, ""
    if codec == "cp1252":
        return data.decode("latin-1"), ""  # 81, 8d, 8f, 90, 9d mean nothing in it
    if utf8 is not None:
        return utf8, GUESSED
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, LookupError, ValueError):
        return None, ""
    return (text, DAMAGED) if _slightly_damaged(text) else (None, "")


def _rather_utf8(data: bytes, utf8: str, codec: str) -> bool:
    """Return whether text that is valid UTF-8 all through is that, whatever is declared.

    Of GB 18030 two hanzi may look so by chance, not many; of Western charsets nothing does.
    """
    if codec == "gb18030":
        return len(_HANZI.findall(utf8)) >= _NO_CHANCE
    return codec == "cp1252" and not data.isascii()


def _slightly_damaged(text: str) -> bool:
    return text.count("\ufffd") <= max(2, len(text) * _TOLERATED)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _japanese(data: bytes) -> tuple[str, str]:
    for codec in _KANJI_PAGES:
        text = _strict(data, codec)
        if text is not None:
            return text, ""
    return data.decode("iso2022_jp_ext", "replace"), DAMAGED


def _guessed(data: bytes, hint: str) -> tuple[str, str]:
    hinted = codec_name(hint) or ""
    for codec in ("utf_8", "" if hinted == "cp1252" else hinted):  # that one fits everything
        text = _strict(data, codec) if codec else None
        if text is not None:
            return text, GUESSED
    text = data.decode("utf_8", "replace")
    if text.count("\ufffd") * 6 <= sum(char > "\x7f" for char in text[:_GUESS_BYTES]):
        return (
            text,
            DAMAGED,
        )  # nothing else looks like this; it was cut in the middle of a character
    for codec in _likely(data[:_GUESS_BYTES]):
        text = data.decode(codec, "replace")
        if _slightly_damaged(text):
            return text, GUESSED
    return data.decode("utf_8", "replace"), DAMAGED


def _likely(sample: bytes) -> list[str]:
    """Return codecs, the most probable first. Short text is Latin or Chinese, which we expect."""
    if _made_of(_GB_PAIRS, sample):
        return ["gb18030"]
    if _made_of(_BIG5_PAIRS, sample) and _strict(sample[: len(sample) // 2 * 2], "big5hkscs"):
        return ["big5hkscs"]
    if len(sample) >= 64:
        from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to import, seldom needed

        best = from_bytes(sample, steps=4, chunk_size=512).best()
        if best is not None and best.encoding not in _LIKE_WESTERN:
            return [_ALIASES.get(best.encoding, best.encoding), "cp1252", "latin-1"]
    return ["cp1252", "latin-1"]


def _made_of(pairs: re.Pattern[bytes], sample: bytes) -> bool:
    """Return whether the bytes beyond ASCII are such pairs, nearly all of them."""
    high = len(sample.translate(None, bytes(range(0x80))))
    return high >= 4 and sum(map(_high_bytes, pairs.findall(sample))) >= high * 0.9


def _high_bytes(pair: bytes) -> int:
    return 2 if pair[1] >= 0x80 else 1


# Frequent hanzi fill the first level of GB 2312: pairs from b0a1 to d7f9; of Big5: a440 to c67e.
_GB_PAIRS: Final = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]")
_BIG5_PAIRS: Final = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]|\xa1[\x40-\x7e\xa1-\xfe]")
# Guesses that mean: Latin letters with accents. Ours are Spanish and English.
_LIKE_WESTERN: Final = {
    "ascii",
    "cp1250",
    "cp1254",
    "cp1257",
    "cp1258",
    "cp437",
    "cp850",
    "cp852",
    "cp858",
    "cp775",
    "cp037",
    "cp500",
    "cp1026",
    "cp1140",
    "hp_roman8",
    "iso8859_2",
    "iso8859_3",
    "iso8859_4",
    "iso8859_9",
    "iso8859_10",
    "iso8859_13",
    "iso8859_14",
    "iso8859_15",
    "iso8859_16",
    "latin_1",
    "mac_iceland",
    "mac_latin2",
    "mac_roman",
    "mac_turkish",
}
