"""Secrets in the disguises in which customers send them; for the tests and bench/guard.py."""

import json
import string
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from random import Random

import base58
from mnemonic import Mnemonic

LISTS = {name: Mnemonic(name) for name in ("english", "chinese_simplified", "chinese_traditional")}
LENGTHS = (12, 15, 18, 21, 24)
FILLERS = (
    "ok",
    "wait",
    "one moment please",
    "sorry, my phone rang",
    "are you there?",
    "still here",
)
FILLERS_HAN = ("等一下", "好的", "稍等，我找一下", "你还在吗？", "不好意思，刚才有事")


@dataclass(frozen=True)
class Sent:
    """The messages that a customer sends, and the words as they were typed."""

    messages: list[str]
    words: list[str]


def dice(seed: int) -> Random:
    """Return the randomness of one example, the same in every run."""
    return Random(seed)  # noqa: S311 -- test data must be reproducible


def phrase(rng: Random, name: str = "english", count: int = 12) -> list[str]:
    """Return a phrase with a right checksum."""
    text = LISTS[name].to_mnemonic(rng.randbytes(count * 4 // 3))
    return text.replace("\u3000", " ").split()


def typo(rng: Random, word: str) -> str:
    """Return the word with one letter lost, doubled, wrong, or two swapped."""
    if len(word) < 5:
        return word
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def wide(text: str) -> str:
    """Return ASCII letters as full-width ones."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _numbered(words: list[str], head: str, tail: str) -> str:
    return tail.join(head.format(number) + word for number, word in enumerate(words, 1))


def _grid(words: list[str], columns: int) -> str:
    rows = [words[at : at + columns] for at in range(0, len(words), columns)]
    return "\n".join("\t".join(row) for row in rows)


def _one(text: str, words: list[str]) -> Sent:
    return Sent([text], words)


def _typed(rng: Random, words: list[str]) -> Sent:
    typed = [typo(rng, word) if rng.random() < 0.2 else word for word in words]
    return Sent([" ".join(typed)], typed)


def _shouted(rng: Random, words: list[str]) -> Sent:
    style = rng.choice((str.upper, str.capitalize, str.swapcase))
    typed = [style(word) for word in words]
    return Sent([" ".join(typed)], typed)


def _invisible(rng: Random, words: list[str]) -> Sent:
    mark = rng.choice("\u200b\u200c\u200d\u2060\ufeff\u00ad")
    typed = [word[:1] + mark + word[1:] for word in words]
    return Sent([" ".join(typed)], typed)


def _html(rng: Random, words: list[str]) -> Sent:
    form = rng.choice(
        ("<li>{}</li>", "{}<br>", "<td>{}</td>", "{}<br/>\n", "<p>{}</p>", "{}&nbsp;")
    )
    return Sent(["".join(form.format(word) for word in words)], words)


def _in_text(rng: Random, words: list[str]) -> Sent:
    head = rng.choice(
        ("My wallet is empty, here is my phrase: ", "hi i need help. ", "这是：", "Hola! ")
    )
    tail = rng.choice((" please fix it", ". What now?", "，请帮我", "\nThanks a lot"))
    return Sent([head + " ".join(words) + tail], words)


Disguise = Callable[[Random, list[str]], Sent]
IN_ONE: dict[str, Disguise] = {
    "spaces": lambda _rng, w: _one(" ".join(w), w),
    "commas": lambda rng, w: _one(
        rng.choice((",", ", ", "，", "、", ";", " | ", " - ")).join(w), w
    ),
    "newlines": lambda rng, w: _one(rng.choice(("\n", "\r\n", "\n\n")).join(w), w),
    "numbered": lambda rng, w: _one(
        _numbered(w, rng.choice(("{}. ", "{}) ", "{}: ", "{} ", "#{} ", "{}.")), rng.choice(" \n")),
        w,
    ),
    "grid": lambda rng, w: _one(_grid(w, rng.choice((2, 3, 4))), w),
    "typos": _typed,
    "capitals": _shouted,
    "full width": lambda _rng, w: Sent([" ".join(map(wide, w))], [wide(word) for word in w]),
    "zero width": _invisible,
    "html": _html,
    "in text": _in_text,
    "word n is": lambda _rng, w: _one(_numbered(w, "word {} is ", ", "), w),
    "part of 10": lambda _rng, w: Sent([" ".join(w[:10])], w[:10]),
}
IN_ONE_HAN: dict[str, Disguise] = {
    "spaces": IN_ONE["spaces"],
    "commas": IN_ONE["commas"],
    "newlines": IN_ONE["newlines"],
    "numbered": IN_ONE["numbered"],
    "grid": IN_ONE["grid"],
    "html": lambda rng, w: _one("".join(rng.choice(("<li>{}</li>",)).format(x) for x in w), w),
    "zero width": lambda _rng, w: _one("\u200b ".join(w), w),
    "whole message": lambda _rng, w: _one("".join(w), w),
    "behind a word": lambda rng, w: _one(
        rng.choice(("我的助记词是{}", "助记词：{}，请帮我", "助記詞是：{}", "恢复词 {}")).format(
            "".join(w)
        ),
        w,
    ),
    "the n-th is": lambda _rng, w: _one(_numbered(w, "第{}个是", "，"), w),
    "part of 8": lambda _rng, w: Sent([" ".join(w[:8])], w[:8]),
}


def one_each(words: list[str], form: str = "{word}") -> list[str]:
    """Return one message per word; the form may hold {word} and {number}."""
    return [form.format(word=word, number=number) for number, word in enumerate(words, 1)]


def groups(rng: Random, words: list[str], joint: str, most: int) -> list[str]:
    """Return messages of two to `most` words."""
    rest, messages = list(words), []
    while rest:
        size = rng.randint(2, most)
        messages.append(joint.join(rest[:size]))
        del rest[:size]
    return messages


def with_fillers(rng: Random, messages: list[str], fillers: tuple[str, ...]) -> list[str]:
    """Return the messages with now and then another between, at most every second."""
    mixed: list[str] = []
    for message in messages:
        if rng.random() < 0.5:
            mixed.append(rng.choice(fillers))
        mixed.append(message)
    return mixed


OVER_MANY: dict[str, Disguise] = {
    "one each": lambda _rng, w: Sent(one_each(w), w),
    "word n is": lambda _rng, w: Sent(one_each(w, "word {number} is {word}"), w),
    "next is": lambda _rng, w: Sent(one_each(w, "next is {word}"), w),
    "n. word": lambda _rng, w: Sent(one_each(w, "{number}. {word}"), w),
    "groups": lambda rng, w: Sent(groups(rng, w, " ", 3), w),
    "halves": lambda _rng, w: Sent([" ".join(w[: len(w) // 2]), " ".join(w[len(w) // 2 :])], w),
    "halves in text": lambda _rng, w: Sent(
        ["first part: " + " ".join(w[: len(w) // 2]), "and the rest " + " ".join(w[len(w) // 2 :])],
        w,
    ),
    "fillers": lambda rng, w: Sent(with_fillers(rng, one_each(w), FILLERS), w),
}
OVER_MANY_HAN: dict[str, Disguise] = {
    "one each": lambda _rng, w: Sent(one_each(w), w),
    "the n-th is": lambda _rng, w: Sent(one_each(w, "第{number}个是{word}"), w),
    "n. character": lambda _rng, w: Sent(one_each(w, "{number}、{word}"), w),
    "groups": lambda rng, w: Sent(groups(rng, w, " ", 3), w),
    "halves": lambda _rng, w: Sent(["".join(w[: len(w) // 2]), "".join(w[len(w) // 2 :])], w),
    "fillers": lambda rng, w: Sent(with_fillers(rng, one_each(w), FILLERS_HAN), w),
}


def wif(rng: Random) -> str:
    """Return a Bitcoin private key in wallet import format, compressed or not."""
    tail = rng.choice((b"", b"\x01"))
    return base58.b58encode_check(b"\x80" + rng.randbytes(32) + tail).decode()


def extended(rng: Random, *, private: bool = True) -> str:
    """Return a BIP-32 key: xprv, yprv, zprv or tprv (or xpub)."""
    version = (
        rng.choice(("0488ADE4", "049D7878", "04B2430C", "04358394")) if private else "0488B21E"
    )
    key = (b"\x00" if private else b"\x02") + rng.randbytes(32)
    return base58.b58encode_check(bytes.fromhex(version) + rng.randbytes(41) + key).decode()


def keystore(rng: Random, indent: int | None = None) -> str:
    """Return a key file of Web3 Secret Storage version 3."""
    value = {
        "version": 3,
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "address": rng.randbytes(20).hex(),
        "crypto": {
            "ciphertext": rng.randbytes(32).hex(),
            "cipherparams": {"iv": rng.randbytes(16).hex()},
            "cipher": "aes-128-ctr",
            "kdf": "scrypt",
            "kdfparams": {"dklen": 32, "salt": rng.randbytes(32).hex(), "n": 8192, "r": 8, "p": 1},
            "mac": sha256(rng.randbytes(4)).hexdigest(),
        },
    }
    return json.dumps(value, indent=indent)


def hex_key(rng: Random) -> str:
    """Return 32 random bytes in hexadecimal."""
    return rng.randbytes(32).hex()
