"""In the queue, and what there is instead of waiting: call-back, voice message, link."""

from walletdesk.voice.flow.states import (
    Enqueue,
    KeepPlace,
    Note,
    PlaceKept,
    SendLink,
    Stage,
    Taken,
)
from walletdesk.voice.flow.writing import RING_SECONDS, Writer
from walletdesk.voice.types import Collect, Digits, Hold, Play, Said, TakeMessage

MINUTES = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60)  # waits that are spoken: each a recording
PLACES = 10  # places that are spoken by number
NUMBER_DIGITS = 18
TRIES = 3
RINGS = 3  # agents whose telephone stays silent before the caller is offered something else
MESSAGE_SECONDS = 120.0
RETRY_CHOICE = {"2": "call_back", "3": "message", "4": "link"}


def spoken_minutes(minutes: int) -> int:
    """Return the wait that is spoken: never less than what is known."""
    return next((each for each in MINUTES if each >= minutes), MINUTES[-1])


def told_place(write: Writer) -> list[Said]:
    """Return place and wait as they are spoken; nothing when the desk does not know."""
    place = write.facts.place
    if place is None:
        return [write.say("all_busy")]
    at = f"place_{place.place}" if place.place <= PLACES else "place_many"
    return [write.say(at), write.say(f"wait_{spoken_minutes(place.minutes)}")]


def _choices(write: Writer) -> list[tuple[str, str]]:
    line = write.facts.line
    offered = {
        "1": write.state.queued,
        "2": line.call_backs,
        "3": line.messages,
        "4": line.links and write.facts.number,
    }
    return [(key, f"choice_{key}") for key, there in offered.items() if there]


def offer_choices(write: Writer, why: str, *, before: list[Said] | None = None) -> None:
    """Tell how it stands and what there is besides waiting."""
    said = list(before or [])
    said += [write.say(why)] if why else told_place(write)
    offered = _choices(write)
    if not offered:
        write.part("goodbye_busy")
        return
    said += [write.say(name) for _key, name in offered]
    texts = tuple((key, write.say(name + "_short").text) for key, name in offered)
    write.ask(
        Stage.OPTIONS, said, collect=Collect(seconds=4.0), choices=texts, spoke=write.facts.now
    )


def tell_first(write: Writer) -> None:
    """Tell who has just come where they stand, and that the call is recorded."""
    announced = write.state.consent and write.facts.line.record == "announce"
    offer_choices(write, "", before=[write.say("recorded")] if announced else [])


def hold(write: Writer) -> None:
    """Play the hold sound until it is time to tell the place again."""
    place = write.facts.place
    text = " ".join(said.text for said in told_place(write)) if place else ""
    offered = tuple((key, write.say(f"{name}_short").text) for key, name in _choices(write)[1:])
    write.do(Hold(text, offered))
    write.go(Stage.WAITING, within=float(write.facts.line.announce_seconds))


def time_to_tell(write: Writer) -> None:
    """Tell place and wait again; who has waited too long is offered something else instead."""
    waited = write.facts.now - write.state.waits
    if waited >= write.facts.line.overflow_seconds:
        write.set(queued=False, tries=0)
        offer_choices(write, "overflow")
        if write.state.stage != Stage.PARTING:
            write.follow(Note("overflow", waited))
    else:
        offer_choices(write, "")


def key_on_hold(write: Writer, heard: Digits) -> None:
    """Follow a key that was pressed on hold."""
    if heard.keys in dict(_choices(write)) and heard.keys != "1":
        take_choice(write, heard)


def take_choice(write: Writer, heard: Digits) -> None:
    """Follow what was chosen; who says nothing keeps waiting, or is asked for a message."""
    chosen = RETRY_CHOICE.get(heard.keys)
    known = heard.keys in dict(_choices(write))
    if known and chosen == "call_back":
        call_back(write)
    elif known and chosen == "message":
        leave_message(write)
    elif known and chosen == "link":
        send_link(write)
    elif write.state.queued:
        hold(write)
    elif write.state.tries == 0:
        write.set(tries=1)
        offer_choices(write, "not_understood" if heard.keys else "still_there")
    else:
        last_resort(write)


def last_resort(write: Writer) -> None:
    """Nobody chose anything: note a call-back or take a message, whichever there is."""
    if write.facts.line.messages:
        leave_message(write)
    elif write.facts.line.call_backs and write.facts.number:
        write.follow(KeepPlace())
    else:
        write.part("goodbye_busy")


# --- call-back ----------------------------------------------------------------------------


def call_back(write: Writer) -> None:
    """Ask on which number to call back."""
    write.set(tries=0)
    if write.facts.number:
        choices = (("1", write.say("this_number").text), ("2", write.say("other_number").text))
        said = [write.say("which_number")]
        write.ask(Stage.WHICH, said, collect=Collect(seconds=6.0), choices=choices)
    else:
        ask_number(write, [])


def ask_number(write: Writer, before: list[Said]) -> None:
    """Ask for a number with its country's code."""
    collect = Collect(digits=NUMBER_DIGITS, seconds=12.0, hidden=True)
    write.ask(Stage.NUMBER, [*before, write.say("number")], collect=collect)


def choose_number(write: Writer, heard: Digits) -> None:
    """Take the number they call from, unless another one is wanted."""
    if heard.keys == "2":
        ask_number(write, [])
    else:
        write.follow(KeepPlace())


def take_number(write: Writer, heard: Digits) -> None:
    """Have a typed number looked at."""
    if heard.keys:
        write.follow(KeepPlace(heard.keys))
    else:
        place_kept(write, PlaceKept())


def place_kept(write: Writer, news: PlaceKept) -> None:
    """Say the code of the call-back and part; a number that cannot be called is asked for again."""
    if news.code:
        write.set(left=True)
        write.follow(Note("call_back"))
        code = " ".join(news.code)
        write.part("call_back_noted", code=code)
        return
    if write.state.tries + 1 < TRIES:
        write.set(tries=write.state.tries + 1)
        ask_number(write, [write.say("number_wrong")])
    elif write.facts.line.messages:
        leave_message(write)
    else:
        write.part("goodbye_busy")


# --- voice message, link ------------------------------------------------------------------


def leave_message(write: Writer) -> None:
    """Ask for a voice message."""
    if not write.facts.line.messages:
        write.part("goodbye_busy")
        return
    write.go(Stage.MESSAGE, within=45.0)
    write.set(play=write.do(Play((write.say("message"),))))


def record_message(write: Writer) -> None:
    """Record what the caller says."""
    names = write.state.names + 1
    write.go(
        Stage.RECORDING,
        within=MESSAGE_SECONDS + 60.0,
        names=names,
        recording=f"message{names}",
    )
    write.do(TakeMessage(f"message{names}", MESSAGE_SECONDS))


def send_link(write: Writer) -> None:
    """Send the link to the chat, where the matter goes on."""
    write.set(left=True)
    write.follow(SendLink(), Note("link"))
    if not write.state.queued:
        write.follow(Enqueue())
    write.part("link_sent")


# --- somebody has it ----------------------------------------------------------------------


def ring_agent(write: Writer, news: Taken) -> None:
    """Ring the telephone of who took the call."""
    if write.state.stage != Stage.WAITING:
        write.do(Hold())
    write.ring(news.membership)
    write.go(Stage.RINGING, within=RING_SECONDS + 10.0)
