"""What a message says about going up. Pure."""

import re
from collections.abc import Callable

from walletdesk.escalation.types import Reading
from walletdesk.language.anger import anger_of
from walletdesk.language.supervisor import wants_supervisor

_MASK = re.compile(r"⟦[^⟧]*(?:⟧|$)")


def read(text: str, is_request_for_person: Callable[[str], bool]) -> Reading:
    """Return what a message says. `is_request_for_person` is asked only where it can decide."""
    plain = _MASK.sub(" ", text)
    asked = wants_supervisor(plain)
    if not asked and wants_supervisor(plain, asks_for_person=True):
        asked = is_request_for_person(plain)
    return Reading(asked, anger_of(plain))
