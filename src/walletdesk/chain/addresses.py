"""Shapes and checksums of addresses, and the addresses that belong to a private key.

Sources: EIP-55, BIP-13, BIP-173, BIP-350, TRON's documentation (base58check, version 0x41), Solana
(ed25519 public key in base58). Everything is computed here; nothing is asked.
"""

import re
from hashlib import sha256
from typing import Final

import base58
from coincurve import PrivateKey
from Crypto.Hash import RIPEMD160, keccak
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

EVM_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CONSTANTS: Final = {1: 0, 0x2BC830A3: 1}  # bech32 carries version 0, bech32m the later ones
_TRON: Final = 0x41


def keccak256(data: bytes) -> bytes:
    """Return Ethereum's hash."""
    return keccak.new(digest_bits=256, data=data).digest()


def to_checksum(address: str) -> str:
    """Return an EVM address with the capitals of EIP-55."""
    low = address[2:].lower()
    digest = keccak256(low.encode()).hex()
    return "0x" + "".join(c.upper() if int(digest[at], 16) >= 8 else c for at, c in enumerate(low))


def mistyped_evm(address: str) -> bool:
    """Tell whether the capitals of an EVM address contradict it: a letter is wrong (EIP-55)."""
    digits = address[2:]
    return digits not in {digits.lower(), digits.upper()} and address != to_checksum(address)


def base58check(text: str) -> bytes | None:
    """Return the payload with its version byte; None when the checksum is wrong."""
    try:
        return bytes(base58.b58decode_check(text))
    except ValueError:
        return None


def base58_bytes(text: str) -> bytes | None:
    """Return what base58 letters without a checksum stand for."""
    try:
        return bytes(base58.b58decode(text))
    except ValueError:
        return None


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check


def segwit_prefix(text: str) -> str | None:
    """Return the prefix (such as "bc") of a valid SegWit address; None when it is none."""
    low = text.lower()
    if text not in {low, text.upper()} or not 14 <= len(low) <= 90:
        return None
    prefix, _one, rest = low.rpartition("1")
    if not prefix or len(rest) < 8 or any(c not in _BECH32 for c in rest):
        return None
    values = [_BECH32.index(c) for c in rest]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    kind = _CONSTANTS.get(_polymod(spread + values))
    return prefix if kind == min(values[0], 1) else None


def segwit_address(prefix: str, program: bytes) -> str:
    """Return the address of a version 0 witness program."""
    number = int.from_bytes(program)
    digits = -(-len(program) * 8 // 5)
    number <<= digits * 5 - len(program) * 8
    values = [0] + [number >> 5 * at & 31 for at in range(digits - 1, -1, -1)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod(spread + values + [0] * 6) ^ 1
    values += [check >> 5 * at & 31 for at in range(5, -1, -1)]
    return prefix + "1" + "".join(_BECH32[value] for value in values)


def is_tron(text: str) -> bool:
    """Tell whether this is a TRON address with the right checksum."""
    payload = base58check(text) if len(text) == 34 and text.startswith("T") else None
    return payload is not None and len(payload) == 21 and payload[0] == _TRON


def tron_from_hex(digits: str) -> str:
    """Return the base58 form of a TRON address in hexadecimal (41…); empty for anything else."""
    if not re.fullmatch(r"41[0-9a-fA-F]{40}", digits):
        return ""
    return base58.b58encode_check(bytes.fromhex(digits)).decode()


def tron_to_hex(text: str) -> str:
    """Return the hexadecimal form (41…) of a TRON address."""
    return (base58check(text) or b"").hex()


def solana_secret(raw: bytes) -> bool:
    """Tell whether 64 bytes are a Solana key pair: seed, then its public key."""
    if len(raw) != 64:
        return False
    public = Ed25519PrivateKey.from_private_bytes(raw[:32]).public_key().public_bytes_raw()
    return public == raw[32:]


def derived(digits: str) -> frozenset[str]:
    """Return the addresses that 64 hexadecimal digits would open if they were a private key.

    EVM (lower case), TRON, Bitcoin and Litecoin (legacy and SegWit) and Solana. Empty when the
    number is no key of secp256k1 at all.
    """
    raw = bytes.fromhex(digits)
    solana = Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    found = {base58.b58encode(solana).decode()}
    try:
        public = PrivateKey(raw).public_key
    except ValueError:
        return frozenset(found)
    account = keccak256(public.format(compressed=False)[1:])[-20:]
    found |= {"0x" + account.hex(), tron_from_hex("41" + account.hex())}
    for compressed in (True, False):
        key_hash = RIPEMD160.new(sha256(public.format(compressed)).digest()).digest()
        found |= {base58.b58encode_check(bytes([v]) + key_hash).decode() for v in (0, 48, 30)}
        if compressed:
            found |= {segwit_address(prefix, key_hash) for prefix in ("bc", "ltc")}
    return frozenset(found)
