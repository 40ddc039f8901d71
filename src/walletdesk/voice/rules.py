"""The flow of a call: `step(state, event, facts)` says what comes next. Pure, and never stuck.

Every state but the last has an end in time: a `Tick` after `due` does what silence would. What does
not fit a state (a late or repeated event) changes nothing.
"""

from collections.abc import Callable
from typing import Any

from walletdesk.voice.flow import calling, ending, entering, states, talking, waiting
from walletdesk.voice.flow.ending import FAILED
from walletdesk.voice.flow.states import (
    CodeChecked,
    Facts,
    News,
    Order,
    PlaceKept,
    Queued,
    Stage,
    State,
    Taken,
    Tick,
)
from walletdesk.voice.flow.writing import Step, Writer
from walletdesk.voice.types import (
    Answered,
    Command,
    Connect,
    Dial,
    Digits,
    Event,
    Failed,
    HungUp,
    Incoming,
    LegAnswered,
    LegLeft,
    Play,
    Played,
    Recorded,
    TakeMessage,
)

__all__ = ["Step", "as_heard", "call_out", "step"]

KEYS: dict[Stage, Callable[[Writer, Digits], None]] = {
    Stage.GREETING: entering.choose_language,
    Stage.MENU: entering.choose_entry,
    Stage.CODE: entering.take_code,
    Stage.CONSENT: entering.take_consent,
    Stage.WAITING: waiting.key_on_hold,
    Stage.OPTIONS: waiting.take_choice,
    Stage.WHICH: waiting.choose_number,
    Stage.NUMBER: waiting.take_number,
    Stage.SURVEY: ending.take_answer,
    Stage.READY: calling.take_ready,
}
ORDERS: dict[type[Any], Callable[[Writer, Any], None]] = {
    states.Hold: talking.hold_caller,
    states.Mute: talking.mute,
    states.Consult: talking.consult,
    states.Join: talking.join,
    states.Transfer: talking.transfer,
    states.Drop: talking.drop,
    states.Supervise: talking.supervise,
    states.Keys: talking.press,
}
IN_QUEUE = (Stage.WAITING, Stage.OPTIONS, Stage.WHICH, Stage.NUMBER)


def step(state: State, event: Event | News | Order, facts: Facts) -> Step:
    """Return what an event leads to."""
    write = Writer(state, facts)
    if state.stage == Stage.OVER and not isinstance(event, Recorded):
        return write.step()
    handler = HANDLERS.get(type(event))
    if handler is not None:
        handler(write, event)
    elif type(event) in ORDERS and state.stage == Stage.TALKING:
        ORDERS[type(event)](write, event)
    return write.step()


def call_out(*, agent: int, language: str, facts: Facts) -> Step:
    """Return the first step of a call-back that a member of staff makes."""
    write = Writer(State(), facts)
    calling.dial(write, agent, language)
    return write.step()


def as_heard(failed: Failed, command: Command | None) -> Event:
    """Return what a command that failed amounts to, so that no failure is a dead end."""
    if isinstance(command, Play):
        return Digits("", failed.command) if command.collect else Played(failed.command)
    if isinstance(command, Connect):
        return LegLeft(command.leg, "full" if failed.code == "full" else "failed")
    if isinstance(command, TakeMessage):
        return Recorded(command.name, FAILED)
    if isinstance(command, Dial):
        return HungUp("failed")
    return failed


def _incoming(write: Writer, _heard: Incoming) -> None:
    if write.state.stage == Stage.NEW:
        entering.begin(write)


def _answered(write: Writer, _heard: Answered) -> None:
    if write.state.stage == Stage.GREETING and not write.state.play:
        entering.greet(write)
    elif write.state.stage == Stage.DIALLING:
        calling.ask_ready(write)


def _digits(write: Writer, heard: Digits) -> None:
    state = write.state
    late = heard.command and state.play and heard.command != state.play
    on_hold = state.stage == Stage.WAITING
    if (late and not on_hold) or state.stage not in KEYS or (not heard.keys and on_hold):
        return
    if state.stage == Stage.GREETING and not state.play:
        return  # a key before anything was asked
    KEYS[state.stage](write, heard)


def _played(write: Writer, heard: Played) -> None:
    state = write.state
    if heard.command and heard.command != state.play:
        return
    if state.stage == Stage.MESSAGE:
        waiting.record_message(write)
    elif state.stage == Stage.PARTING and not state.reason:
        write.hang_up("done")


def _taken(write: Writer, news: Taken) -> None:
    if write.state.stage in IN_QUEUE:
        waiting.ring_agent(write, news)


def _code_checked(write: Writer, news: CodeChecked) -> None:
    if write.state.stage == Stage.CODE:
        entering.code_checked(write, news)


def _place_kept(write: Writer, news: PlaceKept) -> None:
    if write.state.stage not in (Stage.TALKING, Stage.RINGING, Stage.PARTING):
        waiting.place_kept(write, news)


def _queued(write: Writer, _news: Queued) -> None:
    if write.state.stage == Stage.WAITING:
        waiting.tell_first(write)


def _tick(write: Writer, _news: Tick) -> None:
    state = write.state
    if not state.due or write.facts.now < state.due:
        return
    if state.stage in SILENCES:
        SILENCES[state.stage](write)
    else:
        _digits(write, Digits("", state.play))


def _silent_parting(write: Writer) -> None:
    """Hang up; when even that is not answered, the call is over for us."""
    if write.state.reason:
        ending.over(write, HungUp(write.state.reason))
    else:
        write.hang_up("done")


def _silent_ring(write: Writer) -> None:
    talking.not_taken_up(write, "no_answer")


def _silent_message(write: Writer) -> None:
    ending.recorded(write, Recorded(write.state.recording, 0.0))


def _gone(write: Writer) -> None:
    """Nobody ever answered: the call never came about."""
    write.hang_up("lost")


def _silent_dial(write: Writer) -> None:
    write.follow(states.NotReached("no_answer"))
    write.hang_up("no_answer")


def _silent_greeting(write: Writer) -> None:
    if write.state.play:
        entering.choose_language(write, Digits())
    else:
        _gone(write)


SILENCES: dict[Stage, Callable[[Writer], None]] = {
    Stage.GREETING: _silent_greeting,
    Stage.WAITING: waiting.time_to_tell,
    Stage.RINGING: _silent_ring,
    Stage.TALKING: talking.too_long,
    Stage.MESSAGE: waiting.record_message,
    Stage.RECORDING: _silent_message,
    Stage.DIALLING: _silent_dial,
    Stage.PARTING: _silent_parting,
}
HANDLERS: dict[type[Any], Callable[[Writer, Any], None]] = {
    Incoming: _incoming,
    Answered: _answered,
    Digits: _digits,
    Played: _played,
    LegAnswered: talking.leg_answered,
    LegLeft: talking.leg_left,
    Recorded: ending.recorded,
    HungUp: ending.over,
    Tick: _tick,
    Taken: _taken,
    CodeChecked: _code_checked,
    PlaceKept: _place_kept,
    Queued: _queued,
}
