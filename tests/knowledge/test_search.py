"""Loading, indexing and finding articles, on a real database."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.articles import FOLDER, RememberingEmbedder, index, load
from walletdesk.accounts.actions.brands import create_brand
from walletdesk.accounts.models import Brand
from walletdesk.kit.errors import NotFound
from walletdesk.kit.outbox import registry
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.knowledge import actions, events, queries
from walletdesk.knowledge.embedding import choose_embedder
from walletdesk.knowledge.models import Article, Learning, Passage, Translation
from walletdesk.knowledge.types import BadArticle, Hit
from walletdesk.language.types import EmbedderUnavailable, Vectors


class NoEmbedder:
    """Stands for a model that cannot be reached."""

    dimensions = 512

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbedderUnavailable(f"no answer for {len(texts)} texts")


def ask(brand: Brand, text: str, language: str) -> list[Hit]:
    return queries.search(brand=brand, text=text, language=language)


RIGHT = [
    ("我的转账一直在确认中", "zh-hans", "transaction-pending"),
    ("my transfer has been pending for hours", "en", "transaction-pending"),
    ("mi transferencia sigue pendiente", "es", "transaction-pending"),
    ("钱包里的币被盗了", "zh-hans", "wallet-emptied-or-stolen"),
    ("they stole everything from my wallet", "en", "wallet-emptied-or-stolen"),
    ("olvidé mi contraseña", "es", "forgot-password"),
]
NONE_FITS = [("讲个笑话", "zh-hans"), ("do you like pizza", "en"), ("qué tiempo hace", "es")]
ODD = ["", "  ", "\x00", "'); DROP TABLE x; --", "a' | b & !", "🙂", "\ud800", "x" * 9000]


def test_the_right_article_comes_first(library: Brand) -> None:
    for text, language, slug in RIGHT:
        best = ask(library, text, language)[0]
        assert (best.article_slug, best.language) == (slug, language)
        assert best.url == f"/help/borealis/{language}/{slug}"
        assert best.score > 0.5
    for text, language in NONE_FITS:
        assert ask(library, text, language)[0].score < 0.5
    for text in ODD:
        for hit in ask(library, text, "en"):
            assert 0 <= hit.score <= 1


def test_a_missing_translation_is_found_by_meaning(library: Brand) -> None:
    Translation.objects.filter(article__slug="transaction-pending", language="es").delete()
    best = ask(library, "mi transferencia sigue pendiente", "es")[0]
    assert (best.article_slug, best.language) == ("transaction-pending", "en")


def test_a_language_without_any_article_works_by_meaning(library: Brand) -> None:
    best = ask(library, "minha transferência está pendente há horas", "pt")[0]
    assert (best.article_slug, best.language) == ("transaction-pending", "en")


def test_words_alone_must_do_without_vectors(brand: Brand) -> None:
    choose_embedder(NoEmbedder())
    actions.load_article_folder(brand=brand, folder=FOLDER / "swap-failed")
    actions.load_article_folder(brand=brand, folder=FOLDER / "forgot-password")
    assert ask(brand, "I forgot my password", "en")[0].article_slug == "forgot-password"
    pk = Translation.objects.values_list("pk", flat=True)[0]
    assert not actions.index_translation(pk)
    assert not Passage.objects.exclude(embedding=None).exists()


def test_brands_do_not_see_each_other(library: Brand) -> None:
    rival = create_brand(
        slug="rival", name="Rival", languages=["en"], default_language="en", accent="#000000"
    )
    assert ask(rival, "my transfer is pending", "en") == []
    load(rival, ["swap-failed"])
    assert {hit.article_slug for hit in ask(rival, "my transfer is pending", "en")} == {
        "swap-failed"
    }
    with pytest.raises(NotFound):
        queries.get_translation_for(brand=rival, language="en", slug="transaction-pending")


def test_an_unpublished_article_is_gone_everywhere(library: Brand) -> None:
    article = Article.objects.get(slug="transaction-pending")
    actions.set_published(article=article, published=False)
    found = ask(library, "my transfer has been pending for hours", "en")
    assert "transaction-pending" not in {hit.article_slug for hit in found}
    with pytest.raises(NotFound):
        queries.get_translation_for(brand=library, language="en", slug="transaction-pending")


def test_the_number_of_statements_is_fixed(
    library: Brand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask(library, "the first reads what was learned", "en")
    for text in ("my transfer is pending", "x", "transfer " * 200):
        with django_assert_num_queries(5):
            ask(library, text, "en")
    with django_assert_num_queries(1):
        assert len(queries.list_translations(brand=library, language="zh-hans")) == 5
    with django_assert_num_queries(1):
        assert queries.get_translation_for(brand=library, language="xx", slug="swap-failed").body


def test_loading_again_changes_nothing_and_a_change_replaces_passages(
    brand: Brand, tmp_path: Path
) -> None:
    folder = tmp_path / "swap-failed"
    shutil.copytree(FOLDER / "swap-failed", folder)
    actions.load_article_folder(brand=brand, folder=folder)
    index(brand)
    before = set(Passage.objects.values_list("pk", flat=True))
    actions.load_article_folder(brand=brand, folder=folder)
    assert set(Passage.objects.values_list("pk", flat=True)) == before

    english = folder / "en.md"
    english.write_text(english.read_text() + "\nA new last sentence.\n")
    (folder / "es.md").unlink()
    meta = (folder / "article.toml").read_text()
    (folder / "article.toml").write_text(meta[: meta.index("es = [")])
    actions.load_article_folder(brand=brand, folder=folder)
    assert set(Translation.objects.values_list("language", flat=True)) == {"zh-hans", "en"}
    waiting = Passage.objects.filter(embedding=None)
    assert set(waiting.values_list("translation__language", flat=True)) == {"en"}
    assert waiting.filter(text="A new last sentence.").exists()


def test_an_article_with_a_secret_is_refused_whole(brand: Brand, tmp_path: Path) -> None:
    folder = tmp_path / "swap-failed"
    shutil.copytree(FOLDER / "swap-failed", folder)
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    (folder / "en.md").write_text(f"# Title\n\nSummary.\n\n{words}\n")
    with pytest.raises(BadArticle, match=r"swap-failed/en\.md: holds a secret \(seed_phrase\)"):
        actions.load_article_folder(brand=brand, folder=folder)
    assert not Article.objects.exists()


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_an_article_that_asks_for_a_secret_is_refused(
    brand: Brand, tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "swap-failed"
    shutil.copytree(FOLDER / "swap-failed", folder)
    file = folder / f"{language}.md"
    warning = {
        "en": "Never send us your seed phrase. Fraudsters write “send us your seed phrase”.",
        "es": "No nos envíe su frase semilla. Elija Restaurar y escriba su frase en la app.",
        "zh-hans": "不要把助记词发给客服。选择恢复，输入助记词。",
    }
    file.write_text(f"{file.read_text()}\n{warning[language]}\n")
    actions.load_article_folder(brand=brand, folder=folder)
    asking = {
        "en": "To check it, send us your seed phrase.",
        "es": "Para comprobarlo, envíenos su frase semilla.",
        "zh-hans": "为了核实，请把助记词发给客服。",
    }
    file.write_text(f"{file.read_text()}\n{asking[language]}\n")
    with pytest.raises(BadArticle, match=rf"{language}\.md: asks its reader for a secret"):
        actions.load_article_folder(brand=brand, folder=folder)


def test_a_file_that_is_not_text_is_refused(brand: Brand, tmp_path: Path) -> None:
    folder = tmp_path / "swap-failed"
    shutil.copytree(FOLDER / "swap-failed", folder)
    (folder / "en.md").write_bytes(b"# Title\n\n\xff\n")
    with pytest.raises(BadArticle, match=r"swap-failed/en\.md:3: is not UTF-8"):
        actions.load_article_folder(brand=brand, folder=folder)


def test_events_index_everything_and_learn_once(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(registry, "_by_event", {})
    learned: list[int] = []

    def learn(brand_id: int) -> None:
        state = Learning.objects.get(pk=brand_id)
        actions.learn_ranking(brand_id)
        learned.append(Learning.objects.get(pk=brand_id).learned - state.learned)

    wiring: dict[str, list[tuple[str, Callable[..., object]]]] = {
        events.TRANSLATION_CHANGED: [("knowledge.index", actions.index_translation)],
        events.PASSAGES_EMBEDDED: [("knowledge.learn", learn)],
    }
    registry.wire(wiring)
    load_slugs = ["swap-failed", "forgot-password"]
    for slug in load_slugs:
        actions.load_article_folder(brand=brand, folder=FOLDER / slug)
    while handle_next():
        pass
    assert not Passage.objects.filter(embedding=None).exists()
    assert not Article.objects.filter(direction=None).exists()
    assert sum(1 for steps in learned if steps) == 1
    assert len(learned) == 6


def test_until_all_is_indexed_words_alone_decide(brand: Brand) -> None:
    choose_embedder(RememberingEmbedder())
    for slug in ("swap-failed", "forgot-password"):
        actions.load_article_folder(brand=brand, folder=FOLDER / slug)

    def answers() -> list[tuple[str, float]]:
        hits = queries.search(brand=brand, text="I forgot my password", language="en")
        return [(hit.article_slug, hit.score) for hit in hits]

    before = answers()
    assert before
    pks = list(Translation.objects.order_by("pk").values_list("pk", flat=True))
    for pk in pks[:-1]:
        actions.index_translation(pk)
        actions.learn_ranking(brand.pk)
        assert answers() == before
    actions.index_translation(pks[-1])
    actions.learn_ranking(brand.pk)
    assert answers()[0][0] == "forgot-password"
    assert answers() != before
