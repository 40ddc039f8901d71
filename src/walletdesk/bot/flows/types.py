"""What a flow is made of, what is known while it runs, and what the engine decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Texts = Mapping[str, str]  # language of a brand → text
UNKNOWN = ""  # the value of a fact that the customer does not know
KNOWN = "known"  # in a case: any value but UNKNOWN
NOT_KNOWN = "unknown"  # in a case: UNKNOWN


class StepKind(StrEnum):
    """What a step does."""

    ASK = "ask"
    BRANCH = "branch"
    TELL = "tell"
    TOOL = "tool"
    HAND_OVER = "hand_over"
    END = "end"


LAST = frozenset({StepKind.HAND_OVER, StepKind.END})


class Answer(StrEnum):
    """What answers a question. All but TEXT are found in any message of the conversation."""

    TEXT = "text"
    CHOICE = "choice"
    TRANSACTION = "transaction"
    ADDRESS = "address"
    NETWORK = "network"
    AMOUNT = "amount"
    EMAIL = "email"
    DEVICE = "device"
    DATE = "date"
    LINK = "link"


class Tool(StrEnum):
    """What a step can look up. All only read."""

    DIAGNOSE = "diagnose"
    VERIFY = "verify"
    QUEUE_TIME = "queue_time"


# What each tool answers: the values that a branch can ask for.
RESULTS: Mapping[Tool, tuple[str, ...]] = {
    Tool.DIAGNOSE: ("self_solved", "somebody_else", "person_now", "nothing"),
    Tool.VERIFY: ("official", "fake", "doubtful", "nothing"),
    Tool.QUEUE_TIME: ("told", "nothing"),
}
NEEDS = {Tool.DIAGNOSE: (Answer.TRANSACTION, Answer.ADDRESS), Tool.VERIFY: (Answer.LINK,)}
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Option:
    """A button of a question. `words`: how customers say it, in any language; `next`: "" as usual.

    `value` is what the fact becomes.
    """

    value: str
    label: Texts
    words: tuple[str, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One way out of a branch: for these values of its fact. See KNOWN and NOT_KNOWN."""

    values: tuple[str, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. What does not belong to its kind is empty.

    `next` "" is the step below. `fact` is what ASK fills, BRANCH looks at and TOOL looks up; `name`
    is what staff read before the fact's value. `optional`: the customer may say "I don't know".
    `result` is the fact that TOOL fills.
    """

    id: str
    kind: StepKind
    text: Texts = field(default_factory=dict)
    next: str = ""
    fact: str = ""
    answer: Answer = Answer.TEXT
    name: Texts = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    optional: bool = False
    cases: tuple[Case, ...] = ()
    article: str = ""
    tool: Tool = Tool.DIAGNOSE
    result: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow: the topics that begin it, and its steps, the first of which comes first."""

    topics: tuple[str, ...]
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step | None:
        """Return a step by its name."""
        return next((step for step in self.steps if step.id == name), None)

    def after(self, step: Step) -> str:
        """Return the name of the step that follows: its `next`, else the one below, else ""."""
        if step.next:
            return step.next
        names = [each.id for each in self.steps]
        return next(iter(names[names.index(step.id) + 1 :]), "")

    def ways(self, step: Step) -> list[str]:
        """Return where a step can lead, in the order of its options or cases."""
        if step.kind in LAST:
            return []
        special = [*(each.next for each in step.options), *(each.next for each in step.cases)]
        return list(dict.fromkeys([*filter(None, special), self.after(step)]))

    @property
    def questions(self) -> list[Step]:
        """Return the steps that ask."""
        return [step for step in self.steps if step.kind is StepKind.ASK]


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known: a stable value, the words that people read, and the message that said it.

    `seq` 0: no message of the conversation.
    """

    value: str
    shown: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """How far a run is. The way is walked anew each time, so that facts alone decide where it is.

    `told`: the steps that were told. `tries`: how often an answer to a step was not understood.
    `rounds`: how often a loop began anew. `asking` is the step whose question stands, `waiting` the
    one whose result is awaited. `aside`: how often something else was asked in between.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    tries: Mapping[str, int] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)
    asking: str = ""
    waiting: str = ""
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """What a customer's new messages say to a flow.

    `facts` are found without regard to the question, `answer` is what answers it. The others are
    wishes and moods.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    answer: Fact | None = None
    corrects: bool = False
    skips: bool = False
    cancels: bool = False
    elsewhere: bool = False
    calls: str = ""  # the reason for which a person must come, see bot.types.Reason


class Then(StrEnum):
    """How a turn ends."""

    ASKED = "asked"
    RUN = "run"  # the tool of `step` is to be run; `resume` goes on
    AWAIT = "await"
    ASIDE = "aside"  # something else was asked; afterwards the question stands again
    HANDED_OVER = "handed_over"
    DONE = "done"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Turn:
    """What the engine decides: first `told` is said in its order, then what `then` names.

    `step` asks, runs, hands over or ends; None where there is none. `again`: the question was not
    understood. `corrected` is the fact that was changed.
    """

    state: State
    then: Then
    step: Step | None = None
    told: tuple[Step, ...] = ()
    again: bool = False
    corrected: Fact | None = None
    reason: str = ""
