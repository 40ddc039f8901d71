"""Another encoder than the packaged one: chosen by settings, vectors made anew, words meanwhile."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from django.db import close_old_connections, connection

from tests.factories.articles import RememberingEmbedder
from walletdesk.accounts.models import Brand
from walletdesk.bot.assist.actions import forget_solved
from walletdesk.kit.outbox import registry
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.kit.outbox.models import OutboxEvent
from walletdesk.knowledge import actions, events, queries
from walletdesk.knowledge.actions.encoder import adopt_encoder
from walletdesk.knowledge.embedding import choose_embedder
from walletdesk.knowledge.models import Article, Encoder, Learning, Passage, Translation
from walletdesk.language.openai_embedder import OpenAiEmbedder
from walletdesk.language.types import EmbedderUnavailable, Vectors
from walletdesk.language.use_embedder import UseEmbedder
from walletdesk.site.config import load_config
from walletdesk.site.config.reading import ConfigError
from walletdesk.site.generators import make_embedder

OTHER = "https://models.example/v1 other"


class Mirrored(RememberingEmbedder):
    """Another model: the same nearness, with numbers that mean nothing beside the packaged ones."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.ascontiguousarray(super().embed(texts)[:, ::-1])


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_by_event", {})
    wiring: dict[str, list[tuple[str, Callable[..., object]]]] = {
        events.TRANSLATION_CHANGED: [("knowledge.index", actions.index_translation)],
        events.PASSAGES_EMBEDDED: [("knowledge.learn", actions.learn_ranking)],
        events.ENCODER_CHANGED: [("assist.forget", forget_solved)],
    }
    registry.wire(wiring)


@pytest.mark.usefixtures("wired")
def test_another_encoder_makes_all_vectors_anew(library: Brand) -> None:
    assert adopt_encoder("") == 0, "the packaged one made what is there"
    of_one = Passage.objects.order_by("pk")
    before = np.asarray(of_one.values_list("embedding", flat=True)[0])

    assert adopt_encoder(OTHER) == Translation.objects.count()
    choose_embedder(Mirrored())
    assert not Passage.objects.exclude(embedding=None).exists()
    assert not Article.objects.exclude(direction=None).exists()
    [first, *_] = queries.search(brand=library, text="I forgot my password", language="en")
    assert first.article_slug == "forgot-password", "words find it while there are no vectors"

    while handle_next():
        pass
    after = np.asarray(of_one.values_list("embedding", flat=True)[0])
    assert np.allclose(after, before[::-1], atol=0.001)
    state = Learning.objects.get(brand=library)
    assert state.learned == state.changed
    [found, *_] = queries.search(brand=library, text="mi contraseña se me olvidó", language="en")
    assert found.article_slug == "forgot-password", "across languages vectors find it"
    assert adopt_encoder(OTHER) == 0


class Away(RememberingEmbedder):
    """A model that cannot be asked."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbedderUnavailable(f"no answer for {len(texts)} texts")


@pytest.mark.usefixtures("wired")
def test_an_encoder_that_is_away_loses_no_article(
    library: Brand, caplog: pytest.LogCaptureFixture
) -> None:
    adopt_encoder(OTHER)
    choose_embedder(Away())
    while handle_next():
        pass
    assert not OutboxEvent.objects.exclude(parked_at=None).exists(), "nothing for an operator to do"
    assert "no answer for" in caplog.text
    actions.index_waiting()
    assert not Passage.objects.exclude(embedding=None).exists()

    choose_embedder(Mirrored())
    actions.index_waiting()
    while handle_next():
        pass
    assert not Passage.objects.filter(embedding=None).exists()
    state = Learning.objects.get(brand=library)
    assert state.learned == state.changed


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_has_it_done(library: Brand) -> None:
    told: list[int] = []

    def start() -> None:
        told.append(adopt_encoder(OTHER))
        close_old_connections()
        connection.close()

    workers = [threading.Thread(target=start) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    count = Translation.objects.filter(article__brand=library).count()
    assert sorted(told) == [0, 0, 0, count]
    assert Encoder.objects.get().name == OTHER


def test_the_settings_choose_it(tmp_path: Path) -> None:
    given = {"WALLETDESK_DATA": str(tmp_path)}
    assert isinstance(make_embedder(load_config(given).embedder), UseEmbedder)
    given["WALLETDESK_EMBEDDER_URL"] = "https://models.example/v1"
    with pytest.raises(ConfigError, match="WALLETDESK_EMBEDDER_MODEL"):
        load_config(given)
    given["WALLETDESK_EMBEDDER_MODEL"] = "other"
    chosen = make_embedder(load_config(given).embedder)
    assert isinstance(chosen, OpenAiEmbedder)
    assert chosen.dimensions == 512
    chosen.close()
