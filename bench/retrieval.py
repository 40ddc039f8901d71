# ruff: noqa: PLC0415 - models can be imported only once the database and Django are set up
"""How well search finds the right article, and how well it knows when there is none.

Loads the demo's articles into a temporary database of its own, indexes them, and asks the held-out
questions of `tests/knowledge/questions` and the lines of `tests/knowledge/out_of_scope.toml`.
"zh-hans<-en": questions in English where articles exist in Chinese only, and so on for each pair of
languages; "same": with all translations there. "follow": second questions that mean nothing alone,
by themselves and read with what they follow. "large": the time of a search among 10,000 articles.

    make bench NAME=retrieval ARGS="--json"
"""

import argparse
import os
import shutil
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from harness import report
from retrieval_large import grow

from walletdesk.kit.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "src/walletdesk/site/demo/articles"
QUESTIONS = ROOT / "tests/knowledge/questions"
FOLLOW_UPS = ROOT / "tests/knowledge/follow_ups.toml"
OUT_OF_SCOPE = ROOT / "tests/knowledge/out_of_scope.toml"
LANGUAGES = ("zh-hans", "en", "es")

Question = tuple[str, str, str]  # language, text, slug of the article or ""


def questions() -> list[Question]:
    found = []
    for path in sorted(QUESTIONS.glob("*.toml")):
        for language, texts in tomllib.loads(path.read_text()).items():
            found += [(language, text, path.stem) for text in texts]
    for language, texts in tomllib.loads(OUT_OF_SCOPE.read_text()).items():
        found += [(language, text, "") for text in texts]
    return found


@contextmanager
def database() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="walletdesk-bench-"))
    server = EmbeddedPostgres(folder / "postgres", {"fsync": "off"})
    try:
        server.init()
        server.start()
        server.wait_ready()
        os.environ |= {
            "DATABASE_URL": server.dsn(),
            "WALLETDESK_DATA": str(folder),
            "WALLETDESK_DEMO": "false",
        }
        yield
    finally:
        server.stop(timeout=5)
        shutil.rmtree(folder, ignore_errors=True)


def load() -> tuple[Any, dict[str, float]]:
    from walletdesk.site.commands.prepare import load_django

    load_django()
    from walletdesk.accounts.actions.brands import create_brand
    from walletdesk.knowledge import actions
    from walletdesk.knowledge.models import Passage, Translation
    from walletdesk.site.prepare import prepare

    prepare(lambda _line: None)
    brand = create_brand(
        slug="bench", name="Bench", languages=LANGUAGES, default_language="en", accent="#000000"
    )
    started = time.perf_counter()
    articles = actions.load_article_folders(brand=brand, folder=ARTICLES)
    loaded = time.perf_counter()
    for pk in Translation.objects.values_list("pk", flat=True):
        actions.index_translation(pk)
    indexed = time.perf_counter()
    actions.learn_ranking(brand.pk)
    return brand, {
        "articles": articles,
        "passages": Passage.objects.count(),
        "load_s": round(loaded - started, 2),
        "embed_s": round(indexed - loaded, 2),
        "learn_s": round(time.perf_counter() - indexed, 2),
    }


def ask(brand: Any, asked: list[Question]) -> tuple[list[list[Any]], list[float]]:
    from walletdesk.knowledge.queries import search

    search(brand=brand, text="warm up", language="en")
    found, seconds = [], []
    for language, text, _slug in asked:
        started = time.perf_counter()
        found.append(search(brand=brand, text=text, language=language))
        seconds.append(time.perf_counter() - started)
    return found, seconds


@contextmanager
def only_in(brand: Any, language: str) -> Iterator[None]:
    """Have articles exist in one language only, for as long as the block lasts."""
    from django.db import transaction

    from walletdesk.knowledge.actions import learn_ranking, note_change
    from walletdesk.knowledge.models import Translation

    with transaction.atomic():
        Translation.objects.exclude(language=language).delete()
        note_change(brand.pk)
        learn_ranking(brand.pk)
        yield
        transaction.set_rollback(True)


def follow_ups(brand: Any) -> dict[str, float]:
    """Return recall@1 of second questions, alone and read with what they follow."""
    from walletdesk.knowledge.queries import search
    from walletdesk.language.following import standalone

    rows = [
        (language, row)
        for language, found in tomllib.loads(FOLLOW_UPS.read_text()).items()
        for row in found
    ]

    def right(language: str, text: str, wanted: list[str]) -> bool:
        hits = search(brand=brand, text=text, language=language)
        return bool(hits) and hits[0].article_slug in wanted

    alone = [right(language, row["asked"], row["article"]) for language, row in rows]
    read = [
        right(language, standalone(row["asked"], [row["before"]]), row["article"])
        for language, row in rows
    ]
    return {
        "follow_ups": len(rows),
        "follow_alone_recall_1": share(alone),
        "follow_read_recall_1": share(read),
    }


def share(values: Iterable[bool]) -> float:
    return round(100 * float(np.mean([*values])), 1)


def recalls(
    asked: list[Question], found: list[list[Any]], name: str = "same_{}"
) -> dict[str, float]:
    figures = {}
    for language in LANGUAGES:
        pairs = [
            (slug, [hit.article_slug for hit in hits])
            for (asked_in, _, slug), hits in zip(asked, found, strict=True)
            if slug and asked_in == language
        ]
        where = name.format(language)
        figures[f"{where}_recall_1"] = share(slug in rank[:1] for slug, rank in pairs)
        figures[f"{where}_recall_3"] = share(slug in rank[:3] for slug, rank in pairs)
    return figures


def times(seconds: list[float], name: str) -> dict[str, float]:
    return {f"{name}p{p}_ms": round(1000 * float(np.percentile(seconds, p)), 1) for p in (50, 95)}


def answers(asked: list[Question], found: list[list[Any]]) -> dict[str, float]:
    from walletdesk.bot.rules import ANSWER_FROM

    sure = [bool(hits) and hits[0].score >= ANSWER_FROM for hits in found]
    inside = [
        (yes, hits[0].article_slug == slug)
        for (_, _, slug), hits, yes in zip(asked, found, sure, strict=True)
        if slug
    ]
    outside = [yes for (_, _, slug), yes in zip(asked, sure, strict=True) if not slug]
    return {
        "answered": share(yes for yes, _ in inside),
        "wrong_of_answered": share(not right for yes, right in inside if yes),
        "wrong_of_all": share(yes and not right for yes, right in inside),
        "out_of_scope_refused": share(not yes for yes in outside),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="accepted; the last line always is JSON"
    )
    parser.parse_args()
    with database():
        brand, figures = load()
        asked = questions()
        found, seconds = ask(brand, asked)
        figures |= recalls(asked, found) | answers(asked, found)
        figures |= {"questions": sum(1 for q in asked if q[2])} | times(seconds, "")
        figures |= follow_ups(brand)
        for language in LANGUAGES:
            with only_in(brand, language):
                figures |= recalls(asked, ask(brand, asked)[0], f"{language}<-{{}}")
        figures |= grow(brand)
        figures |= times(ask(brand, asked)[1], "large_")
    goals = {"p95_ms": "<= 30", "large_p95_ms": "<= 30"}
    rows = [(name, value, goals.get(name, "")) for name, value in figures.items()]
    report("Retrieval (recall and shares in %)", rows, dict(figures))


if __name__ == "__main__":
    main()
