"""What the bot says to a turn of a past conversation: the same rules, and nothing is written.

Promises: the database is set to refuse every write of this connection while the bot thinks.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.bot.replays.judging import HANDING, unsupported
from walletdesk.bot.replays.types import Case, Told
from walletdesk.bot.rules import decide, question_of
from walletdesk.bot.types import Plan, Situation, Step
from walletdesk.knowledge.queries import get_translation_for, search
from walletdesk.knowledge.topic_queries import triage_for
from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.types import LanguageId


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the bot knows of the turns before."""

    misses: int = 0
    shown: frozenset[str] = frozenset()
    offered: bool = False


@contextmanager
def reading_only() -> Iterator[None]:
    """Have the database refuse writes in transactions of this connection that begin from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET default_transaction_read_only")


def tell_case(brand: Brand, case: Case) -> list[Told]:
    """Return what the bot says to each turn, until it hands over."""
    told: list[Told] = []
    memory = _Memory()
    with reading_only():
        for text in case.turns:
            question = question_of([text])
            if not question:
                continue
            language = _language_of(brand, question, case.language)
            said, memory = _tell(brand, question, language, memory)
            told.append(said)
            if said.step in HANDING:
                break
    return told


def _tell(brand: Brand, question: str, language: str, memory: _Memory) -> tuple[Told, _Memory]:
    began = time.perf_counter()
    hits = tuple(search(brand=brand, text=question, language=language))
    triaged = triage_for(brand=brand, text=question)
    plan = decide(
        Situation(
            text=question,
            hits=hits,
            misses=memory.misses,
            shown=memory.shown,
            offered=memory.offered,
            topic=triaged.topic,
            urgency=triaged.urgency,
        )
    )
    seconds = time.perf_counter() - began
    told = Told(
        question=question,
        language=language,
        text=plan.hit.summary if plan.hit else "",
        article=plan.hit.article_slug if plan.hit else "",
        topic=plan.hit.topic if plan.hit else plan.topic or triaged.topic,
        step=plan.step,
        reason=plan.reason or "",
        seconds=seconds,
        unsupported=_unsupported(brand, plan),
    )
    shown = memory.shown | ({plan.hit.url} if plan.hit else set())
    return told, _Memory(plan.misses, frozenset(shown), offered=plan.step == Step.ASK_AGAIN)


def _unsupported(brand: Brand, plan: Plan) -> tuple[str, ...]:
    """Hold what is shown against the article as its readers see it."""
    if plan.hit is None:
        return ()
    article = get_translation_for(
        brand=brand, language=plan.hit.language, slug=plan.hit.article_slug
    )
    return unsupported(plan.hit.summary, article.summary, article.body)


@cache
def _language_id(languages: tuple[str, ...]) -> LanguageId:
    return EldcLanguageId(languages)


def _language_of(brand: Brand, question: str, prior: str) -> str:
    known = prior if prior in brand.languages else None
    guess = _language_id(tuple(brand.languages)).identify(question, prior=known).language
    return guess if guess in brand.languages else known or brand.default_language
