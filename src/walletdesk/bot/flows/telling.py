"""A turn as messages: what the customer reads, and the buttons below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from walletdesk.bot import texts as usual
from walletdesk.bot.flows import texts
from walletdesk.bot.flows.types import Flow, State, Step, StepKind, Texts, Then, Turn


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of the bot: its text, and what the pages show with it."""

    text: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Voice:
    """How it is said: the language, the brand's own, articles by slug, and without any buttons."""

    language: str
    fallback: str
    articles: Mapping[str, Spoken] = field(default_factory=dict)
    plain: bool = False

    def read(self, words: Texts) -> str:
        """Return a flow's text as this customer reads it."""
        return texts.in_language(words, self.language, self.fallback)


def told(steps: Sequence[Step], voice: Voice) -> list[Spoken]:
    """Return what steps tell. An article that is gone is passed over."""
    found = []
    for step in steps:
        if step.article in voice.articles:
            found.append(voice.articles[step.article])
        if text := voice.read(step.text):
            found.append(Spoken(text))
    return found


def asked(step: Step, voice: Voice, *, again: bool = False, back: bool = False) -> Spoken:
    """Return a question with its buttons; `again` after no answer, `back` after something else."""
    text = voice.read(step.text)
    if back:
        text = texts.back_to(text)
    if again:
        text = f"{texts.not_understood()} {text}"
    labels = [voice.read(option.label) or option.value for option in step.options]
    if step.optional:
        labels.append(texts.dont_know())
    if not labels:
        return Spoken(text)
    if voice.plain:
        return Spoken(f"{text}\n{texts.numbered(labels)}")
    return Spoken(text, {"suggestions": [{"title": label} for label in labels]})


def closing(turn: Turn, voice: Voice) -> list[Spoken]:
    """Return what ends a turn: a question, the last words, or that a person comes."""
    text = voice.read(turn.step.text) if turn.step else ""
    if turn.then is Then.ASKED and turn.step is not None:
        return [asked(turn.step, voice, again=turn.again)]
    if turn.then is Then.CANCELLED:
        return [Spoken(texts.cancelled())]
    last = [Spoken(text)] if text and turn.then in (Then.DONE, Then.HANDED_OVER) else []
    return [*last, Spoken(usual.handing_over())] if turn.then is Then.HANDED_OVER else last


def opening(turn: Turn) -> list[Spoken]:
    """Return how a turn begins that changed something."""
    return [Spoken(texts.noted(turn.corrected.shown))] if turn.corrected else []


def joined(spoken: Sequence[Spoken]) -> list[Spoken]:
    """Join messages that carry nothing but words to the one behind them: one bubble."""
    found: list[Spoken] = []
    for each in spoken:
        if found and not found[-1].data:
            found[-1] = Spoken(f"{found[-1].text}\n\n{each.text}", each.data)
        else:
            found.append(each)
    return found


def facts_of(flow: Flow, state: State, voice: Voice) -> list[tuple[str, str]]:
    """Return (name, value) of all that the customer told, in the order of the questions."""
    found: dict[str, tuple[str, str]] = {}
    for step in flow.questions:
        fact = state.facts.get(step.fact)
        if fact is not None:
            label = voice.read(step.name) or voice.read(step.text)
            chosen = next((o.label for o in step.options if o.value == fact.value), None)
            found.setdefault(step.fact, (label, voice.read(chosen) if chosen else fact.shown))
    return [*found.values()]


def articles_of(flow: Flow) -> list[str]:
    """Return the slugs of the articles that a flow tells."""
    return [s.article for s in flow.steps if s.kind is StepKind.TELL and s.article]
