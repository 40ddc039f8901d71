"""What a transport gets."""

from collections.abc import Callable
from dataclasses import dataclass

from walletdesk.integrations.email.outgoing.types import Letter


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """A mail ready to leave; `raw` is signed.

    `handing_over` must be called, and must return, right before the far side could accept it: it
    raises when another attempt has begun meanwhile.
    """

    letter: Letter
    raw: bytes
    handing_over: Callable[[], None]
