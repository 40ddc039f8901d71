"""Private keys, extended keys and keystore files inside one message.

A 64-hex number may be a private key or a transaction hash and nothing in the number tells which,
so the words near it decide (`Naming`). Base58check strings carry a checksum and need no words.
Key files are recognised by their fields, without parsing, so depth and rubbish do no harm.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from walletdesk.safety.checksum import base58check
from walletdesk.safety.types import SecretKind

Span = tuple[int, int]

KEY_WORDS: Final = re.compile(
    r"priv(?:ate)?[\s_-]{0,2}key|secret[\s_-]?key|(?:private|hex)[\s_-]?seed|privat[\s_-]?key"
    r"|私[钥鑰匙]|[密秘][钥鑰]|(?:私人|私有|秘密)(?:金鑰|密钥|密鑰)|助[记記][词詞]"
    r"|(?:clave|llave|chave)s?\s(?:privada|secreta)s?|seed\s?phrase|secret\s?phrase|mnemonic"
    r"|frase\s(?:semilla|secreta|de\srecuperacion)|\bpk\s?[=:]",
)
"""Words that name a secret, in lower-case normal text (so without accents)."""
_KEY_CHARACTERS: Final = frozenset("钥鑰匙助")
HASH_WORDS: Final = re.compile(
    r"hash|tx[\s_-]?ids?\b|\btxn?s?\b|transaction|signature|public[\s_-]?key|checksum|sha-?256"
    r"|交易|哈希|散列|雜湊|杂凑|公[钥鑰]|签名|簽名|区块|區塊|浏览器|瀏覽器|转账记录|轉帳紀錄"
    r"|transaccion|clave\spublica|\bfirma\b|\bbloque|\bblock|explor"
    r"|(?:tron|ether|bsc|sol|polygon|arbi|base)scan|mempool|tokenview|oklink",
)
_MOVES: Final = re.compile(
    r"transfer|\b(?:sent|send|sending|paid|pay|payment)\b|deposit|withdr|pending|stuck|confirm|arriv"
    r"|swap|bridge|receiv|address|\bblock|token|contract|\bmemo\b|\btag\b|missing|credited|explorer"
    r"|转|轉|到账|到帳|充值|充|提币|提幣|提现|提現|付款|收到|确认|確認|地址|合约|合約|没到|卡住"
    r"|\benvi|transfer|deposit|retir|pendiente|lleg|direccion|\bpag[oa]|recib|falta"
)
"""Words of money on its way: a number near them is a transaction, unless a key is spoken of."""
_OPENS: Final = re.compile(
    r"import|export|restor|\brecover|unlock|导入|導入|导出|導出|恢复|恢復|解锁|登录|restaur|recuper|desbloq"
)
_FIELD: Final = re.compile(
    r"""(?:["']([\w .-]{1,40})\\?["']\s?:\s?\\?["']|\b([a-z][\w.-]{1,40})=["']?)$"""
)
_FIELD_SECRET: Final = re.compile(
    r"key|priv|secret|seed|\bpk\b|\bsk\b|wallet|pass|hex|value|data|phrase|mnemonic|entropy"
)
_PADDING: Final = "00000000"  # of block hashes and of addresses in a word; of no drawn key
_PLACE: Final = re.compile(r"(?:^|[^0-9a-z])(?:-1|0):$")  # workchain of a TON address
_NO_KEY: Final = re.compile(
    r"(?:\bnot|\bisn'?t|\bno es|\bnever|不是|并非|並非|非)\s?"
    r"(?:(?:my|the|a|mi|la|una)\s|我的)?$"
)
_LINK_STOP: Final = re.compile(r"[\s<>\"'，。；！？、（）]")
_LINK: Final = re.compile(r"://|^www\.|^[a-z0-9.-]{3,80}\.[a-z]{2,10}/")
_LINK_SECRET: Final = re.compile(r"(?:priv(?:ate)?|secret)[_-]?key=$|[?&#](?:pk|seed)=(?:0x)?$")
_CLAUSE: Final = re.compile(r"[,;.!?\n，。；！？]")
_CONNECT: Final = re.compile(
    r"^[\s:：=\"'`#<>\[(（【「]*(?:(?:is|was|es|era|number|no|id|值|号|號|是|为|為|就是|of|the|de|la)"
    r"[\s:：=\"'`#<\[(（【「]*){0,3}$"
)
_REACH: Final = 120  # characters of text around a number that can name it

_MASK: Final = re.compile(r"⟦secret:[a-z_]{1,20}⟧")
_HEX64: Final = re.compile(r"(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-z])")
_BASE58: Final = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{50,113}(?![0-9A-Za-z])")
_PIECE58: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]+")
_BROKEN58: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{12,110}(?:\s{1,3}[1-9A-HJ-NP-Za-km-z]{1,110})+(?![0-9A-Za-z])"
)
_LENGTHS58: Final = frozenset({51, 52, 58, *range(107, 114)})
_BROKEN_HEX: Final = re.compile(
    r"(?<![0-9a-z])(?:0x)?[0-9a-f]{2,62}(?:[\s:-]{1,2}[0-9a-f]{2,62}){1,31}(?![0-9a-z])"
)
_XPRV: Final = re.compile(r"[a-zA-Z]prv[1-9A-HJ-NP-Za-km-z]{90,112}")
_CIPHERTEXT: Final = re.compile(r"""ciphertext\\?["']\s*:\s*\\?["'](?:0x)?[0-9a-f]{16,}""")
_KDF_OR_MAC: Final = re.compile(
    r"""(?:kdf|mac|kdfparams|cipherparams|cipher)\\?["']\s*:\s*[\\"'{]"""
)
_BRACE: Final = re.compile(r"[{}]")
_VALUE_END: Final = re.compile(r"[0-9a-f]{16}[0-9a-f]*(?=[^0-9a-f]|$)")


