"""We call back: who is called hears our code, and presses a key before an agent is rung."""

from walletdesk.voice.flow.states import NotReached, Stage, Taken
from walletdesk.voice.flow.waiting import ring_agent
from walletdesk.voice.flow.writing import Writer
from walletdesk.voice.types import Collect, Dial, Digits

DIAL_SECONDS = 40.0


def dial(write: Writer, caller: int, language: str) -> None:
    """Dial for an agent. The number is known to who hands the command to the driver alone."""
    write.set(out=True, language=language, agent=caller)
    write.go(Stage.DIALLING, within=DIAL_SECONDS + 20.0)
    write.do(Dial("", DIAL_SECONDS))


def ask_ready(write: Writer) -> None:
    """Say who calls and the code by which they know that it is us."""
    said = [
        write.say("our_call"),
        write.say("our_code", code=" ".join(write.facts.code)),
        write.say("no_phrase"),
        write.say("press_one"),
    ]
    choices = (("1", write.say("talk_now").text),)
    write.ask(Stage.READY, said, collect=Collect(seconds=8.0), choices=choices)


def take_ready(write: Writer, heard: Digits) -> None:
    """Only a person presses a key: an answering machine is told nothing more."""
    if heard.keys == "1":
        ring_agent(write, Taken(write.state.agent))
    elif write.state.tries == 0:
        write.set(tries=1)
        ask_ready(write)
    else:
        write.follow(NotReached("no_key"))
        write.part("goodbye")
