"""Ordinary messages for bench/guard.py: written ones, and forms filled with what customers paste.

Nothing here is a secret. The numbers are random, so every run of a seed gives the same texts.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from random import Random

from guard_keys import base58, bech32, checked58

ROOT = Path(__file__).resolve().parent.parent
_FOLDERS = ("bench/guard_ordinary", "tests/safety/ordinary")

_FORMS = {
    "en": (
        "my {coin} transfer on {net} has not arrived, hash {hash}",
        "tx: {hash0x} {coin}",
        "I sent {amount} {coin} from {address} to {address} and nothing came",
        "is {link} confirmed?",
        "order {order} for {amount} {coin} is missing",
        "please call me at {phone}, case {order}",
        "signature {signature} failed on {net}",
        "the balance of {address} is wrong since {date}",
        "deposit of {amount} {coin}, txid {hash}, reference {order}",
        "{hash0x} this transaction is stuck",
        "withdrawal pending since {date} {hash}",
        "token contract {address} on {net}, is it a scam?",
        "my ip {ip} was blocked at {date}, request id {uuid}",
        "sent with memo {tag} to {address}",
    ),
    "zh": (
        "我的{coin}在{net}转账没到账，哈希{hash}",
        "交易 {hash0x} 卡住了",
        "从{address}转了{amount}个{coin}到{address}，没收到",
        "{link} 这笔确认了吗",
        "订单号{order}，{amount} {coin}没到",
        "我的电话{phone}，工单{order}",
        "{address} 余额不对，{date}开始的",
        "充值{amount}{coin}，{hash}",
        "提币{coin}标签填了{tag}，地址{address}",
        "请求编号{uuid}",
    ),
    "es": (
        "mi envío de {coin} por {net} no llegó, hash {hash}",
        "transacción {hash0x} pendiente",
        "envié {amount} {coin} de {address} a {address}",
        "¿está confirmada {link}?",
        "el pedido {order} de {amount} {coin} no aparece",
        "mi teléfono es {phone}, caso {order}",
        "el saldo de {address} está mal desde {date}",
        "depósito de {amount} {coin}: {hash}",
        "memo {tag}, dirección {address}",
        "id de la petición {uuid}",
    ),
}
_COINS = ("USDT", "BTC", "ETH", "TRX", "SOL", "BNB", "XRP", "DOGE", "USDC", "DAI")
_NETS = ("ERC20", "TRC20", "BEP20", "Solana", "Bitcoin", "Polygon", "Arbitrum", "Base")
_ENDS = {
    "zh": (
        "还没有到账",
        "一直显示待确认",
        "失败了",
        "不见了",
        "手续费太高",
        "地址写错了",
        "被盗了",
    ),
    "es": ("no llegó", "sigue pendiente", "falló", "desapareció", "cuesta mucho", "fue robado"),
    "en": ("did not arrive", "is pending", "failed", "is gone", "costs too much", "was stolen"),
}
_SLOTS = {
    "zh": ("我的{}从{}转出以后{}", "{}在{}上{}，怎么办", "请问{}用{}网络{}"),
    "es": ("mi {} enviado por {} {}", "el {} en la red {} {}, ¿qué hago?", "hola, {} por {} {}"),
    "en": ("my {} sent over {} {}", "{} on {} {}, what now?", "hi, {} by {} {}"),
}
_PASTED: dict[str, Callable[[Random], str]] = {
    "coin": lambda r: r.choice(_COINS),
    "net": lambda r: r.choice(_NETS),
    "hash": lambda r: r.randbytes(32).hex(),
    "hash0x": lambda r: "0x" + r.randbytes(32).hex(),
    "address": lambda r: r.choice(
        (
            "0x" + r.randbytes(20).hex(),
            checked58(b"\x41" + r.randbytes(20)),
            checked58(b"\0" + r.randbytes(20)),
            base58(r.randbytes(32)),
            bech32("bc", r.randbytes(21)),
            "0:" + r.randbytes(32).hex(),
        )
    ),
    "signature": lambda r: base58(r.randbytes(64)),
    "link": lambda r: r.choice(
        (
            "https://etherscan.io/tx/0x{}",
            "https://tronscan.org/#/transaction/{}",
            "mempool.space/tx/{}",
        )
    ).format(r.randbytes(32).hex()),
    "order": lambda r: str(r.randrange(10 ** r.choice((7, 10, 12, 15, 17)))),
    "phone": lambda r: r.choice(
        (f"+34 6{r.randrange(10**8):08d}", f"1{r.randrange(3 * 10**9, 10**10)}")
    ),
    "amount": lambda r: f"{r.random() * 10 ** r.randrange(5):.{r.randrange(7)}f}",
    "date": lambda r: (
        f"2026-{r.randrange(1, 13):02d}-{r.randrange(1, 29):02d} 1{r.randrange(10)}:05"
    ),
    "ip": lambda r: ".".join(str(r.randrange(256)) for _n in range(4)),
    "uuid": lambda r: "-".join(r.randbytes(n).hex() for n in (4, 2, 2, 2, 6)),
    "tag": lambda r: str(r.randrange(10**9)),
}


def texts(language: str, filled: int = 2000) -> list[str]:
    """Return the written messages of a language and, after them, the filled forms."""
    lines = [
        line
        for folder in _FOLDERS
        for line in (ROOT / folder / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    ]
    short = [
        form.format(*words)
        for form, *words in product(_SLOTS[language], _COINS, _NETS, _ENDS[language])
    ]
    rng = Random(21)
    forms = _FORMS[language]
    long = [
        forms[number % len(forms)].format_map({name: make(rng) for name, make in _PASTED.items()})
        for number in range(filled)
    ]
    return [*lines, *short, *long]
