"""Held-out disguises of seed phrases for bench/guard.py, written before the detector was tuned.

They share no code with the detector, nor with the disguises of its tests. A disguise takes the
randomness, the words and the short name of the language, and returns the customer's messages.
"""

import base64
import json
import string
import unicodedata
from collections.abc import Callable
from random import Random
from urllib.parse import quote

from mnemonic import Mnemonic

Disguise = Callable[[Random, list[str], str], list[str]]

LISTS = {
    "en": "english",
    "zh-Hans": "chinese_simplified",
    "zh-Hant": "chinese_traditional",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
    "cs": "czech",
    "tr": "turkish",
    "ru": "russian",
    "ko": "korean",
    "ja": "japanese",
}
HAN = ("zh-Hans", "zh-Hant")
SHORT_ENOUGH = ("en", "es", "it", "pt", "cs")  # four letters tell the words of these lists apart
SIZES = (12, 12, 12, 15, 18, 21, 24)

_SAID = {
    "en": ("hello support my coins are gone, phrase below. ", " can you look please", "sure"),
    "zh": ("你好，我的币没了，", " 麻烦看看", "嗯嗯"),
    "es": ("hola, me han robado, las palabras son: ", " ayudadme por favor", "vale"),
    "fr": ("bonjour, voici ma phrase : ", " merci de votre aide", "d'accord"),
    "it": ("salve, ecco la mia frase: ", " grazie mille", "certo"),
    "pt": ("oi, minha frase: ", " me ajuda por favor", "tudo bem"),
    "cs": ("dobrý den, moje fráze: ", " děkuji předem", "jasně"),
    "tr": ("merhaba, kelimelerim: ", " yardım edin lütfen", "tamam"),
    "ru": ("здравствуйте, моя фраза: ", " помогите пожалуйста", "хорошо"),
    "ko": ("안녕하세요 제 문구입니다: ", " 도와주세요", "네"),
    "ja": ("こんにちは、フレーズは: ", " お願いします", "はい"),
}
_PAUSES = {
    "en": ("sec", "hold on, my pen broke", "did you get that?", "going slow sorry"),
    "zh": ("等我一下", "看到了吗", "字太小了", "慢慢来"),
    "es": ("un momento", "¿lo ves?", "voy despacio", "perdona"),
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_WRONG_HAN = "嗯噢哎呀喔吧呢嘛咯喽啦哇唉嘿咦" + "饿困醒渴疼痒哭咳"  # what a thumb picks by mistake


def phrase(rng: Random, language: str, size: int | None = None) -> list[str]:
    """Return the words of a phrase with a right checksum."""
    count = size or rng.choice(SIZES)
    sentence = Mnemonic(LISTS[language]).to_mnemonic(rng.randbytes(count * 4 // 3))
    typed = unicodedata.normalize("NFC", sentence)  # as keyboards write; some lists are NFKD
    return typed.replace("\u3000", " ").split(" ")


def slip(rng: Random, word: str, language: str) -> str:
    """Return a word with one slip of the finger anywhere in it, its first letter included."""
    if language in HAN:
        return rng.choice(_WRONG_HAN)
    at = rng.randrange(len(word))
    letters = string.ascii_lowercase if word.isascii() else word
    kind = rng.randrange(4)
    if kind == 0 and len(word) > 3:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + rng.choice(letters) + word[at:]
    if kind == 2 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + rng.choice(letters) + word[at + 1 :]


def two_slips(rng: Random, words: list[str], language: str) -> list[str]:
    """Return the words, two of them mistyped."""
    typed = list(words)
    for at in rng.sample(range(len(words)), 2):
        typed[at] = slip(rng, typed[at], language)
    return typed


def _space(language: str) -> str:
    return "\u3000" if language == "ja" else " "


def _circled(words: list[str]) -> str:
    return " ".join(chr(0x2460 + n if n < 20 else 0x3251 + n - 20) + w for n, w in enumerate(words))


def _columns(words: list[str]) -> str:
    """Numbered down the columns, read across: 1 a  5 e  9 i."""
    rows = (len(words) + 2) // 3
    lines = []
    for row in range(rows):
        cells = [f"{n + 1}. {words[n]}" for n in range(row, len(words), rows)]
        lines.append("   ".join(cells))
    return "\n".join(lines)


def _table(words: list[str]) -> str:
    lines = [f"| {n} | {w} |" for n, w in enumerate(words, 1)]
    return "\n".join(["| # | word |", "|---|---|", *lines])


def _said(language: str) -> tuple[str, str, str]:
    return _SAID[language.partition("-")[0]]


def _in_prose(rng: Random, words: list[str], language: str) -> list[str]:
    before, after, _yes = _said(language)
    return [before + rng.choice((_space(language), ", ")).join(words) + after]


def _with_and(rng: Random, words: list[str], _language: str) -> list[str]:
    return ["".join(w + rng.choice((" ", " ", " ", ", then ", " and ")) for w in words)]


def _forms(*joints: str) -> Disguise:
    return lambda rng, words, _language: [rng.choice(joints).join(words)]


WHOLE: dict[str, Disguise] = {
    "plain": lambda _r, w, lang: [_space(lang).join(w)],
    "joints": _forms(" / ", "/", " * ", " > ", "\t", " → ", " + ", "; "),
    "circled numbers": lambda _r, w, _l: [_circled(w)],
    "number behind": lambda _r, w, _l: [" ".join(f"{x}({n})" for n, x in enumerate(w, 1))],
    "brackets": lambda _r, w, _l: ["\n".join(f"[{n}] {x}" for n, x in enumerate(w, 1))],
    "columns": lambda _r, w, _l: [_columns(w)],
    "table": lambda _r, w, _l: [_table(w)],
    "bullets": lambda r, w, _l: ["\n".join(r.choice("•-*") + " " + x for x in w)],
    "json": lambda _r, w, _l: [json.dumps({"words": w}, ensure_ascii=False)],
    "quoted mail": lambda _r, w, _l: ["Re: help\n> " + "\n> ".join(w) + "\n\nsee above"],
    "in prose": _in_prose,
    "capitals": lambda r, w, _l: [" ".join(r.choice((x.upper(), x.title())) for x in w)],
}
LATIN_ONLY: dict[str, Disguise] = {
    "hyphens": lambda _r, w, _l: ["-".join(w)],
    "underscores": lambda _r, w, _l: ["_".join(w)],
    "dots": lambda _r, w, _l: [".".join(w)],
    "run together": lambda _r, w, _l: ["".join(w)],
    "and, then": _with_and,
}
HAN_ONLY: dict[str, Disguise] = {
    "run together": lambda _r, w, _l: ["".join(w)],
    "groups of three": lambda _r, w, _l: [
        " ".join("".join(w[at : at + 3]) for at in range(0, len(w), 3))
    ],
    "context": lambda r, w, _l: [
        r.choice(("我助记词是{}", "助记词：{}，帮我恢复", "钱包助记词\n{}")).format("".join(w))
    ],
    "Chinese numbers": lambda _r, w, _l: [
        "\n".join(f"{'一二三四五六七八九十'[n % 10]}、{x}" for n, x in enumerate(w))
    ],
}
SLIPS: dict[str, Disguise] = {
    "two slips": lambda r, w, lang: [_space(lang).join(two_slips(r, w, lang))],
    "two slips, numbered": lambda r, w, lang: [
        "\n".join(f"{n}) {x}" for n, x in enumerate(two_slips(r, w, lang), 1))
    ],
    "two slips, in prose": lambda r, w, lang: _in_prose(r, two_slips(r, w, lang), lang),
}
SLIPS_HAN: dict[str, Disguise] = {
    "two slips, context": lambda r, w, lang: ["助记词是" + "".join(two_slips(r, w, lang))],
}
ONE_EACH: dict[str, Disguise] = {
    "one each": lambda _r, w, _l: list(w),
    "numbered": lambda _r, w, _l: [f"{n}: {x}" for n, x in enumerate(w, 1)],
    "full stop": lambda _r, w, _l: [f"{x}." for x in w],
    "pauses": lambda r, w, lang: [
        m for x in w for m in ([_pause(r, lang), x] if r.random() < 0.4 else [x])
    ],
    "two slips, one each": two_slips,
    "agent says yes": lambda _r, w, lang: [m for x in w for m in (x, _said(lang)[2])][:48],
}
ONE_EACH_EN: dict[str, Disguise] = {
    "the third is": lambda _r, w, _l: [
        f"the {_ORDINALS[n]} is {x}" if n < len(_ORDINALS) else f"and then {x}"
        for n, x in enumerate(w)
    ],
    "capital first": lambda _r, w, _l: [x.capitalize() for x in w],
    "lines of four": lambda _r, w, _l: [" ".join(w[at : at + 4]) for at in range(0, len(w), 4)],
}
ONE_EACH_HAN: dict[str, Disguise] = {
    "the third is": lambda _r, w, _l: [f"第{n}个字：{x}" for n, x in enumerate(w, 1)],
    "lines of four": lambda _r, w, _l: ["".join(w[at : at + 4]) for at in range(0, len(w), 4)],
}


# Written after the detector was finished, and not tuned to.
FRESH: dict[str, Disguise] = {
    "emoji": lambda r, w, _l: [r.choice("🙏😭👉") + f" {r.choice('🔑🐶🍀')} ".join(w)],
    "yaml": lambda _r, w, _l: ["words:\n" + "\n".join(f"  - {x}" for x in w)],
    "csv rows": lambda _r, w, _l: ["\n".join(f'{n},"{x}"' for n, x in enumerate(w, 1))],
    "html table": lambda _r, w, _l: [
        "<table>"
        + "".join(f"<tr><td>{n}</td><td>{x}</td></tr>" for n, x in enumerate(w, 1))
        + "</table>"
    ],
    "arrows": lambda _r, w, _l: ["  ".join(f"{n}=>{x}" for n, x in enumerate(w, 1))],
    "in parentheses": lambda _r, w, _l: [" ".join(f"({x})" for x in w)],
    "two messages": lambda r, w, lang: [
        _said(lang)[0] + " ".join(w[: len(w) // 2]),
        _pause(r, lang),
        " ".join(w[len(w) // 2 :]) + _said(lang)[1],
    ],
    "threes, numbered": lambda _r, w, _l: [
        f"{at + 1}-{at + 3}: " + " ".join(w[at : at + 3]) for at in range(0, len(w), 3)
    ],
}


# Added before the guard was taught them.
PACKED: dict[str, Disguise] = {
    "base64": lambda _r, w, _l: [base64.b64encode(" ".join(w).encode()).decode()],
    "base64, in prose": lambda _r, w, lang: [
        _said(lang)[0] + base64.urlsafe_b64encode("\n".join(w).encode()).decode() + _said(lang)[1]
    ],
    "base64, lines": lambda _r, w, _l: [base64.encodebytes(" ".join(w).encode()).decode()],
}
LETTERS: dict[str, Disguise] = {
    "letters apart, words by two": lambda _r, w, _l: ["  ".join(" ".join(x) for x in w)],
    "letters apart": lambda _r, w, _l: [" ".join("".join(w))],
    "letters apart, lines": lambda _r, w, lang: [
        _said(lang)[0] + "\n" + "\n".join("-".join(x) for x in w)
    ],
    "letters apart, dots": lambda _r, w, _l: [" / ".join(".".join(x) for x in w)],
}


_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# Looked at from outside and missed; added before the guard was taught them.
DICTATED: dict[str, Disguise] = {
    "w1=": lambda _r, w, _l: [" ".join(f"w{n}={x}" for n, x in enumerate(w, 1))],
    "Word 1:": lambda _r, w, _l: ["\n".join(f"Word {n}: {x}" for n, x in enumerate(w, 1))],
    "the n-th is, in Chinese": lambda _r, w, _l: [
        "，".join(f"第{n}个词是{x}" for n, x in enumerate(w, 1))
    ],
    "next word is": lambda _r, w, _l: [". ".join(f"the next word is {x}" for x in w)],
    "one x two y": lambda _r, w, _l: [
        " ".join(f"{n} {x}" for n, x in zip(_COUNTED, w, strict=False))
    ],
    "um": lambda r, w, _l: [" ".join(x + r.choice(("", " um", ", uh", " and", " so")) for x in w)],
    "word n is, one each": lambda _r, w, _l: [f"word {n} is {x}" for n, x in enumerate(w, 1)],
    "JSON of ASCII": lambda _r, w, _l: [json.dumps({"note": "\n".join(w)})],
    "in a link": lambda _r, w, _l: ["https://wallet.example/?q=" + quote(" ".join(w))],
}
DICTATED_HAN: dict[str, Disguise] = {
    "groups, the last shorter": lambda _r, w, _l: [
        " ".join("".join(w[at : at + 7]) for at in range(0, len(w), 7))
    ],
}


def _pause(rng: Random, language: str) -> str:
    return rng.choice(_PAUSES.get(language.partition("-")[0], _PAUSES["en"]))


def part(size: int) -> Disguise:
    """Return the disguise of a phrase of which only the first words are there."""
    return lambda _r, w, lang: [_space(lang).join(w[:size])]


def four_letters(_rng: Random, words: list[str], _language: str) -> list[str]:
    """Return the words cut to four letters, as metal plates keep them."""
    return [" ".join(word[:4] for word in words)]


def disguises_of(language: str) -> dict[str, dict[str, Disguise]]:
    """Return the disguises that a language can take, by group."""
    han = language in HAN
    latin = language not in {*HAN, "ja", "ko"}
    whole = WHOLE | (HAN_ONLY if han else {})
    whole |= LATIN_ONLY if latin else {}
    if language == "ja":
        whole |= {"run together": LATIN_ONLY["run together"]}
    groups = {
        "whole": whole,
        "two typos": SLIPS | (SLIPS_HAN if han else {}),
        "one a message": ONE_EACH | (ONE_EACH_HAN if han else {}),
        "fresh": FRESH,
        "packed": PACKED,
        "dictated": DICTATED | (DICTATED_HAN if han else {}),
        "part of 8": {"part of 8": part(8)},
        "part of 10": {"part of 10": part(10)},
    }
    if language == "en":
        groups["one a message"] |= ONE_EACH_EN
    if latin:
        groups["letters apart"] = LETTERS
    if language in SHORT_ENOUGH:
        groups["four letters"] = {"four letters": four_letters}
    return groups
