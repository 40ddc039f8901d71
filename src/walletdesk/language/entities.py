# ruff: noqa: E501, ISC004 - a pattern reads best whole
"""What a message holds that can be looked up: hashes, addresses, links, amounts, versions, times.

Pure patterns, linear in the length of the text. A number of 64 hexadecimal digits is a transaction's
hash or a private key, and nobody can tell by looking: unless the message calls it a transaction, its
middle is masked, so that it may be shown but never sent anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARACTERS = 4_000
MOST = 50

ASSETS = (
    "usdt|usdc|busd|dai|tusd|fdusd|btc|eth|bnb|trx|sol|xrp|matic|pol|ada|doge|shib|pepe|ltc|bch|dot|avax|atom|ton|link|uni|"
    "xlm|xmr|etc|fil|apt|arb|op|sui|near|kas|floki|weth|wbtc|steth|cake|algo|eos|hbar|icp|inj|sei|tia"
)
# Words for money and coins, and the asset that they mean.
_WORDS = {
    "u": "USDT", "刀": "USD", "美元": "USD", "美金": "USD", "dollar": "USD", "dollars": "USD", "usd": "USD", "$": "USD",
    "dolares": "USD", "dólares": "USD", "bucks": "USD", "欧": "EUR", "欧元": "EUR", "euro": "EUR", "euros": "EUR",
    "eur": "EUR", "€": "EUR", "块": "CNY", "元": "CNY", "人民币": "CNY", "£": "GBP", "¥": "CNY", "pesos": "peso",
    "bitcoin": "BTC", "bitcoins": "BTC", "比特币": "BTC", "以太坊": "ETH", "ether": "ETH", "satoshi": "sat", "sats": "sat",
}  # fmt: skip
_UNIT = "|".join(sorted((re.escape(w) for w in _WORDS if w not in "$€£¥"), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[,.]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_TIME_UNIT = r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|segundos?|minutos?|horas?|d[ií]as?|semanas?|meses|mes)"

_PATTERNS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("link", r"https?://[^\s<>\"'，。；、）】]+|\bwww\.[^\s<>\"'，。；、）】]+"
                 r"|(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|app|xyz|top|me|finance|info|site|online|cc|vip|co)\b"
                 r"(?:/[^\s<>\"'，。；、）】]*)?"),
        ("hex64", r"(?<![0-9a-z])(?:0x)?[0-9a-f]{64}(?![0-9a-z])"),
        ("signature", r"(?<![0-9a-z])[1-9A-HJ-NP-Za-km-z]{86,88}(?![0-9a-z])"),
        ("evm", r"(?<![0-9a-z])0x[0-9a-f]{40}(?![0-9a-z])"),
        ("short", r"(?<![0-9a-z])0x[0-9a-f]{2,10}(?:\.{2,6}|…)[0-9a-f]{2,10}(?![0-9a-z])"),
        ("tron", r"(?<![0-9a-z])(?-i:T[1-9A-HJ-NP-Za-km-z]{33})(?![0-9a-z])"),
        ("bitcoin", r"(?<![0-9a-z])(?:bc1[02-9ac-hj-np-z]{11,71}|(?-i:[13][1-9A-HJ-NP-Za-km-z]{25,34}))(?![0-9a-z])"),
        ("litecoin", r"(?<![0-9a-z])(?:ltc1[02-9ac-hj-np-z]{11,71}|(?-i:[LM][1-9A-HJ-NP-Za-km-z]{26,33}))(?![0-9a-z])"),
        ("ton", r"(?<![0-9a-z])(?-i:[EU]Q[A-Za-z0-9_-]{46})(?![0-9a-z])"),
        ("cosmos", r"(?<![0-9a-z])cosmos1[02-9ac-hj-np-z]{38}(?![0-9a-z])"),
        ("cardano", r"(?<![0-9a-z])addr1[02-9ac-hj-np-z]{50,110}(?![0-9a-z])"),
        ("xrp", r"(?<![0-9a-z])(?-i:r[1-9A-HJ-NP-Za-km-z]{24,34})(?![0-9a-z])"),
        ("solana", r"(?<![0-9a-z])(?-i:(?=[A-Za-z]*\d)[1-9A-HJ-NP-Za-km-z]{43,44})(?![0-9a-z])"),
        ("version", r"(?:\b(?:version|versión|ver\.?|v|app|ios|android|安卓)|版本号?)[\s:：]*v?(?P<v>\d{1,4}(?:\.\d{1,6}){1,3})"
                    r"|(?<![\d.])v?(?P<w>\d{1,3}\.\d{1,4}\.\d{1,6})(?![\d.])"),
        ("error", r"(?:\b(?:error|code|código|codigo|err|fehler|http)|错误码?|代码|报错)[\s:：#(（]*(?:code|código|codigo)?[\s:：#]*"
                  r"(?P<e>-?\d{3,6}|[A-Z][A-Z0-9]*[_-][A-Z0-9_-]{2,40})"
                  r"|\b(?-i:(?P<f>ERR_[A-Z0-9_]{2,40}|OUT_OF_ENERGY|BANDWITH_ERROR|INSUFFICIENT_[A-Z_]{3,40}|TRANSFER_FROM_FAILED))"),
        ("time", rf"\b\d{{4}}-\d{{1,2}}-\d{{1,2}}(?:[ T]\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?|\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b"
                 rf"|\b\d{{1,3}}\s?(?:{_TIME_UNIT})\b(?:\s(?:ago|atrás))?|\bhace \d{{1,3}} {_TIME_UNIT}\b"
                 r"|(?:\d{1,3}|[一二两三四五六七八九十半几]{1,3})\s?个?(?:多)?(?:小时|分钟|天|周|星期|礼拜|月)(?:前|了)?"
                 r"|\d{1,2}月\d{1,2}[日号]|\b(?:yesterday|today|last night|this morning|ayer|hoy|anoche)\b"
                 r"|昨天|今天|前天|昨晚|今早|今晚|刚才"),
        ("amount", rf"(?P<s>[$€£¥])\s?(?P<a>{_NUMBER})(?P<ak>k|m)?\b"
                   rf"|(?<![a-z0-9.,])(?P<b>{_NUMBER})\s?(?P<k>k|千|万|百万|亿|mil)?\s?(?:个|枚)?\s?(?P<u>{ASSETS}|{_UNIT})(?![a-z0-9])"
                   rf"|(?<![a-z0-9])(?P<x>{ASSETS})\s?(?P<c>{_NUMBER})(?![\w.])"),
        ("ticker", rf"(?<![a-z0-9@/.-])(?P<t>{ASSETS})(?![a-z0-9])"),
    )
)  # fmt: skip
# Coins whose name is also a word of everyday English: only capitals are a ticker.
_ALSO_WORDS = {"op", "link", "dot", "near", "sol", "ton", "uni", "atom", "cake", "etc", "fil", "apt", "pol", "dai", "sei", "ada", "shib"}  # fmt: skip
_HASH_SAID = re.compile(
    r"tx\s?(?:id|hash|n)?\b|txn|hash|transaction|transac|transfer|交易|哈希|转账|区块|链上|浏览器|trans[ai]",
    re.IGNORECASE,
)
_KEY_SAID = re.compile(r"private|secret|\bkey\b|privada|私钥|密钥|clave", re.IGNORECASE)
_ADDRESSES = ("evm", "tron", "bitcoin", "litecoin", "ton", "cosmos", "cardano", "xrp", "solana")
_SCALES = {"k": 1e3, "千": 1e3, "mil": 1e3, "万": 1e4, "百万": 1e6, "m": 1e6, "亿": 1e8}


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing found. `detail` is the network guessed, or the asset of an amount; "" for none."""

    kind: str
    value: str
    start: int
    detail: str = ""

    def as_fields(self) -> dict[str, str]:
        """Return the entity as triage prints it."""
        name = "asset" if self.kind == "amount" else "network"
        found = {"kind": self.kind, "value": self.value}
        return {**found, name: self.detail} if self.detail else found


