"""What the bot says to a turn of a past conversation: the same rules, and nothing is written.

Promises: the database is set to refuse every write of this connection while the bot thinks.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.bot.answering import compose
from walletdesk.bot.ports import current_generator
from walletdesk.bot.replays.judging import HANDING, unproved, unsupported
from walletdesk.bot.replays.rules import articles_in
from walletdesk.bot.replays.types import Case, Told
from walletdesk.bot.rules import question_of
from walletdesk.bot.types import Composed, History
from walletdesk.knowledge.queries import get_translation_for
from walletdesk.language.identifying import language_id


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
    history = History()
    with reading_only():
        for text in case.turns:
            question = question_of([text])
            if not question:
                continue
            language = _language_of(brand, question, case.language)
            said, history = _tell(brand, question, language, history)
            told.append(said)
            if said.step in HANDING:
                break
    return told


def _tell(brand: Brand, question: str, language: str, before: History) -> tuple[Told, History]:
    began = time.perf_counter()
    shown_at: list[float] = []
    composed = compose(
        brand=brand,
        question=question,
        language=language,
        history=before,
        generator=current_generator(),
        show=lambda _sentence: shown_at.append(time.perf_counter()),
    )
    seconds = (shown_at or [time.perf_counter()])[0] - began
    articles = [slug for source in composed.sources for slug in articles_in(source.url)]
    told = Told(
        question=question,
        language=language,
        text=composed.text,
        article=articles[0] if articles else "",
        topic=composed.topic,
        step=composed.step,
        reason=composed.reason or "",
        seconds=seconds,
        unsupported=_unsupported(brand, composed, articles),
    )
    return told, _after(before, composed)


def _after(before: History, composed: Composed) -> History:
    return History(
        asked=(*before.asked, composed.question),
        urls=before.urls | {source.url for source in composed.sources},
        titles=composed.tried,
        offered=composed.offers_person,
        misses=composed.misses,
    )


def _unsupported(brand: Brand, composed: Composed, articles: list[str]) -> tuple[str, ...]:
    """Hold what is shown against the articles as their readers see them."""
    if not articles:
        return ()
    texts, said = [], composed.text
    for slug, source in zip(articles, composed.sources, strict=True):
        row = get_translation_for(brand=brand, language=source.language, slug=slug)
        texts += [row.title, row.summary, row.body]
    if composed.generated:
        return unproved(said, *texts)
    if composed.sources[0].language != composed.language:
        said = said.partition("\n\n")[2]  # the first line says in which language it is
    return unsupported(said, *texts)


def _language_of(brand: Brand, question: str, prior: str) -> str:
    known = prior if prior in brand.languages else None
    guess = language_id(tuple(brand.languages)).identify(question, prior=known).language
    return guess if guess in brand.languages else known or brand.default_language
