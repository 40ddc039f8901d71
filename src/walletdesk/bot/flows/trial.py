"""The test chat: plays a flow through with what somebody types. Reads only, and keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from walletdesk.accounts.models import Brand
from walletdesk.bot.flows import rules, telling
from walletdesk.bot.flows.alarm import calls_of
from walletdesk.bot.flows.hearing import hear
from walletdesk.bot.flows.queries import heard, networks, voice_for
from walletdesk.bot.flows.telling import Spoken, Voice
from walletdesk.bot.flows.tools import look
from walletdesk.bot.flows.types import RESULTS, Flow, State, Then, Tool, Turn
from walletdesk.safety import guard

PRETEND = "="  # before what the chain shall have said: "=person_now"
MESSAGES = 40
LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the test chat. `who`: customer, bot, or note for what only we see."""

    who: str
    text: str
    buttons: tuple[str, ...] = ()


@dataclass(slots=True)
class Played:
    """A flow as far as it was played: its lines, its facts, and what is to be pretended now."""

    lines: list[Line] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    pretend: tuple[str, ...] = ()
    then: str = ""

    def add(self, spoken: Sequence[Spoken]) -> None:
        """Add what the bot says."""
        for each in telling.joined(spoken):
            titles = [one["title"] for one in each.data.get("suggestions", [])]
            sources = [one["title"] for one in each.data.get("sources", [])]
            text = "\n".join([each.text, *(f"→ {title}" for title in sources)])
            self.lines.append(Line("bot", text, tuple(titles)))


def play(flow: Flow, *, brand: Brand, language: str, said: Sequence[str]) -> Played:
    """Play a flow, which may have problems, with the messages so far. Speaks the active language.

    It begins with the first message, whatever its topic. After its end nothing more is heard.
    """
    played, turn = Played(), None
    voice = voice_for(brand, language, telling.articles_of(flow))
    for text in said[:MESSAGES]:
        if turn is not None and turn.then not in (Then.ASKED, Then.RUN, Then.ASIDE):
            break
        if turn is not None and turn.then is Then.RUN and turn.step is not None:
            result = text.removeprefix(PRETEND)
            if result not in RESULTS[Tool.DIAGNOSE]:
                continue  # the networks answer, whatever is typed
            played.lines.append(Line("note", text))
            turn = rules.resume(flow, turn.state, turn.step, result)
        else:
            turn = _hear(flow, turn.state if turn else None, text, played)
        turn = _tools(flow, turn, voice, brand, played)
        _speak(flow, turn, voice, played)
    if turn is not None:
        played.facts = telling.facts_of(flow, turn.state, voice)
        played.then = turn.then
        played.pretend = RESULTS[Tool.DIAGNOSE] if turn.then is Then.RUN else ()
    return played


def _hear(flow: Flow, state: State | None, text: str, played: Played) -> Turn:
    safe = str(guard.check(text[:LENGTH]).safe)
    played.lines.append(Line("customer", safe))
    found = hear(flow, state or State(), [heard(safe)], networks())
    if not rules.is_plain(flow, state or State(), found, safe):
        found = replace(found, calls=calls_of(flow, safe))
    return rules.take(flow, state, found) if state else rules.begin(flow, found)


def _tools(flow: Flow, turn: Turn, voice: Voice, brand: Brand, played: Played) -> Turn:
    """Run the tools that answer at once; what the chain says is chosen by whoever tries."""
    played.add(telling.opening(turn))
    while turn.then is Then.RUN and turn.step is not None and turn.step.tool is not Tool.DIAGNOSE:
        fact = turn.state.facts.get(turn.step.fact)
        played.add(telling.told(turn.told, voice))
        looked = look(turn.step.tool, brand=brand, language=voice.language, fact=fact)
        played.add([Spoken(looked.text)] if looked.text else [])
        turn = rules.resume(flow, turn.state, turn.step, looked.result)
    return turn


def _speak(flow: Flow, turn: Turn, voice: Voice, played: Played) -> None:
    spoken = telling.told(turn.told, voice)
    asking = flow.step(turn.state.asking)
    if turn.then is Then.ASIDE:
        played.lines.append(Line("note", Then.ASIDE))
        spoken += [telling.asked(asking, voice, back=True)] if asking else []
    else:
        spoken += telling.closing(turn, voice)
    played.add(spoken)
