"""Ethereum's call data, logs and refusals (Solidity's ABI specification)."""

from functools import cache
from typing import Final

from walletdesk.chain import foreign
from walletdesk.chain.addresses import keccak256
from walletdesk.chain.networks import packaged_reverts
from walletdesk.chain.types import Json

UNLIMITED: Final = 2**255  # no supply comes near; wallets use 2^256-1, Permit2 2^160-1
PERMIT2_UNLIMITED: Final = 2**159
_ERROR: Final = bytes.fromhex("08c379a0")
_PANIC: Final = bytes.fromhex("4e487b71")


def selector(signature: str) -> str:
    """Return the first four bytes that call a function, or name an error."""
    return "0x" + keccak256(signature.encode())[:4].hex()


def topic(signature: str) -> str:
    """Return the first topic of an event."""
    return "0x" + keccak256(signature.encode()).hex()


TRANSFER: Final = topic("Transfer(address,address,uint256)")
APPROVAL: Final = topic("Approval(address,address,uint256)")
APPROVAL_FOR_ALL: Final = topic("ApprovalForAll(address,address,bool)")
BALANCE_OF: Final = selector("balanceOf(address)")
ALLOWANCE: Final = selector("allowance(address,address)")
PERMIT2_ALLOWANCE: Final = selector("allowance(address,address,address)")
APPROVED_FOR_ALL: Final = selector("isApprovedForAll(address,address)")
SYMBOL: Final = selector("symbol()")
DECIMALS: Final = selector("decimals()")


def word(value: str | int) -> str:
    """Return an address or a number as 32 bytes of hexadecimal digits."""
    digits = f"{value:x}" if isinstance(value, int) else value[2:].lower()
    return digits.rjust(64, "0")


def call(signature_hash: str, *values: str | int) -> str:
    """Return the data of a call with addresses and numbers as arguments."""
    return signature_hash + "".join(map(word, values))


def number(value: Json) -> int | None:
    """Return the one number that a call returned."""
    raw = foreign.data(value, 4096)
    return int.from_bytes(raw[:32]) if raw is not None and len(raw) >= 32 else None


def text(value: Json) -> str:
    """Return the one text that a call returned, as `string` or as `bytes32` (old tokens)."""
    raw = foreign.data(value, 8192)
    if raw is None or len(raw) < 32:
        return ""
    body = _tail(raw, 0) if len(raw) >= 64 else raw[:32].rstrip(b"\0")
    return foreign.as_text((body or b"").decode("utf-8", errors="replace"), foreign.NAME_LENGTH)


def _tail(raw: bytes, at: int) -> bytes | None:
    """Return the dynamic bytes whose offset stands at a place."""
    start = int.from_bytes(raw[at : at + 32])
    if start > len(raw) - 32:
        return None
    length = int.from_bytes(raw[start : start + 32])
    return raw[start + 32 : start + 32 + min(length, 4096)]


def topic_address(value: Json) -> str:
    """Return the address that a topic holds; empty for anything else."""
    found = foreign.hash32(value)
    return "0x" + found[-40:] if found.startswith("0x" + "0" * 24) else ""


@cache
def _errors() -> dict[bytes, tuple[str, str]]:
    found = {}
    for reason in packaged_reverts():
        for signature in reason["errors"]:
            found[keccak256(signature.encode())[:4]] = (reason["class"], signature)
    return found


def refusal(raw: bytes) -> dict[str, Json]:
    """Return why a call was refused: `form` (error, panic, custom, none), `class`, and `text`.

    The text of form "error" was written by the contract's author, who may be anybody.
    """
    head, rest = raw[:4], raw[4:]
    if head == _ERROR:
        said = foreign.as_text((_tail(rest, 0) or b"").decode("utf-8", errors="replace"), 200)
        return {"form": "error", "class": classified(said), "text": said}
    if head == _PANIC and len(rest) >= 32:
        code = int.from_bytes(rest[:32])
        return {
            "form": "panic",
            "class": "contract_fault",
            "text": f"Panic({min(code, 2**32):#04x})",
        }
    if len(raw) >= 4:
        known = _errors().get(head)
        name = known[1] if known else "0x" + head.hex()
        return {"form": "custom", "class": known[0] if known else "unknown", "text": name}
    return {"form": "none", "class": "unknown", "text": ""}


def classified(said: str) -> str:
    """Return the class of a refusal that a contract put in words."""
    low = said.lower()
    for reason in packaged_reverts():
        if any(part in low for part in reason["texts"]):
            return str(reason["class"])
    return "unknown"


def refusal_data(fault: Json) -> bytes | None:
    """Return the bytes of a refusal, wherever the node put them.

    anvil and geth: `data`; hardhat: `data.data`; others inside `data.originalError.data`.
    """
    for _depth in range(4):
        if isinstance(fault, str):
            return foreign.data(fault.removeprefix("Reverted ").strip())
        if not isinstance(fault, dict):
            return None
        fault = fault.get("data", fault.get("originalError"))
    return None
