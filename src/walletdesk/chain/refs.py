"""Which transactions and addresses a text names, and which numbers in it must never be asked about.

A bare 64-digit number may be a private key. Words near it, a 0x, a link or a network named by the
asker make it a hash; a word for a key, or an address in the same text that it would open, make it a
secret; without either it stays undecided, and an undecided number never leaves this process.
"""

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final, Protocol
from urllib.parse import urlsplit

from walletdesk.chain import addresses
from walletdesk.chain.networks import Book, Network
from walletdesk.chain.types import Family, Kind, Ref

TEXT_LENGTH: Final = 20_000
MOST_REFS: Final = 8
_HEX64: Final = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?[0-9a-fA-F]{64}(?![0-9A-Za-z])")
_HEX40: Final = re.compile(r"(?<![0-9A-Za-z])0[xX][0-9a-fA-F]{40}(?![0-9A-Za-z])")
_WORD: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z_-]{25,120}(?![0-9A-Za-z])")
_BASE58: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
_LINK: Final = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,10}/[^\s<>\"'，。；、）)]{8,300}"
)
_ELSEWHERE: Final = (
    ("xrpl", re.compile(r"r[1-9A-HJ-NP-Za-km-z]{24,34}")),
    ("stellar", re.compile(r"G[A-Z2-7]{55}")),
    ("ton", re.compile(r"(?:EQ|UQ)[A-Za-z0-9_-]{46}")),
    ("cosmos", re.compile(r"(?:cosmos|osmo|kava|inj)1[02-9ac-hj-np-z]{38}")),
)
_HASHES: Final = (Family.BITCOIN, Family.TRON, Family.EVM)


class Guard(Protocol):
    """What knows secrets by their words. The desk's is `walletdesk.safety`."""

    def names(self, low: str) -> Sequence[tuple[tuple[int, int], str]]:
        """Return each 64-hex number's span with "key", "hash" or "nothing"."""

    def holds_secret(self, text: str) -> bool:
        """Tell whether the text holds a phrase or a key."""