class Naming(Enum):
    """What the words near a 64-hex number call it."""

    KEY = "key"
    HASH = "hash"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Key:
    """A secret in a text.

    `material` is set where the secret is spread over messages (see `types.Finding`).
    """

    kind: SecretKind
    start: int
    end: int
    material: bytes | None = field(default=None, repr=False)


def find_base58(plain: str) -> list[Key]:
    """Return WIF keys (BIP-38 encrypted ones included) and private extended keys."""
    found: list[Key] = []
    for match in _BASE58.finditer(plain):
        kind = base58_kind(match.group())
        if kind is not None:
            found.append(Key(kind, *match.span()))
    return found


def base58_kind(run: str) -> SecretKind | None:
    """Return which private key a run of base58 letters is, if any.

    WIF: version byte, 32 bytes, perhaps 0x01 (Bitcoin wiki). BIP-38: 39 bytes, 0x0142 or 0x0143.
    BIP-32: 78 bytes whose key begins with 0x00; a mistyped one still shows by its "prv".
    """
    if len(run) >= 94:
        payload = base58check(run)
        mistyped = payload is None and _XPRV.fullmatch(run) is not None
        private = payload is not None and len(payload) == 78 and payload[45] == 0
        return SecretKind.EXTENDED_KEY if mistyped or private else None
    if len(run) not in {51, 52, 58}:
        return None
    payload = base58check(run)
    if payload is None:
        return None
    wif = len(payload) == 33 or (len(payload) == 34 and payload[-1] == 1)
    bip38 = len(payload) == 39 and payload[:2] in {b"\x01\x42", b"\x01\x43"}
    if bip38:
        return SecretKind.ENCRYPTED_KEY
    return SecretKind.WIF if wif else None


def speaks_of_keys(low: str) -> bool:
    """Tell whether a message names a secret at all; cheap for those that do not."""
    likely = "key" in low or "seed" in low or "phrase" in low or "mnemonic" in low
    likely = likely or "ave" in low or "frase" in low or "pk" in low
    likely = likely or (not low.isascii() and not _KEY_CHARACTERS.isdisjoint(low))
    return likely and KEY_WORDS.search(low) is not None


def find_broken_base58(plain: str) -> list[Key]:
    """Return base58 keys that spaces or line ends cut into pieces."""
    found: list[Key] = []
    for match in _BROKEN58.finditer(plain):
        pieces = list(_PIECE58.finditer(plain, *match.span()))
        for first, last in _windows([len(piece.group()) for piece in pieces], _LENGTHS58):
            run = "".join(piece.group() for piece in pieces[first : last + 1])
            kind = base58_kind(run)
            if kind is not None:
                found.append(Key(kind, pieces[first].start(), pieces[last].end()))
    return found


def find_broken_hex(low: str) -> list[Key]:
    """Return 64-hex numbers in pieces that the message calls a private key."""
    found: list[Key] = []
    for match in _BROKEN_HEX.finditer(low):
        digits = re.sub(r"^0x|[^0-9a-f]", "", match.group())
        if len(digits) == 64 and _naming(low, match.span(), 0, len(low)) is Naming.KEY:
            found.append(Key(SecretKind.PRIVATE_KEY, *match.span()))
    return found


