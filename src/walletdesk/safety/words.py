"""How much a word speaks for an English BIP-39 phrase and against ordinary chat.

The score is a log-likelihood ratio, log(0.97/2048) - log P_chat(word), between -6 and 6; words
that are no list word count -6, mistyped and shortened list words a little above 0.
"""

import math
from collections.abc import Container, Iterator, Sequence
from importlib.resources import files
from typing import Final

from mnemonic import Mnemonic

STRANGER: Final = -6.0
_LONGEST: Final = 11  # letters of a list word, Korean ones taken apart
_PREFIX: Final = 1.6
_TYPO: Final = 1.2
_SHORT_TYPO: Final = -1.0
_INFLECTED: Final = -3.0
_PHRASE_SHARE: Final = math.log(0.97 / 2048)

# Frequent Spanish words, without accents: no typos of English list words either.
_SPANISH: Final = """que de la el en los se del las un por con una su para es al lo como pero sus le
ya si porque esta cuando muy sobre me hay donde quien desde todo nos ni otros ese eso mi mis este
estan entre ser son dos ha he han puedo puede pueden quiero necesito tengo tiene hola gracias favor
cuenta dinero cartera saldo billetera transferencia transaccion mensaje ayuda clave frase palabras
hacer sigue red enviar retirar recibir"""
# Names of coins, networks and products; some are a letter away from a list word (dai: day).
_JARGON: Final = """
usdt usdc dai busd tusd btc eth trx sol bnb xrp doge ltc bch ada dot matic avax arb op ton xlm
eos algo apt sui shib pepe uni weth wbtc erc trc bep bsc tron solana bitcoin ethereum polygon
arbitrum binance coinbase kraken okx metamask ledger trezor defi nft nfts dapp dapps kyc txid
api app apps ios usb pin otp sms faq ico dao dex cex amm gwei wei
"""

LIST: Final = tuple(Mnemonic("english").wordlist)
INDEX: Final = {word: number for number, word in enumerate(LIST)}


def _read_table() -> dict[str, float]:
    text = files(__package__).joinpath("data/english_unigrams.txt").read_text(encoding="utf-8")
    listed, ordinary = text.split("[list]\n")[1].split("[ordinary]\n")
    table = dict.fromkeys((*ordinary.split(), *_SPANISH.split(), *_JARGON.split()), STRANGER)
    for line in listed.splitlines():
        if not line.startswith("#"):
            word, share = line.split()
            table[word] = max(STRANGER, min(-STRANGER, _PHRASE_SHARE - float(share)))
    return table


SCORES: Final = _read_table()
"""Scores of the 2,048 list words, and `STRANGER` for frequent words outside the list."""


def _without_one(word: str) -> set[str]:
    return {word[:cut] + word[cut + 1 :] for cut in range(len(word))}


def near_tables(words: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return a list, and its words with one letter missing, for `is_near`."""
    return frozenset(words), frozenset(part for word in words for part in _without_one(word))


def is_near(word: str, tables: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Tell whether a word is one slip away from a word of a list.

    One letter too many, too few or wrong, or two letters swapped. Costs a few look-ups a letter.
    """
    listed, deleted = tables
    return word in deleted or any(part in listed or part in deleted for part in _without_one(word))


_PREFIXES: Final = {word[:size] for word in LIST for size in range(4, len(word))}
_HEADS: Final = {word[:size] for word in LIST for size in range(1, 5)}
_TAILS: Final = {word[-size:] for word in LIST for size in range(1, 5)}
_NEAR: Final = near_tables(LIST)


def near(word: str) -> float:
    """Return the score of a word that `SCORES` does not hold.

    One letter too many, too few or wrong, two letters swapped, or the first four letters and
    more of a list word; else a stranger. Costs a few set look-ups per letter.
    """
    if not 3 <= len(word) <= 9:
        return STRANGER
    half = (len(word) - 1) // 2  # one edit leaves the head or the tail of this length whole
    if word[:half] not in _HEADS and word[-half:] not in _TAILS:
        return STRANGER
    if word in _PREFIXES:
        return _PREFIX
    if word[-1] in "sdry" and word[:-1] in INDEX:
        return _INFLECTED  # plurals and past tenses are everyday speech
    if is_near(word, _NEAR):
        return _TYPO if len(word) > 3 else _SHORT_TYPO
    return STRANGER


def score(word: str) -> float:
    """Return the score of any lower-case word."""
    known = SCORES.get(word)
    return near(word) if known is None else known


def in_a_row(words: Sequence[str], listed: Container[str], least: int) -> Iterator[slice]:
    """Yield the stretches of at least so many words of a list with no other word between."""
    first = 0
    for at in range(len(words) + 1):
        if at == len(words) or words[at] not in listed:
            if at - first >= least:
                yield slice(first, at)
            first = at + 1


def split_glued(run: str, listed: Container[str] = INDEX) -> list[str]:
    """Return the list words that a run of letters without separators consists of, or nothing."""
    reached: dict[int, int] = {0: 0}  # end of a word -> its start
    last = 0
    for end in range(3, len(run) + 1):
        if end - last > _LONGEST:
            return []
        for size in range(3, _LONGEST + 1):
            start = end - size
            if start in reached and run[start:end] in listed:
                reached[end] = start
                last = end
                break
    words: list[str] = []
    end = len(run)
    while end and end in reached:
        words.append(run[reached[end] : end])
        end = reached[end]
    return words[::-1] if not end else []