class BadRef(Exception):
    """The input cannot be diagnosed. `code`: empty, nothing_found, mistyped or other_network."""

    def __init__(self, code: str, shown: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.shown = shown


def find_refs(
    text: str,
    book: Book,
    guard: Guard,
    *,
    network: Network | None = None,
    known: AbstractSet[str] = frozenset(),
) -> list[Ref]:
    """Return what the text names, in order, without repeats, at most `MOST_REFS`.

    `network` is what the asker said it is about, `known` the addresses of this customer.
    Raises BadRef when nothing can be diagnosed.
    """
    plain = _plain(text[:TEXT_LENGTH])
    if not plain.strip():
        raise BadRef("empty")
    found = [*_words(plain, book), *_evm_addresses(plain)]
    here = known | {ref.text for _at, ref in found if ref.kind is Kind.ADDRESS}
    named = network is not None
    found += _numbers(plain, guard, {a.lower() if a.startswith("0x") else a for a in here}, named)
    if guard.holds_secret(text):
        # Beside a secret a bare number is likely another form of it.
        kept = [(at, ref) for at, ref in found if ref.families != _HASHES]
        found = [(-1, Ref(Kind.SECRET, "")), *kept]
    placed = [_placed(at, ref, _links(plain, book)) for at, ref in sorted(found, key=_position)]
    refs = list(dict.fromkeys(placed))
    if not refs:
        raise BadRef("nothing_found", plain.strip()[:40])
    sound = [ref for ref in refs if ref.why != "mistyped"]
    if not sound:
        raise BadRef("mistyped", refs[0].text)
    return [_fitting(ref, network) for ref in sound][:MOST_REFS]


def _position(found: tuple[int, Ref]) -> int:
    return found[0]


def _plain(text: str) -> str:
    """Return the text in compatibility form without marks and invisible characters."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(
        " " if c == "\0" else c
        for c in parts
        if unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cs"}
    )


def _low(plain: str) -> str:
    # str.lower may change the length, and the spans must fit.
    return "".join(c.lower() if c.isascii() else c for c in plain)


def _numbers(
    plain: str,
    guard: Guard,
    known: AbstractSet[str],
    named: bool,  # noqa: FBT001 - private
) -> list[tuple[int, Ref]]:
    naming = dict(guard.names(_low(plain)))
    found = []
    for match in _HEX64.finditer(plain):
        word = match.group()
        digits = word[-64:].lower()
        called = naming.get(match.span(), "nothing")
        if called == "key" or not known.isdisjoint(addresses.derived(digits)):
            ref = Ref(Kind.SECRET, "")
        elif len(word) == 66:
            ref = Ref(Kind.TRANSACTION, "0x" + digits, (Family.EVM,))
        elif called == "hash" or named:
            ref = Ref(Kind.TRANSACTION, digits, _HASHES)
        else:
            ref = Ref(Kind.UNDECIDED, "")
        found.append((match.start(), ref))
    return found


def _evm_addresses(plain: str) -> list[tuple[int, Ref]]:
    found = []
    for match in _HEX40.finditer(plain):
        word = "0x" + match.group()[2:]
        wrong = addresses.mistyped_evm(word)
        text = word if wrong else addresses.to_checksum(word)
        why = "mistyped" if wrong else ""
        found.append((match.start(), Ref(Kind.ADDRESS, text, (Family.EVM,), why=why)))
    return found


def _words(plain: str, book: Book) -> list[tuple[int, Ref]]:
    found = []
    for match in _WORD.finditer(plain):
        word = match.group().strip("_-")
        if re.fullmatch(r"(?:0[xX])?[0-9a-fA-F]+", word) and len(word) in {40, 42, 64, 66}:
            continue
        ref = _word(word, book)
        if ref is not None:
            found.append((match.start(), ref))
    return found


def _word(word: str, book: Book) -> Ref | None:
    prefix = addresses.segwit_prefix(word)
    if prefix is not None:
        ids = tuple(n.id for n in book.networks.values() if prefix in n.segwit)
        if ids:
            return Ref(Kind.ADDRESS, word.lower(), (Family.BITCOIN,), networks=ids)
    for name, shape in _ELSEWHERE:
        if shape.fullmatch(word) and (name != "xrpl" or addresses.base58check(word) is None):
            return Ref(Kind.ADDRESS, word, why=name)
    return _base58(word, book) if _BASE58.fullmatch(word) else None


def _base58(word: str, book: Book) -> Ref | None:
    if addresses.is_tron(word):
        return Ref(Kind.ADDRESS, word, (Family.TRON,))
    payload = addresses.base58check(word)
    if payload is not None and len(payload) == 21:
        ids = tuple(n.id for n in book.networks.values() if payload[0] in n.versions)
        return Ref(Kind.ADDRESS, word, (Family.BITCOIN,), networks=ids) if ids else None
    if len(word) == 34 and word.startswith("T"):
        return Ref(Kind.ADDRESS, word, (Family.TRON,), why="mistyped")
    return _solana(word)


def _solana(word: str) -> Ref | None:
    raw = addresses.base58_bytes(word) if len(word) <= 90 else None
    if raw is not None and len(raw) == 64:
        if addresses.solana_secret(raw):
            return Ref(Kind.SECRET, "")
        return Ref(Kind.TRANSACTION, word, (Family.SOLANA,))
    if raw is not None and len(raw) == 32:
        return Ref(Kind.ADDRESS, word, (Family.SOLANA,))
    return None


def _links(plain: str, book: Book) -> list[tuple[int, int, str]]:
    """Return the span of each link to a known explorer, with the network it shows."""
    hosts: dict[str, str] = {}
    for network in book.networks.values():
        for template in network.explorers:
            hosts.setdefault(urlsplit(template).hostname or "", network.id)
    found = []
    for match in _LINK.finditer(_low(plain)):
        host = re.sub(r"^https?://", "", match.group()).partition("/")[0].removeprefix("www.")
        if host in hosts:
            found.append((*match.span(), hosts[host]))
    return found


def _placed(at: int, ref: Ref, links: Sequence[tuple[int, int, str]]) -> Ref:
    for start, end, network in links:
        if start <= at < end and ref.kind in {Kind.TRANSACTION, Kind.ADDRESS}:
            return replace(ref, network=network)
    return ref


def _fitting(ref: Ref, network: Network | None) -> Ref:
    if network is None or ref.kind not in {Kind.TRANSACTION, Kind.ADDRESS}:
        return ref
    if ref.families and network.family not in ref.families:
        raise BadRef("other_network", network.name)
    return replace(ref, network=network.id)


def spelled(ref: Ref, family: Family) -> str:
    """Return the reference as a network of this family writes it."""
    if ref.kind is Kind.TRANSACTION and family is Family.EVM and not ref.text.startswith("0x"):
        return "0x" + ref.text
    return ref.text