def _windows(lengths: Sequence[int], sums: AbstractSet[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last index of neighbours, at most 8, whose lengths add up to one of these."""
    for first in range(len(lengths)):
        total = lengths[first]
        for last in range(first + 1, min(first + 8, len(lengths))):
            total += lengths[last]
            if total in sums:
                yield first, last


def numbers(low: str) -> list[Span]:
    """Return every 64-hex number, whatever it is called."""
    return [match.span() for match in _HEX64.finditer(low)]


def find_hex(low: str) -> list[tuple[Span, Naming]]:
    """Return every 64-hex number with what the message calls it."""
    spans = numbers(low)
    if not spans:
        return []
    # A word names the number next to it, not the one behind another number or a mask.
    fences = sorted([*spans, *(match.span() for match in _MASK.finditer(low))])
    lefts = [0, *(end for _start, end in fences)]
    rights = [*(start for start, _end in fences), len(low)]
    places = {span: number for number, span in enumerate(fences)}
    return [
        (span, _naming(low, span, lefts[places[span]], rights[places[span] + 1])) for span in spans
    ]


def _naming(low: str, span: Span, left: int, right: int) -> Naming:
    start, end = span
    link = _link_before(low, start)
    if link is not None:
        return Naming.KEY if _LINK_SECRET.search(link) else Naming.HASH
    before = low[max(left, start - _REACH) : start]
    after = low[end : min(right, end + _REACH)]
    near_before = before[max((m.end() for m in _CLAUSE.finditer(before)), default=0) :]
    stop = _CLAUSE.search(after)
    near_after = after[: stop.start()] if stop else after
    for head, tail in ((near_before, near_after), (before, ""), ("", after)):
        naming = _named(head, tail)
        if naming is not Naming.NOTHING:
            return naming
    return Naming.NOTHING


def _link_before(low: str, start: int) -> str | None:
    """Return the text of the link that leads up to this position, if there is one."""
    stretch = low[max(0, start - 300) : start]
    stretch = stretch[max((m.end() for m in _LINK_STOP.finditer(stretch)), default=0) :]
    return stretch if _LINK.search(stretch) else None


def _named(head: str, tail: str) -> Naming:
    """Return what the words before and after a number call it.

    The label directly before it wins; else any word for a key, so that doubt means masking.
    """
    keys = [m for m in KEY_WORDS.finditer(head) if not _NO_KEY.search(head[: m.start()])]
    hashes = list(HASH_WORDS.finditer(head))
    if hashes and _CONNECT.search(head[hashes[-1].end() :]):
        return Naming.HASH
    keys += [m for m in KEY_WORDS.finditer(tail) if not _NO_KEY.search(tail[: m.start()])]
    if keys:
        return Naming.KEY
    return Naming.HASH if hashes or HASH_WORDS.search(tail) else Naming.NOTHING


def in_doubt(low: str, span: Span) -> bool:
    """Tell whether an unnamed 64-hex number in a text may be a key.

    Hashes of EVM chains carry 0x, as do addresses of Sui and Aptos, and exported keys mostly do
    not: with 0x there is doubt only where wallets are being opened.
    """
    if not low.startswith("0x", span[0]):
        return not is_placed(low, span)
    head = low[max(0, span[0] - 2 * _REACH) : span[0]]
    return _OPENS.search(head) is not None and _MOVES.search(head) is None


def is_placed(low: str, span: Span) -> bool:
    """Tell whether an unnamed number is no key by where it stands.

    Padded with zeros, behind the name of a field or the workchain of an address, or near words of
    money on its way.
    """
    start, end = span
    if low.startswith(_PADDING, start):
        return True
    head = low[max(0, start - 2 * _REACH) : start]
    field = _FIELD.search(head)
    if field and not _FIELD_SECRET.search(field.group(1) or field.group(2)):
        return True
    around = _MOVES.search(head) or _MOVES.search(low, end, end + 2 * _REACH)
    return around is not None or _PLACE.search(head) is not None


def moves(low: str) -> bool:
    """Tell whether a message speaks of money on its way, and of no key."""
    low = low[-2000:]
    return _MOVES.search(low) is not None and KEY_WORDS.search(low) is None


def topic(low: str) -> Naming:
    """Return what a message without a number speaks of: what comes last counts."""
    low = _MASK.sub(" ", low[-2000:])
    keys = list(KEY_WORDS.finditer(low))
    hashes = list(HASH_WORDS.finditer(low))
    if keys and (not hashes or keys[-1].end() > hashes[-1].end()):
        return Naming.KEY
    return Naming.HASH if hashes else Naming.NOTHING


def find_keystore(low: str) -> list[Key]:
    """Return a key file (Web3 Secret Storage v3, also truncated or with text around it).

    One finding reaches from the outermost brace before the first ciphertext to its partner.
    """
    marks = [match.start() for match in _CIPHERTEXT.finditer(low)]
    if not marks or not _KDF_OR_MAC.search(low):
        return []
    closed, opened, last = _braces(low)
    found: dict[Span, Key] = {}
    for mark in marks:
        number = bisect_right(closed, (mark, len(low))) - 1
        if number >= 0 and closed[number][1] > mark:
            start, end = closed[number]
        elif opened < mark:
            start, end = opened, len(low)
        else:
            start, end = 0, max(last, _value_end(low, mark))
        found[start, end] = Key(SecretKind.KEYSTORE, start, end)
    return list(found.values())


def _braces(low: str) -> tuple[list[Span], int, int]:
    """Return the outermost balanced spans, the first brace left open, and the end of the last."""
    closed: list[Span] = []
    opened: list[int] = []
    last = 0
    for brace in _BRACE.finditer(low):
        if brace.group() == "{":
            opened.append(brace.start())
            continue
        last = brace.end()
        if opened:
            start = opened.pop()
            if not opened:
                closed.append((start, last))
    return closed, opened[0] if opened else len(low), last


def _value_end(low: str, mark: int) -> int:
    stop = _VALUE_END.search(low, mark)
    return stop.end() if stop else len(low)
