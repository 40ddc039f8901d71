"""Which network a transaction's number or an address belongs to, by its shape alone. Pure.

Shapes: EVM 20 and 32 bytes in hex (Ethereum Yellow Paper), Bitcoin base58check versions 0 and 5
and bech32 (BIP-173), TRON base58check version 0x41, Solana 32 and 64 bytes in base58. A
transaction's number of 32 bytes in hex looks like a private key, and a Solana signature like the
key pair that wallets export: such a text is undecided until its sender says what it is.
"""

import re
from typing import Final
from urllib.parse import urlsplit

import base58

from walletdesk.conversations.tickets.types import Guess, Network, Shape
from walletdesk.safety.checksum import base58check

EVM: Final = (
    Network.ETHEREUM,
    Network.BSC,
    Network.POLYGON,
    Network.ARBITRUM,
    Network.OPTIMISM,
    Network.BASE,
    Network.AVALANCHE,
)
EXPLORERS: Final = {
    "etherscan.io": Network.ETHEREUM,
    "bscscan.com": Network.BSC,
    "polygonscan.com": Network.POLYGON,
    "arbiscan.io": Network.ARBITRUM,
    "optimistic.etherscan.io": Network.OPTIMISM,
    "basescan.org": Network.BASE,
    "snowtrace.io": Network.AVALANCHE,
    "mempool.space": Network.BITCOIN,
    "blockstream.info": Network.BITCOIN,
    "blockchair.com": Network.BITCOIN,
    "tronscan.org": Network.TRON,
    "solscan.io": Network.SOLANA,
    "explorer.solana.com": Network.SOLANA,
}
_HEX: Final = re.compile(r"(0x)?([0-9a-f]{64})", re.IGNORECASE)
_EVM_ADDRESS: Final = re.compile(r"0x[0-9a-f]{40}", re.IGNORECASE)
_BECH32: Final = re.compile(r"bc1[ac-hj-np-z02-9]{11,71}", re.IGNORECASE)
_BASE58: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]{25,90}")
_PART: Final = re.compile(r"[0-9A-Za-z]{25,100}")
_LONGEST: Final = 100  # characters of anything that has a shape we know


def guess(text: str) -> Guess:
    """Return what a reference may be: a bare number or address, or a link to an explorer."""
    text = text.strip()
    host = _host(text)
    if host is None:
        return _shape(text)
    parts = [_shape(part) for part in _PART.findall(text)]
    found = next((each for each in parts if each.shape != Shape.UNKNOWN), None)
    known = EXPLORERS.get(host.removeprefix("www."))
    if found is None or known is None:
        return found or Guess(text)
    return Guess(found.text, found.shape, (known,))


def _host(text: str) -> str | None:
    if not text.lower().startswith(("http://", "https://")):
        return None
    try:
        return urlsplit(text).hostname or ""
    except ValueError:
        return ""


def _shape(text: str) -> Guess:
    if len(text) > _LONGEST:
        return Guess(text)
    if found := _HEX.fullmatch(text):
        networks = EVM if found[1] else (Network.BITCOIN, Network.TRON, Network.ETHEREUM)
        return Guess(text, Shape.TRANSACTION, networks, undecided=True)
    if _EVM_ADDRESS.fullmatch(text):
        return Guess(text, Shape.ADDRESS, EVM)
    if _BECH32.fullmatch(text):
        return Guess(text, Shape.ADDRESS, (Network.BITCOIN,))
    return _base58(text) if _BASE58.fullmatch(text) else Guess(text)


def _base58(text: str) -> Guess:
    payload = base58check(text)
    if payload is not None and len(payload) == 21:
        known = {0: Network.BITCOIN, 5: Network.BITCOIN, 0x41: Network.TRON}.get(payload[0])
        return Guess(text, Shape.ADDRESS, (known,) if known else (Network.OTHER,))
    size = len(base58.b58decode(text))
    if size == 32:
        return Guess(text, Shape.ADDRESS, (Network.SOLANA,))
    if size == 64:
        return Guess(text, Shape.TRANSACTION, (Network.SOLANA,), undecided=True)
    return Guess(text)
