"""What is known of a call, what happens to it besides sound, and what follows for the desk."""

from enum import StrEnum
from typing import Protocol

import msgspec

from walletdesk.voice.menu import Menu
from walletdesk.voice.types import Said


class Stage(StrEnum):
    """Where a call stands."""

    NEW = "new"
    GREETING = "greeting"  # which language?
    MENU = "menu"
    CODE = "code"  # a one-time code is typed
    CONSENT = "consent"  # may it be recorded?
    WAITING = "waiting"  # in the queue, on hold
    OPTIONS = "options"  # hears place, wait and what else there is
    WHICH = "which"  # call back on this number or another one?
    NUMBER = "number"  # a number is typed
    RINGING = "ringing"  # an agent's telephone
    TALKING = "talking"
    MESSAGE = "message"  # is told to speak
    RECORDING = "recording"  # speaks
    SURVEY = "survey"
    DIALLING = "dialling"  # we call somebody
    READY = "ready"  # who was called is asked for a key
    PARTING = "parting"
    OVER = "over"


BEFORE_QUEUE = (Stage.NEW, Stage.GREETING, Stage.MENU, Stage.CODE, Stage.CONSENT)


class Role(StrEnum):
    """Why an agent's telephone is in a call."""

    AGENT = "agent"
    CONSULT = "consult"  # asked by the agent
    SUPERVISE = "supervise"


