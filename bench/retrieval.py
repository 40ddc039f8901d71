"""How well search finds the right article, and how well it knows when there is none.

Loads the demo's articles into a temporary database of its own, indexes them, and asks the held-out
questions of `tests/knowledge/questions` and the lines of `tests/knowledge/out_of_scope.toml`.
"In its language" asks in a language that the articles have; "across" hides the translations in the
asker's language first (so meaning alone must do).

    make bench NAME=retrieval ARGS="--json"

`--fit` prints the constants of `ranking.confidence` anew, cross-validated by article.
"""

import os
import shutil
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from walletdesk.kit.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "src/walletdesk/site/demo/articles"
QUESTIONS = ROOT / "tests/knowledge/questions"
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


def load(extra: int) -> tuple[Any, dict[str, float]]:
    from walletdesk.site.commands.prepare import load_django

    load_django()
    from walletdesk.accounts.actions import create_brand
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
    from walletdesk.knowledge.actions import _note_change

    del _note_change, extra
    actions.learn_ranking(brand.pk)
    return brand, {
        "articles": articles,
        "passages": Passage.objects.count(),
        "load_s": round(loaded - started, 2),
        "embed_s": round(indexed - loaded, 2),
        "learn_s": round(time.perf_counter() - indexed, 2),
    }
