"""Ways to ask that outside rooms provide, put in at the composition root."""

from typing import Protocol

from walletdesk.surveys.models import Invitation
from walletdesk.surveys.types import Way


class Poster(Protocol):
    """Carries a link to a customer. Both run in the transaction of who asks; neither sends."""

    def recipient(self, invitation: Invitation) -> bytes | None:
        """Return the mark of the verified address that would be used, None without one."""

    def phone(self, invitation: Invitation) -> str:
        """Return the number that would be used, "" when it is none: for the hour that it is."""

    def plan(self, invitation: Invitation) -> bool:
        """Plan the message; False when it cannot leave now, so that it is tried again later."""


_posters: dict[Way, Poster] = {}


def use_poster(way: Way, poster: Poster) -> None:
    """Ask by this from now on."""
    _posters[way] = poster


def poster(way: Way) -> Poster | None:
    """Return who asks by this way."""
    return _posters.get(way)