class Leg(msgspec.Struct, frozen=True, omit_defaults=True):
    """One agent's telephone in a call."""

    name: str
    membership: int
    role: Role = Role.AGENT
    mode: str = "talk"
    joined: bool = False


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the flow remembers of a call. Moments are seconds since 1970. Holds no digits."""

    stage: Stage = Stage.NEW
    language: str = ""
    path: str = ""
    tries: int = 0
    topic: str = ""
    urgency: int = 0
    team: int = 0
    always: bool = False
    consent: bool = False
    queued: bool = False
    waits: float = 0.0  # since when in the queue
    spoke: float = 0.0  # when place and wait were told last
    due: float = 0.0  # when a `Tick` changes something; 0: never
    play: int = 0  # number of the last `Play`
    next: int = 1  # number of the next command
    rings: int = 0
    legs: tuple[Leg, ...] = ()
    names: int = 0  # legs and recordings named so far
    held: bool = False
    recording: str = ""
    talks: float = 0.0  # since when with an agent
    answers: tuple[int, ...] = ()
    out: bool = False  # we called them,
    agent: int = 0  # for this member of staff
    left: bool = False  # something was left that people look at: a message, a call-back
    reason: str = ""

    @property
    def main(self) -> Leg | None:
        """The telephone of whoever has the call."""
        return next((leg for leg in self.legs if leg.role == Role.AGENT), None)

    def leg(self, name: str) -> Leg | None:
        """Return a leg by its name."""
        return next((leg for leg in self.legs if leg.name == name), None)


# --- what happens besides the port's events -----------------------------------------------


class Tick(msgspec.Struct, frozen=True):
    """Time has passed."""


class Taken(msgspec.Struct, frozen=True):
    """Somebody has taken the conversation of a call that waits."""

    membership: int


class CodeChecked(msgspec.Struct, frozen=True):
    """A one-time code was looked at; `status` is the code of what is told of their request."""

    good: bool
    status: str = ""


class PlaceKept(msgspec.Struct, frozen=True):
    """A call-back was noted, with the code by which its call is known; or refused ("")."""

    code: str = ""


class Queued(msgspec.Struct, frozen=True):
    """The caller stands in the queue: from now on place and wait are known. Answers `Enqueue`."""


class Hold(msgspec.Struct, frozen=True):
    """The agent puts the caller on hold, or takes them back."""

    on: bool


class Mute(msgspec.Struct, frozen=True):
    """Somebody mutes their own telephone, or ends that."""

    membership: int
    on: bool


class Consult(msgspec.Struct, frozen=True):
    """The agent asks a colleague while the caller is on hold."""

    membership: int


class Join(msgspec.Struct, frozen=True):
    """The caller, the agent and the colleague talk together."""


class Transfer(msgspec.Struct, frozen=True):
    """The colleague who was asked takes the call over."""


class Drop(msgspec.Struct, frozen=True):
    """A telephone leaves: the colleague's, a supervisor's, or (the agent's) the talk ends."""

    membership: int


class Supervise(msgspec.Struct, frozen=True):
    """A supervisor comes in, or changes how: "listen", "whisper", "talk"."""

    membership: int
    mode: str


class Keys(msgspec.Struct, frozen=True):
    """The agent presses keys."""

    keys: str


News = Tick | Taken | CodeChecked | PlaceKept | Queued
Order = Hold | Mute | Consult | Join | Transfer | Drop | Supervise | Keys

# --- what follows for the desk ------------------------------------------------------------


class Note(msgspec.Struct, frozen=True):
    """The timeline tells something of the call: a stable code, and seconds where they matter."""

    code: str
    seconds: float = 0.0


class Enqueue(msgspec.Struct, frozen=True):
    """The caller waits for a person from now on. Answered by `Queued`."""


class Release(msgspec.Struct, frozen=True):
    """Whoever took the call did not come to the telephone: it waits again, at its old place."""

    reason: str


class Moved(msgspec.Struct, frozen=True):
    """Somebody else has the conversation now."""

    membership: int
    by: int


class SendCode(msgspec.Struct, frozen=True):
    """A one-time code goes to the caller's number, if it is a customer's verified one."""


class CheckCode(msgspec.Struct, frozen=True):
    """Is this the one-time code? Answered by `CodeChecked`. Never stored."""

    keys: str


class KeepPlace(msgspec.Struct, frozen=True):
    """Call back on this number ("": the one they call from). Answered by `PlaceKept`."""

    number: str = ""


class SendLink(msgspec.Struct, frozen=True):
    """A link by which the caller goes on in the chat leaves by SMS."""


class Message(msgspec.Struct, frozen=True):
    """A voice message was left: somebody is to hear it."""

    name: str
    seconds: float


class Kept(msgspec.Struct, frozen=True):
    """A recording is complete."""

    name: str
    seconds: float


class Rate(msgspec.Struct, frozen=True):
    """What the caller answered: 1 to 5 each, `None` where nothing was pressed."""

    speed: int
    accuracy: int
    manner: int


class NotReached(msgspec.Struct, frozen=True):
    """Our call-back did not get through."""

    reason: str


class Settle(msgspec.Struct, frozen=True):
    """The call ended before anybody had to do with it."""


Effect = (
    Note
    | Enqueue
    | Release
    | Moved
    | SendCode
    | CheckCode
    | KeepPlace
    | SendLink
    | Message
    | Kept
    | Rate
    | NotReached
    | Settle
)

# --- what the flow is told of the world ---------------------------------------------------


class Place(msgspec.Struct, frozen=True):
    """Where a caller stands in the queue: 1 is next; minutes that four of five wait at most."""

    place: int
    minutes: int


class LineRules(msgspec.Struct, frozen=True):
    """How a number is answered."""

    languages: tuple[str, ...] = ("en",)
    record: str = "off"  # "ask" for consent, "announce" it, or "off"
    announce_seconds: int = 60
    overflow_seconds: int = 900  # then nobody is kept on hold any longer
    call_backs: bool = True
    messages: bool = True
    links: bool = False
    survey: bool = True


class Phrases(Protocol):
    """The words and sounds of a brand."""

    def say(self, language: str, key: str, **values: object) -> Said:
        """Return a prompt; what is not recorded has words only."""
        ...

    def entry(self, language: str, key: str, words: str) -> Said:
        """Return words of a menu, with the key that chooses them ("": none)."""
        ...


class Facts(msgspec.Struct, frozen=True):
    """The world at the moment of an event. `number`: the caller's can be called back.

    `language` is what the caller's chat is held in, "" when nothing is known.
    """

    now: float
    line: LineRules
    menu: Menu
    phrases: Phrases
    open: bool = True
    full: bool = False
    place: Place | None = None
    number: bool = False
    language: str = ""
    code: str = ""  # of our call-back: said to whom we call
