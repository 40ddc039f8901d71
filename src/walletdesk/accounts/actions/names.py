"""Names that people give to themselves, to teams and to passkeys."""

from typing import ClassVar

from walletdesk.accounts.rules import tidy_name
from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard

PERSON_LENGTH = 80
TEAM_LENGTH = 60


class BadName(BadInput):
    """A name is empty, too long, cannot be shown, or holds a secret. Field `most`: characters."""

    code: ClassVar[str] = "bad_name"


def checked_name(text: str, most: int) -> str:
    """Return a name in one line and without what would disguise it. Raises BadName."""
    name = tidy_name(text)
    if name is None or not 0 < len(name) <= most or guard.check(name).kinds:
        raise BadName(most=most)
    return name
