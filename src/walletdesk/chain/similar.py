"""Addresses and names that are made to be taken for others."""

import unicodedata
from typing import Final

_ENDS: Final = 4  # wallets show this many letters of both ends (MetaMask's findSimilarAddresses)
_ALIKE: Final = str.maketrans(
    "аеорсхуіѕԁтмнквАЕОРСХУІЅТМНКВ₮0$", "aeopcxyisdtmhkbAEOPCXYISTMHKBTOS"
)


def alike(one: str, other: str) -> bool:
    """Tell whether two different addresses show the same beginning and the same end."""
    if one.lower() == other.lower() or one[:2].lower() != other[:2].lower():
        return one[:1] == other[:1] and one != other and _same_ends(one[1:], other[1:])
    if one[:2].lower() == "0x":
        return _same_ends(one[2:].lower(), other[2:].lower())
    return one != other and _same_ends(one[1:], other[1:])


def _same_ends(one: str, other: str) -> bool:
    return one != other and one[:_ENDS] == other[:_ENDS] and one[-_ENDS:] == other[-_ENDS:]


def skeleton(name: str) -> str:
    """Return a token's name as a hurried reader takes it in: look-alikes joined, marks gone."""
    parts = unicodedata.normalize("NFKD", name).translate(_ALIKE)
    return "".join(c for c in parts if c.isalnum()).upper().replace("0", "O")