def entities(text: str) -> list[Entity]:
    """Return what the text holds, in its order; nothing stands twice in one place."""
    text = text[:MAX_CHARACTERS]
    taken: list[tuple[int, int]] = []
    found: list[Entity] = []
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            for entity in _named(name, match, text):
                taken.append((start, end))
                found.append(entity)
    return sorted(found, key=lambda entity: entity.start)[:MOST]


def _named(name: str, match: re.Match[str], text: str) -> Iterator[Entity]:
    start, value = match.start(), match[0]
    if name in _ADDRESSES or name == "short":
        yield Entity("address", value, start, "evm" if name == "short" else name)
    elif name == "signature":
        # A key pair of Solana is as long as a signature.
        yield from _hash_or_key(value, start, text, "solana")
    elif name == "hex64":
        yield from _hash_or_key(value, start, text, "evm" if value[:2].lower() == "0x" else "")
    elif name == "version":
        yield Entity("app_version", match["v"] or match["w"], start)
    elif name == "error":
        yield Entity("error_code", match["e"] or match["f"], start)
    elif name == "link":
        yield Entity("link", value.rstrip(".,;:!?)"), start)
    elif name == "amount":
        yield _amount(match)
    elif name == "ticker":
        yield from _ticker(value, start)
    else:
        yield Entity(name, value, start)


def _ticker(value: str, start: int) -> Iterator[Entity]:
    if value.lower() not in _ALSO_WORDS or value.isupper():
        yield Entity("ticker", value.upper(), start)


def _hash_or_key(value: str, start: int, text: str, network: str) -> Iterator[Entity]:
    if _HASH_SAID.search(text) and not _KEY_SAID.search(text):
        yield Entity("transaction_hash", value, start, network)
    else:
        yield Entity("undecided_hash", f"{value[:4]}…{value[-2:]}", start, network)


def _amount(match: re.Match[str]) -> Entity:
    number = match["a"] or match["b"] or match["c"]
    unit = (match["s"] or match["u"] or match["x"]).lower()
    plain = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number) if not number.startswith("0") else number
    scale = _SCALES.get((match["ak"] or match["k"] or "").lower(), 1.0)
    amount = float(plain.replace(",", ".")) * scale
    return Entity(
        "amount",
        f"{amount:.8f}".rstrip("0").rstrip("."),
        match.start(),
        _WORDS.get(unit, unit.upper()),
    )
