"""The state machine against any caller, agent, driver: no dead ends, no caller without an end."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from walletdesk.voice.flow import states
from walletdesk.voice.flow.states import (
    CheckCode,
    CodeChecked,
    Enqueue,
    Facts,
    KeepPlace,
    LineRules,
    Place,
    PlaceKept,
    Queued,
    Stage,
    State,
    Taken,
    Tick,
)
from walletdesk.voice.menu import Do, Entry, Menu, at, wrong
from walletdesk.voice.rules import as_heard, call_out, step
from walletdesk.voice.types import (
    Answered,
    Command,
    Connect,
    Dial,
    Digits,
    Failed,
    Hangup,
    Hold,
    HungUp,
    Incoming,
    LegAnswered,
    LegLeft,
    Play,
    Played,
    Recorded,
    Said,
    TakeMessage,
)

MENU = Menu(
    (
        Entry("1", {"en": "Emergency"}, topic="wallet_stolen", urgency=3, always=True),
        Entry(
            "2",
            {"en": "Technical"},
            Do.MENU,
            entries=(Entry("1", {"en": "App"}), Entry("2", {"en": "Say"}, Do.SAY)),
        ),
        Entry("3", {"en": "Status"}, Do.STATUS),
        Entry("4", {"en": "Back"}, Do.CALL_BACK),
        Entry("5", {"en": "Message"}, Do.MESSAGE),
        Entry("6", {"en": "Link"}, Do.LINK),
    )
)


class Echo:
    """Phrases that say their own keys."""

    def say(self, language: str, key: str, **values: object) -> Said:
        return Said(f"{language}:{key}{values or ''}")

    def entry(self, language: str, key: str, words: str) -> Said:
        return Said(f"{language}:{key}={words}")


def facts(now: float = 1000.0, **changes: object) -> Facts:
    known = Facts(now=now, line=LineRules(("en", "es"), record="ask"), menu=MENU, phrases=Echo())
    return msgspec.structs.replace(known, **changes)


LINES = st.builds(
    LineRules,
    languages=st.sampled_from([("en",), ("en", "es"), ("zh-hans", "en", "es")]),
    record=st.sampled_from(["off", "ask", "announce"]),
    announce_seconds=st.sampled_from([15, 60]),
    overflow_seconds=st.sampled_from([60, 900]),
    call_backs=st.booleans(),
    messages=st.booleans(),
    links=st.booleans(),
    survey=st.booleans(),
)
WORLDS = st.builds(
    lambda line, is_open, full, number, place: facts(
        line=line, open=is_open, full=full, number=number, place=place
    ),
    LINES,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, Place(1, 1), Place(4, 12), Place(40, 99)]),
)
LEGS = st.sampled_from(["leg1", "leg2", "leg3", "leg9"])
KEYS = st.sampled_from(["", "0", "1", "2", "3", "4", "5", "6", "9", "*", "#", "12", "123456"])
NEWS = st.one_of(
    st.just(Incoming("+34600111222", "+34911234567")),
    st.just(Answered()),
    st.just(Played()),
    st.builds(Digits, KEYS, st.integers(0, 9)),
    st.builds(Digits, KEYS),
    st.builds(LegAnswered, LEGS),
    st.builds(LegLeft, LEGS, st.sampled_from(["busy", "no_answer", "failed", "left", "lost"])),
    st.builds(
        Recorded,
        st.sampled_from(["talk2", "message1", "message2", "message-down"]),
        st.floats(0, 9),
    ),
    st.builds(HungUp, st.sampled_from(["caller", "lost", "failed", "us"])),
    st.just(Tick()),
    st.builds(Taken, st.integers(1, 3)),
    st.builds(CodeChecked, st.booleans(), st.just("open")),
    st.builds(PlaceKept, st.sampled_from(["", "1234"])),
    st.just(Queued()),
    st.builds(states.Hold, st.booleans()),
    st.builds(states.Mute, st.integers(1, 3), st.booleans()),
    st.builds(states.Consult, st.integers(1, 3)),
    st.just(states.Join()),
    st.just(states.Transfer()),
    st.builds(states.Drop, st.integers(1, 3)),
    st.builds(states.Supervise, st.integers(1, 3), st.sampled_from(["listen", "whisper", "talk"])),
    st.just(states.Keys("12")),
)


class World:
    """A driver that does what it is told, and desks that answer, around the flow."""

    def __init__(self, known: Facts, *, lazy: bool = False) -> None:
        self.known = known
        self.lazy = lazy  # a driver that is silent: only time passes
        self.state = State()
        self.heard: list[Command] = []

    def tell(self, event: object) -> None:
        """Tell one event, with a restart between any two: the state goes through its bytes."""
        kept = msgspec.json.decode(msgspec.json.encode(self.state), type=State)
        assert kept == self.state
        done = step(kept, event, self.known)  # type: ignore[arg-type]
        numbers = [number for number, _command in done.commands]
        assert numbers == list(range(kept.next, kept.next + len(numbers)))
        self.state = done.state
        self.check()
        for effect in done.effects:
            if isinstance(effect, CheckCode):
                self.tell(CodeChecked(good=False))
            if isinstance(effect, Enqueue):
                self.tell(Queued())
            if isinstance(effect, KeepPlace):
                self.tell(PlaceKept("1234" if self.known.number or effect.number else ""))
        self.heard += [command for _number, command in done.commands]

    def check(self) -> None:
        """Every state but the last and the first has an end in time."""
        if self.state.stage not in (Stage.OVER, Stage.NEW):
            assert self.state.due > 0, self.state

    def pass_time(self) -> None:
        """Let silence last until something happens by itself."""
        later = max(self.known.now, self.state.due)
        self.known = msgspec.structs.replace(self.known, now=later)
        self.tell(Tick())

    def end(self) -> int:
        """Let only time pass, and a driver obey, until the call is over; return the steps."""
        for turns in range(400):
            if self.state.stage in (Stage.OVER, Stage.NEW):
                return turns
            waits, self.heard = self.heard, []
            for command in [] if self.lazy else waits:
                self.obey(command)
            self.pass_time()
        raise AssertionError(f"without an end: {self.state}")

    def obey(self, command: Command) -> None:
        if isinstance(command, Play):
            self.tell(Digits() if command.collect else Played())
        elif isinstance(command, TakeMessage):
            self.tell(Recorded(command.name, 4.0))
        elif isinstance(command, Connect):
            self.tell(LegLeft(command.leg, "no_answer"))
        elif isinstance(command, Dial):
            self.tell(HungUp("no_answer"))
        elif isinstance(command, Hangup):
            self.tell(HungUp("us"))


@given(WORLDS, st.lists(NEWS, max_size=30), st.booleans())
@settings(max_examples=300)
def test_any_order_of_events_leaves_an_end_in_time(
    known: Facts, events: list[object], lazy: bool
) -> None:
    world = World(known, lazy=lazy)
    world.tell(Incoming("", ""))
    for event in events:
        world.known = msgspec.structs.replace(world.known, now=world.known.now + 7)
        world.tell(event)
    world.end()
    assert not world.state.legs or world.state.stage == Stage.NEW


@given(WORLDS, st.lists(KEYS, max_size=12))
@settings(max_examples=200)
def test_whoever_only_presses_keys_hears_words_at_each_point(
    known: Facts, pressed: list[str]
) -> None:
    world = World(known)
    world.tell(Incoming("", ""))
    world.tell(Answered())
    for keys in pressed:
        if world.state.stage in (Stage.OVER, Stage.PARTING, Stage.MESSAGE, Stage.RECORDING):
            break
        before = len(world.heard)
        world.tell(Digits(keys))
        on_hold = world.state.stage == Stage.WAITING
        assert len(world.heard) > before or on_hold
    assert any(isinstance(command, Play | Hold) for command in world.heard)


@given(WORLDS, NEWS)
def test_a_call_that_is_over_does_nothing_more(known: Facts, event: object) -> None:
    over = State(stage=Stage.OVER)
    done = step(over, event, known)  # type: ignore[arg-type]
    assert done.commands == ()


@pytest.mark.parametrize("key", ["7", "8", "9", "#", ""])
def test_wrong_keys_lead_to_a_person(key: str) -> None:
    world = World(facts(line=LineRules(("en",))))
    world.tell(Incoming("", ""))
    world.tell(Answered())
    for _time in range(3):
        world.tell(Digits(key))
    assert world.state.queued


def test_late_keys_of_an_earlier_prompt_do_not_count() -> None:
    world = World(facts(line=LineRules(("en",))))
    world.tell(Incoming("", ""))
    world.tell(Answered())
    first = world.state.play
    world.tell(Digits("2", first))
    world.tell(Digits("1", first))
    assert (world.state.stage, world.state.path) == (Stage.MENU, "2")


def test_at_night_only_emergencies_wait_for_people() -> None:
    for key, queued in (("1", True), ("2", False)):
        world = World(facts(line=LineRules(("en",)), open=False))
        world.tell(Incoming("", ""))
        world.tell(Answered())
        for pressed in (key, *(["1"] if key == "2" else [])):
            world.tell(Digits(pressed))
        assert world.state.queued is queued


def talking() -> World:
    world = World(facts(line=LineRules(("en",)), number=True))
    for event in (
        Incoming("", ""),
        Answered(),
        Digits("1"),
        Digits(""),
        Taken(1),
        LegAnswered("leg1"),
    ):
        world.tell(event)
    assert world.state.stage == Stage.TALKING
    return world


def test_a_colleague_is_asked_and_takes_over() -> None:
    world = talking()
    world.tell(states.Consult(2))
    assert world.state.held
    world.tell(states.Transfer())  # not yet there
    assert world.state.main.membership == 1  # type: ignore[union-attr]
    world.tell(LegAnswered("leg2"))
    world.tell(states.Transfer())
    assert [(leg.membership, leg.role) for leg in world.state.legs] == [(2, "agent")]
    assert not world.state.held
    world.tell(LegLeft("leg2"))
    assert world.state.stage == Stage.SURVEY


def test_a_broken_telephone_puts_the_caller_back_not_out() -> None:
    world = talking()
    world.tell(LegLeft("leg1", "failed"))
    assert world.state.stage == Stage.OPTIONS
    assert world.state.queued


def test_without_a_place_for_sound_a_call_back_is_offered_at_once() -> None:
    """Other agents' telephones would ring in vain; who waits on keeps the place."""
    world = World(facts(line=LineRules(("en",)), number=True))
    for event in (Incoming("", ""), Answered(), Digits("1"), Digits(""), Taken(1)):
        world.tell(event)
    assert world.state.stage == Stage.RINGING
    full = as_heard(Failed(9, "full"), Connect("leg1", 1))
    world.tell(full)
    assert world.state.stage == Stage.OPTIONS
    assert world.state.queued
    asked = [each for each in world.heard if isinstance(each, Play)][-1]
    assert asked.said[0].text == "en:full"
    assert dict(asked.choices).keys() >= {"1", "2", "3"}
    world.tell(Digits("2"))
    assert world.state.stage == Stage.WHICH


