"""The port between a call's flow and what carries its sound, and the values that cross it.

The flow (`voice.rules`) takes an `Event` and answers with `Command`s. Both are kept in the
database in order before anything is done, so a driver that was killed is told again what it has
not yet done: each command must be harmless when it is carried out twice.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

AUDIO_RATE = 8_000  # samples a second: sound crosses this port as WAV, PCM 16 bit, one channel


class Said(msgspec.Struct, frozen=True):
    """Something that is spoken: its words for screens and logs, and the sounds it is made of.

    `sounds` are ids that the port's `sound` opens; none means that only the words are shown.
    """

    text: str
    sounds: tuple[str, ...] = ()


class Collect(msgspec.Struct, frozen=True):
    """Digits that are waited for while and after something is spoken.

    Ends with `digits` keys, with `end`, or `seconds` after the last sound or key. `hidden` digits
    (a one-time code) never come into a log.
    """

    digits: int = 1
    seconds: float = 6.0
    end: str = "#"
    hidden: bool = False


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """Take the call up. Heard back: `Answered`."""


class Play(msgspec.Struct, frozen=True, tag="play"):
    """Speak. Heard back: `Played`, or `Digits` when `collect` is set (empty: nothing was pressed).

    A key interrupts what is spoken if `collect` is set. `choices` (key, words) are shown as buttons
    to a caller who has a screen.
    """

    said: tuple[Said, ...]
    collect: Collect | None = None
    choices: tuple[tuple[str, str], ...] = ()


class Hold(msgspec.Struct, frozen=True, tag="hold"):
    """Play the hold sound until the next command. `text` tells a screen place and wait.

    A key that is pressed meanwhile is heard as `Digits`; `choices` as in `Play`.
    """

    text: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class Connect(msgspec.Struct, frozen=True, tag="connect"):
    """Ring an agent's telephone and join it with the caller when it is taken up.

    `leg` names it from now on; `mode` is what that leg hears and says: "talk", "listen" (hears
    both, nobody hears it), "whisper" (the agent alone hears it). Heard back: `LegAnswered` or
    `LegLeft`. `number` is used instead of the agent's own telephone when it is set.
    """

    leg: str
    membership: int = 0
    mode: str = "talk"
    number: str = ""


class SetMode(msgspec.Struct, frozen=True, tag="set_mode"):
    """Change what a joined leg hears and says: "talk", "listen", "whisper", "muted" or "held".

    The leg "caller" is the caller: held, they hear the hold sound while the others talk.
    """

    leg: str
    mode: str


class Disconnect(msgspec.Struct, frozen=True, tag="disconnect"):
    """Let one leg go; the call goes on. Heard back: `LegLeft`."""

    leg: str


class Press(msgspec.Struct, frozen=True, tag="press"):
    """Send keys to the caller's side (RFC 4733), as if an agent pressed them."""

    keys: str


class Record(msgspec.Struct, frozen=True, tag="record"):
    """Record both sides from now on, one channel each, under `name` until `StopRecording`."""

    name: str


class StopRecording(msgspec.Struct, frozen=True, tag="stop_recording"):
    """End a recording. Heard back: `Recorded`."""

    name: str


class TakeMessage(msgspec.Struct, frozen=True, tag="take_message"):
    """Record what the caller says after a tone, until silence, a "#", or `seconds`."""

    name: str
    seconds: float = 120.0
    silence: float = 4.0


class Dial(msgspec.Struct, frozen=True, tag="dial"):
    """Call somebody, who then is this call's caller. Heard back: `Answered` or `HungUp`."""

    number: str
    seconds: float = 40.0


class Hangup(msgspec.Struct, frozen=True, tag="hangup"):
    """End the call and all its legs. Heard back: `HungUp`."""

    reason: str = ""


Command = (
    Answer
    | Play
    | Hold
    | Connect
    | SetMode
    | Disconnect
    | Press
    | Record
    | StopRecording
    | TakeMessage
    | Dial
    | Hangup
)


class Incoming(msgspec.Struct, frozen=True, tag="incoming"):
    """Somebody calls. `caller` is what the network claims, which proves nothing.

    `token` is a chat visitor's right to a conversation, when the call comes out of the chat.
    """

    caller: str
    called: str
    token: str = ""


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The caller and we are connected."""


class Played(msgspec.Struct, frozen=True, tag="played"):
    """What was to be spoken has been. `command` is the number of that `Play` (0: not known)."""

    command: int = 0


class Digits(msgspec.Struct, frozen=True, tag="digits"):
    """Keys that were pressed; "" when the time was up. `command` as in `Played`."""

    keys: str = ""
    command: int = 0


class LegAnswered(msgspec.Struct, frozen=True, tag="leg_answered"):
    """A leg has been taken up and is joined."""

    leg: str


class LegLeft(msgspec.Struct, frozen=True, tag="leg_left"):
    """A leg is gone, or was never taken up: `reason` "busy", "no_answer", "failed", "left"."""

    leg: str
    reason: str = "left"


class Recorded(msgspec.Struct, frozen=True, tag="recorded"):
    """A recording or message is complete; the port's `keep` has its sound already."""

    name: str
    seconds: float


class HungUp(msgspec.Struct, frozen=True, tag="hung_up"):
    """The call is over: `reason` "caller", "us", "busy", "no_answer", "failed", "lost"."""

    reason: str = "caller"


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A command could not be carried out: its number within the call, and a code."""

    command: int
    code: str


Event = Incoming | Answered | Played | Digits | LegAnswered | LegLeft | Recorded | HungUp | Failed


class Desk(Protocol):
    """What a driver is given: where it tells what happens, and where sounds lie."""

    def hear(self, call: str, event: Event) -> Awaitable[None]:
        """Take news of a call, kept when this returns. `call` is the driver's own name for it."""
        ...

    def sound(self, sound: str) -> Awaitable[bytes]:
        """Return a sound as WAV (`AUDIO_RATE`). Raises KeyError when there is none."""
        ...

    def keep(self, call: str, name: str, wav: bytes) -> Awaitable[None]:
        """Keep a recording, encrypted. Doing it twice keeps the last."""
        ...


class Driver(Protocol):
    """What carries the sound: browsers and SIP in our own process, Asterisk, a provider."""

    async def start(self, desk: Desk) -> None:
        """Begin to take calls. Returns when calls can come."""
        ...

    async def carry_out(self, call: str, number: int, command: Command) -> None:
        """Begin a command; what comes of it is heard by the desk. Numbers rise within a call."""
        ...

    async def calls(self) -> frozenset[str]:
        """Return the calls that are alive, those of a killed predecessor included."""
        ...

    async def stop(self) -> None:
        """Take no more calls and let go of what is open."""
        ...


DriverFactory = Callable[[], Driver]
