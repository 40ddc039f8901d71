"""After the talk: three questions by key, last words; and every way in which a call is over."""

from walletdesk.voice.flow.states import (
    BEFORE_QUEUE,
    KeepPlace,
    Kept,
    Message,
    Note,
    NotReached,
    Rate,
    Settle,
    Stage,
)
from walletdesk.voice.flow.writing import Writer
from walletdesk.voice.types import Collect, Digits, HungUp, Recorded

QUESTIONS = ("speed", "accuracy", "manner")
SCORES = "12345"
FALLBACK = "message-down"  # left with the driver while nobody here heard: told later
FAILED = -1.0  # seconds of a message that could not be recorded
SHORTEST_MESSAGE = 1.0  # seconds: less is somebody who hung up
BROKEN = ("lost", "failed")
IN_QUEUE = (
    Stage.WAITING,
    Stage.OPTIONS,
    Stage.WHICH,
    Stage.NUMBER,
    Stage.MESSAGE,
    Stage.RECORDING,  # whoever did speak is put back by the message itself
)


def after_talk(write: Writer) -> None:
    """Ask how it was, if the number asks."""
    if not write.facts.line.survey or write.state.out:
        write.part("goodbye")
        return
    write.set(tries=0, answers=())
    _ask_next(write, ["survey"])


def _ask_next(write: Writer, before: list[str]) -> None:
    question = QUESTIONS[len(write.state.answers)]
    said = [write.say(key) for key in (*before, f"survey_{question}")]
    choices = tuple((key, key) for key in SCORES)
    write.ask(Stage.SURVEY, said, collect=Collect(seconds=6.0), choices=choices)


def take_answer(write: Writer, heard: Digits) -> None:
    """Take a score; who presses nothing twice is not asked further."""
    state = write.state
    if len(heard.keys) != 1 or heard.keys not in SCORES:
        if state.tries:
            write.part("goodbye")
        else:
            write.set(tries=1)
            _ask_next(write, ["not_understood"] if heard.keys else [])
        return
    write.set(answers=(*state.answers, int(heard.keys)), tries=0)
    if len(write.state.answers) < len(QUESTIONS):
        _ask_next(write, [])
    else:
        write.follow(Rate(*write.state.answers))
        write.part("survey_thanks", "goodbye")


def recorded(write: Writer, heard: Recorded) -> None:
    """Note a complete recording; a message is one for people, however its call ended."""
    state = write.state
    if heard.name.startswith("talk"):
        write.follow(Kept(heard.name, heard.seconds))
    if heard.name not in (state.recording, FALLBACK) or heard.name.startswith("talk"):
        return
    write.set(recording="")
    if heard.seconds >= SHORTEST_MESSAGE:
        write.set(left=True)
        write.follow(Message(heard.name, heard.seconds))
    if state.stage == Stage.RECORDING and heard.seconds == FAILED and state.tries == 0:
        write.set(tries=1)
        _instead(write)
    elif state.stage == Stage.RECORDING:
        kept = heard.seconds >= SHORTEST_MESSAGE
        write.part("message_kept" if kept else "goodbye_busy")


def _instead(write: Writer) -> None:
    """Offer a call-back to who could not leave a message."""
    if write.facts.line.call_backs and write.facts.number:
        write.go(Stage.WHICH)
        write.follow(KeepPlace())
    else:
        write.part("goodbye_busy")


def over(write: Writer, heard: HungUp) -> None:
    """End the call; whoever waited is called back when it was not their choice."""
    state = write.state
    write.set(legs=(), due=0.0, reason=heard.reason)
    if state.stage in (Stage.DIALLING, Stage.READY):
        write.follow(NotReached(heard.reason))
    elif state.left:
        pass  # people look at what was left
    elif state.stage in BEFORE_QUEUE:
        _lost_early(write, heard.reason)
    elif state.stage in IN_QUEUE:
        _gave_up(write, heard.reason)
    elif state.stage == Stage.RINGING:
        write.follow(Note("missed", write.facts.now - (state.waits or write.facts.now)))
    elif state.stage == Stage.TALKING:
        code = "cut" if heard.reason in BROKEN else "ended"
        write.follow(Note(code, write.facts.now - state.talks))
    elif state.stage == Stage.PARTING and not (state.talks or state.out):
        _gave_up(write, "")
    write.set(stage=Stage.OVER, play=0)


def _lost_early(write: Writer, reason: str) -> None:
    if reason in BROKEN and write.facts.number and write.facts.line.call_backs:
        write.follow(Note("lost"), KeepPlace())
    else:
        write.follow(Note("left"), Settle())


def _gave_up(write: Writer, reason: str) -> None:
    waited = write.facts.now - (write.state.waits or write.facts.now)
    if reason in BROKEN and write.facts.number and write.facts.line.call_backs:
        write.follow(Note("lost", waited), KeepPlace())
    elif write.state.out:
        write.follow(NotReached(reason))  # we called them about something that still waits
    else:
        write.follow(Note("missed", waited), Settle())
