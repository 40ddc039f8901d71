"""Names that we give to things in Asterisk: who was killed finds its things again by them."""

import re
from typing import Final, NamedTuple

SIDES: Final = ("in", "out")
"""What the caller says, and what the caller hears."""
MESSAGE: Final = "message"
NUMBER: Final = re.compile(r"\+?[0-9]{3,20}")
_PREFIX: Final = "walletdesk~"
_FALLBACK: Final = "fallback~"


class Stored(NamedTuple):
    """A recording of ours: its call, the name that the flow gave it, and which part it is."""

    call: str
    name: str
    part: str

    def files(self) -> list[str]:
        """Return the files that belong to the recording."""
        parts = SIDES if self.part in SIDES else (self.part,)
        return [recording(self.call, self.name, part) for part in parts]


class Fallback(NamedTuple):
    """A message that the dialplan took while we were down."""

    call: str
    caller: str
    called: str


def leg_channel(call: str, leg: str) -> str:
    """Return the id of a leg's channel."""
    return f"{call}~leg~{leg}"


def leg_of(channel: str) -> tuple[str, str] | None:
    """Return call and leg of a leg's channel, None for other channels."""
    call, found, leg = channel.partition("~leg~")
    return (call, leg) if found and "~" not in leg else None


def bridge_of(call: str) -> str:
    """Return the id of the bridge in which a call's people talk."""
    return f"{call}~bridge"


def playback(call: str, number: int) -> str:
    """Return the id of what a command plays."""
    return f"{call}~play~{number}"


def call_of(playback_id: str) -> str:
    """Return the call to which a playback belongs."""
    return playback_id.partition("~play~")[0]


def command_of(playback_id: str) -> int:
    """Return the number of the command that plays it."""
    return int(playback_id.rpartition("~")[2])


def recording(call: str, name: str, part: str) -> str:
    """Return the name of a recording's file."""
    return f"{_PREFIX}{call}~{name}~{part}"


def stored(file: str) -> Stored | None:
    """Read the name of a recording's file, None when it is not ours."""
    parts = file.removeprefix(_PREFIX).split("~")
    return Stored(*parts) if file.startswith(_PREFIX) and len(parts) == 3 else None


def fallback(file: str) -> Fallback | None:
    """Read the name of a message that the dialplan took."""
    parts = file.removeprefix(_FALLBACK).split("~")
    return Fallback(*parts) if file.startswith(_FALLBACK) and len(parts) == 3 else None
