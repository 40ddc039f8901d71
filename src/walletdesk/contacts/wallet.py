"""Sign-in with the signature of a wallet (EIP-4361 with EIP-191). Pure, no database.

The message is written here and kept by us, so none is ever parsed: what the wallet sends back is a
signature, and it counts for exactly the text that we asked it to sign. A smart-contract wallet
signs in a way that only its chain can check (EIP-1271); that is not possible yet.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from coincurve import PublicKey
from Crypto.Hash import keccak

from walletdesk.kit.errors import BadInput, DomainError

ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
SIGNATURE_BYTES = 65
SIGNATURE_LENGTH = 8_192  # characters: those of contract wallets are long, and told apart
# Half of secp256k1's order: the other half of all signatures are copies (EIP-2, "low s").
_HALF = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_PREFIX = b"\x19Ethereum Signed Message:\n"


class BadAddress(BadInput):
    """That is no address of an Ethereum account, or its capitals do not fit (EIP-55)."""

    code: ClassVar[str] = "bad_address"


class WrongSignature(DomainError):
    """The signature is not one of this address for this message."""

    code: ClassVar[str] = "wrong_signature"
    status: ClassVar[int] = 401


class ContractWallet(DomainError):
    """The signature has the form of a smart-contract wallet's, which cannot be checked yet."""

    code: ClassVar[str] = "contract_wallet"
    status: ClassVar[int] = 409


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """What a message to sign says."""

    domain: str
    uri: str
    address: str
    statement: str
    chain_id: int
    nonce: str
    issued_at: datetime
    expires_at: datetime


def _keccak(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def checksum_address(address: str) -> str:
    """Return an address with the capitals of EIP-55.

    Raises BadAddress, also for an address in mixed case whose capitals are others: a typing error.
    """
    if not ADDRESS.fullmatch(address):
        raise BadAddress
    low = address[2:].lower()
    digest = _keccak(low.encode()).hex()
    right = "0x" + "".join(
        c.upper() if int(digest[place], 16) >= 8 else c for place, c in enumerate(low)
    )
    if address[2:] not in {low, low.upper(), right[2:]}:
        raise BadAddress
    return right


def sign_in_message(request: SignInRequest) -> str:
    """Return the text to sign, in the form of EIP-4361. The statement must be one line."""
    return (
        f"{request.domain} wants you to sign in with your Ethereum account:\n"
        f"{request.address}\n\n"
        f"{request.statement}\n\n"
        f"URI: {request.uri}\n"
        "Version: 1\n"
        f"Chain ID: {request.chain_id}\n"
        f"Nonce: {request.nonce}\n"
        f"Issued At: {_moment(request.issued_at)}\n"
        f"Expiration Time: {_moment(request.expires_at)}"
    )


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def check_signature(message: str, signature: str, address: str) -> None:
    """Return when `signature` (0x and hexadecimal digits) is that of `address` for `message`.

    Raises WrongSignature, or ContractWallet for a signature that no plain account makes.
    """
    if len(signature) > SIGNATURE_LENGTH or not re.fullmatch(r"0x(?:[0-9a-fA-F]{2})+", signature):
        raise WrongSignature
    raw = bytes.fromhex(signature[2:])
    if len(raw) > SIGNATURE_BYTES:
        raise ContractWallet
    if len(raw) != SIGNATURE_BYTES or _recover(message, raw) != address.lower():
        raise WrongSignature


def _recover(message: str, raw: bytes) -> str | None:
    recovery = raw[64] - 27 if raw[64] >= 27 else raw[64]
    if recovery not in {0, 1} or int.from_bytes(raw[32:64]) > _HALF:
        return None
    text = message.encode()
    digest = _keccak(_PREFIX + str(len(text)).encode() + text)
    try:
        key = PublicKey.from_signature_and_message(raw[:64] + bytes([recovery]), digest, None)
    except ValueError:
        return None
    return "0x" + _keccak(key.format(compressed=False)[1:])[-20:].hex()
