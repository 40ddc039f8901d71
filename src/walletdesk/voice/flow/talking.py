"""An agent's telephone rings, they talk, ask a colleague, hand over; a supervisor comes in."""

from walletdesk.voice.flow import states
from walletdesk.voice.flow.ending import after_talk
from walletdesk.voice.flow.states import Leg, Moved, Note, Release, Role, Stage
from walletdesk.voice.flow.waiting import RINGS, hold, offer_choices
from walletdesk.voice.flow.writing import Writer
from walletdesk.voice.types import (
    Disconnect,
    LegAnswered,
    LegLeft,
    Press,
    Record,
    SetMode,
    StopRecording,
)

LONGEST_TALK = 4 * 3600.0
LOST = ("failed", "lost")  # a telephone broke: the caller did not mean to end


def leg_answered(write: Writer, heard: LegAnswered) -> None:
    """Join a telephone that was taken up."""
    leg = write.state.leg(heard.leg)
    if leg is None or leg.joined:
        return
    write.change_leg(leg.name, joined=True)
    if leg.role == Role.AGENT and write.state.stage == Stage.RINGING:
        _connected(write)


def _connected(write: Writer) -> None:
    state = write.state
    write.go(Stage.TALKING, within=LONGEST_TALK)
    write.set(talks=state.talks or write.facts.now, rings=0, queued=False, held=False)
    write.follow(Note("connected", max(0.0, write.facts.now - (state.waits or write.facts.now))))
    if state.consent and not state.recording.startswith("talk"):
        names = write.state.names + 1
        write.set(names=names, recording=f"talk{names}")
        write.do(Record(f"talk{names}"))


def leg_left(write: Writer, heard: LegLeft) -> None:
    """Go on without a telephone that is gone."""
    leg = write.state.leg(heard.leg)
    if leg is None:
        return
    write.lose_leg(leg.name)
    if write.state.stage == Stage.RINGING and leg.role == Role.AGENT:
        not_taken_up(write, heard.reason)
    elif write.state.stage == Stage.TALKING and leg.role == Role.AGENT:
        _agent_left(write, leg, heard.reason)
    elif leg.role == Role.CONSULT and write.state.held:
        _caller_back(write)


def not_taken_up(write: Writer, reason: str) -> None:
    """Have the caller wait again at the old place: the agent did not come, or is gone."""
    state = write.state
    for leg in state.legs:
        write.do(Disconnect(leg.name))
    rings = state.rings + 1
    write.set(legs=(), rings=rings, queued=True, waits=state.waits or write.facts.now)
    write.follow(Release(reason))
    if reason == "lost":
        offer_choices(write, "", before=[write.say("cut_off")])
    elif reason == "full":  # no place for more sound: asking other agents would not help
        write.set(rings=0)
        offer_choices(write, "full")
    elif rings >= RINGS:
        write.set(rings=0)
        offer_choices(write, "nobody_came")
    else:
        hold(write)


def _agent_left(write: Writer, leg: Leg, reason: str) -> None:
    colleague = next((each for each in write.state.legs if _can_go_on(each)), None)
    if colleague is not None:
        _hand_to(write, colleague, leg.membership)
    elif reason in LOST:
        _stop_recording(write)
        write.set(talks=0.0)
        not_taken_up(write, "lost")
    else:
        _talk_ends(write)


def _can_go_on(leg: Leg) -> bool:
    return leg.role == Role.CONSULT and leg.joined


def _hand_to(write: Writer, leg: Leg, by: int) -> None:
    write.change_leg(leg.name, role=Role.AGENT)
    write.follow(Moved(leg.membership, by))
    if write.state.held:
        _caller_back(write)


def _caller_back(write: Writer) -> None:
    write.set(held=False)
    write.do(SetMode("caller", "talk"))


def _stop_recording(write: Writer) -> None:
    if write.state.recording.startswith("talk"):
        write.do(StopRecording(write.state.recording))
        write.set(recording="")


def _talk_ends(write: Writer) -> None:
    _stop_recording(write)
    for leg in write.state.legs:
        write.do(Disconnect(leg.name))
    talked = write.facts.now - write.state.talks
    write.set(legs=(), held=False)
    write.follow(Note("ended", talked))
    after_talk(write)


def too_long(write: Writer) -> None:
    """Nobody talks that long: something is stuck."""
    _talk_ends(write)


# --- what agents do -----------------------------------------------------------------------


def hold_caller(write: Writer, order: states.Hold) -> None:
    """Put the caller on hold, or take them back."""
    if order.on != write.state.held:
        write.set(held=order.on)
        write.do(SetMode("caller", "held" if order.on else "talk"))


def mute(write: Writer, order: states.Mute) -> None:
    """Mute somebody's own telephone."""
    leg = _of(write, order.membership)
    if leg is not None and leg.joined and leg.mode in ("talk", "muted"):
        mode = "muted" if order.on else "talk"
        write.change_leg(leg.name, mode=mode)
        write.do(SetMode(leg.name, mode))


def consult(write: Writer, order: states.Consult) -> None:
    """Ring a colleague while the caller hears the hold sound: one at a time."""
    there = {leg.membership for leg in write.state.legs}
    busy = any(leg.role == Role.CONSULT for leg in write.state.legs)
    if busy or order.membership in there:
        return
    hold_caller(write, states.Hold(on=True))
    write.ring(order.membership, Role.CONSULT)


def join(write: Writer, _order: states.Join) -> None:
    """Let caller, agent and colleague talk together."""
    if any(_can_go_on(leg) for leg in write.state.legs):
        hold_caller(write, states.Hold(on=False))


def transfer(write: Writer, _order: states.Transfer) -> None:
    """Let the colleague have the call."""
    main = write.state.main
    colleague = next((leg for leg in write.state.legs if _can_go_on(leg)), None)
    if main is None or colleague is None:
        return
    write.lose_leg(main.name)
    write.do(Disconnect(main.name))
    _hand_to(write, colleague, main.membership)


def drop(write: Writer, order: states.Drop) -> None:
    """Let a telephone go; with the agent's the talk ends, or a colleague goes on."""
    leg = _of(write, order.membership)
    if leg is None:
        return
    write.do(Disconnect(leg.name))
    leg_left(write, LegLeft(leg.name))


def supervise(write: Writer, order: states.Supervise) -> None:
    """Let a supervisor listen, whisper to the agent, or talk with both."""
    leg = _of(write, order.membership)
    if leg is None:
        write.ring(order.membership, Role.SUPERVISE, order.mode)
    elif leg.role == Role.SUPERVISE:
        write.change_leg(leg.name, mode=order.mode)
        write.do(SetMode(leg.name, order.mode))


def press(write: Writer, order: states.Keys) -> None:
    """Send keys to the caller's side."""
    write.do(Press(order.keys))


def _of(write: Writer, membership: int) -> Leg | None:
    return next((leg for leg in write.state.legs if leg.membership == membership), None)
