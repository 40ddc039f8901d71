"""The right to open one leg of a call: signed, for a minute."""

import msgspec
from django.core import signing

SECONDS = 60  # from the button to the open line
OLD_SECONDS = 3_600  # until the flow has read whose call it is
_SALT = "walletdesk.voice.leg"
KINDS = frozenset({"caller", "agent"})


class BadToken(Exception):
    """The token is not ours, or too old."""


class LegToken(msgspec.Struct, frozen=True):
    """Whose leg it is: "caller" and a conversation's ref, or "agent" and a membership's number."""

    kind: str
    subject: str


def leg_token(kind: str, subject: str, *, key: str | None = None) -> str:
    """Return a token for who has been let in already."""
    return signing.dumps([kind, subject], key=key, salt=_SALT)


def read_leg_token(token: str, *, old: bool = False, key: str | None = None) -> LegToken:
    """Return what a token says. `old`: the line has been opened with it. Raises BadToken."""
    try:
        kind, subject = signing.loads(
            token, key=key, salt=_SALT, max_age=OLD_SECONDS if old else SECONDS
        )
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    return LegToken(kind, subject)
