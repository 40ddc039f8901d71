"""From a question to what the bot says, without any conversation's row.

The way: what it follows is added to it (`following`), tools and articles are looked at (`tools`,
`search`), `rules.decide` chooses, and the answer is the article's own extract with its source, or a
model's words when each of its sentences is proved (`writing`). Writes nothing: the desk posts what
comes out (`actions`), a replay counts it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import translation

from walletdesk.accounts.models import Brand
from walletdesk.bot import texts
from walletdesk.bot.rules import decide
from walletdesk.bot.tools import Asker, told_by_tool
from walletdesk.bot.types import Composed, History, Plan, Situation, Source, Step, Told
from walletdesk.bot.writing import write_answer
from walletdesk.knowledge.queries import search
from walletdesk.knowledge.topic_queries import triage_for
from walletdesk.knowledge.types import Hit
from walletdesk.language.anger import ANGRY, anger_of
from walletdesk.language.asking import has_reader_hand_over
from walletdesk.language.following import standalone
from walletdesk.language.types import TextGenerator

NOTHING_BEFORE = History()
_ANSWERS = (Step.ANSWER, Step.ANSWER_AND_HAND_OVER)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for a question before anything is decided."""

    hits: tuple[Hit, ...]
    told: Told | None
    topic: str
    urgency: int
    foreign: bool


def compose(  # noqa: PLR0913 - a question and all that it is answered from
    *,
    brand: Brand,
    question: str,
    language: str,
    history: History = NOTHING_BEFORE,
    asker: Asker = None,
    generator: TextGenerator | None = None,
    show: Callable[[str], None] = lambda _sentence: None,
) -> Composed:
    """Return what the bot says to a question.

    `asker` is the conversation whose contact asks: without one, nothing of a ticket is told. With a
    `generator` an ordinary answer is put into a model's words, which talks to the network: outside
    of transactions only. `show` then gets each sentence as it is checked.
    """
    looked = look(brand=brand, question=question, language=language, history=history, asker=asker)
    plan = decide(
        Situation(
            text=question,
            hits=looked.hits,
            misses=history.misses,
            shown=history.urls,
            offered=history.offered,
            topic=looked.topic,
            urgency=looked.urgency,
            angry=anger_of(question) >= ANGRY,
            foreign=looked.foreign,
            told=looked.told,
        )
    )
    with translation.override(language):
        composed = _composed(brand, question, language, looked, plan, history)
    if generator is None or not may_be_written(composed) or plan.hit is None:
        return composed
    written = write_answer(
        question=question,
        before=history.asked,
        language=language,
        hits=(plan.hit,),
        generator=generator,
        show=show,
    )
    composed = replace(composed, checked=written.claims, first_after=written.first_after)
    if not written.whole:
        return composed
    return replace(
        composed,
        text=written.text,
        sources=tuple(_source(hit) for hit in written.cited),
        generated=True,
    )


def look(*, brand: Brand, question: str, language: str, history: History, asker: Asker) -> Looked:
    """Return what tools, articles and triage say of a question."""
    told = told_by_tool(brand=brand, question=question, language=language, asker=asker)
    whole = standalone(question, history.asked)
    found = search(brand=brand, text=whole, language=language)
    # Refused at publishing; one that stands there from before is not quoted either.
    hits = tuple(hit for hit in found if not has_reader_hand_over(f"{hit.title}\n{hit.summary}"))
    triaged = triage_for(brand=brand, text=question)
    return Looked(hits, told, triaged.topic, int(triaged.urgency), triaged.out_of_scope)


def may_be_written(composed: Composed) -> bool:
    """Whether a model may put the answer into words: never where safety or money is at stake."""
    return composed.step == Step.ANSWER


def _composed(
    brand: Brand, question: str, language: str, looked: Looked, plan: Plan, history: History
) -> Composed:
    hit, told = plan.hit, plan.told
    sources = [told.source] if told and told.source else []
    if hit and plan.step in _ANSWERS:
        sources = [_source(hit)]
    shown = [f"{hit.title} ({hit.url})"] if hit else []
    asked_tool = [told.source.title if told.source else told.tool.value] if told else []
    return Composed(
        text=_words(brand, language, plan),
        step=plan.step,
        language=language,
        topic=plan.topic or looked.topic,
        urgency=max(plan.urgency, looked.urgency),
        misses=plan.misses,
        sources=tuple(sources),
        others=tuple(_source(other) for other in plan.others),
        reason=plan.reason,
        offers_person=plan.step == Step.ASK_AGAIN
        or bool(plan.step == Step.TELL and told and told.offers_person),
        tried=(*history.titles, *shown, *asked_tool),
        score=looked.hits[0].score if looked.hits else 0.0,
        question=question,
    )


def _words(brand: Brand, language: str, plan: Plan) -> str:
    if plan.told is not None:
        return plan.told.text
    if plan.hit is not None and plan.step in _ANSWERS:
        return _extract(plan.hit, language)
    said = {
        Step.GREET: lambda: texts.greeting(brand.name),
        Step.THANK: texts.thanks,
        Step.ASK_AGAIN: lambda: texts.ask_again(has_suggestions=bool(plan.others)),
        Step.HAND_OVER: texts.handing_over,
    }
    return said[plan.step]()


def _extract(hit: Hit, language: str) -> str:
    if hit.language == language:
        return hit.summary
    return f"{texts.in_another_language(hit.language)}\n\n{hit.summary}"


def _source(hit: Hit) -> Source:
    return Source(hit.title, hit.url, hit.language)