def test_whoever_is_called_back_hears_the_code_before_anybody_talks() -> None:
    known = facts(code="4271")
    done = call_out(agent=5, language="en", facts=known)
    world = World(known)
    world.state = done.state
    assert isinstance(done.commands[0][1], Dial)
    world.tell(Answered())
    said = [each for each in world.heard if isinstance(each, Play)][-1]
    assert any("4 2 7 1" in one.text for one in said.said)
    world.tell(Digits("1"))
    assert isinstance(world.heard[-1], Connect)


def test_each_failed_command_is_an_event_that_goes_on() -> None:
    assert as_heard(Failed(3, "full"), Connect("leg1", 4)) == LegLeft("leg1", "full")
    assert as_heard(Failed(3, "x"), Connect("leg1", 4)) == LegLeft("leg1", "failed")
    assert as_heard(Failed(3, "full"), Dial("")) == HungUp("failed")
    assert as_heard(Failed(3, "x"), Play(())) == Played(3)
    assert isinstance(as_heard(Failed(3, "x"), Hold()), Failed)


def test_menus_say_what_is_wrong_with_them() -> None:
    assert wrong(MENU, ["en"]) == {"22": "answer"}
    assert wrong(Menu(()), ["en"]) == {"menu": "empty"}
    twice = Menu((Entry("1", {"en": "A"}), Entry("1", {"en": "B"})))
    assert wrong(twice, ["en"]) == {"1": "key_twice"}
    assert wrong(MENU, ["en", "es"])["1"] == "words"
    assert at(MENU, "29") == MENU.entries
