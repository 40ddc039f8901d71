"""Articles as a folder: out, in again, the same bytes; conflicts are told, never settled."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.factories.articles import load
from walletdesk.knowledge import files
from walletdesk.knowledge.actions import authoring
from walletdesk.knowledge.actions.exchange import FileReport, Outcome, import_files
from walletdesk.knowledge.actions.pictures import keep_picture
from walletdesk.knowledge.drafts import source_of
from walletdesk.knowledge.exports import as_zip, exported
from walletdesk.knowledge.models import Article, Revision, Translation
from walletdesk.knowledge.types import (
    ArticleAudience,
    ArticleFile,
    BadArticle,
    CleanPicture,
    HandOver,
    TranslationSource,
)

NAME = "swap-failed/en.md"
LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cn"]), min_size=1, max_size=30
)


def texts(contents: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in contents.items() if name.endswith(".md")}


def outcomes(reports: list[FileReport]) -> dict[str, Outcome]:
    return {report.name: report.outcome for report in reports}


@given(title=LINE, asked=st.lists(LINE, max_size=3, unique=True), word=LINE)
def test_a_file_is_the_same_bytes_again(title: str, asked: list[str], word: str) -> None:
    source = TranslationSource("en", title, "In short.", f"## {word}\n\nText.", tuple(asked))
    file = ArticleFile(
        "an-id", "en", "手续费", "fees", ArticleAudience.STAFF, HandOver.FUNDS, 3, True, source
    )
    written = files.write(file)
    read = files.read("x.md", written.encode())
    assert files.write(read) == written
    assert (read.text.title, read.text.asked) == (title, tuple(asked))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "---"),
        ("---\nid: x", 2, "no end"),
        ("---\nid: x\nnope: 1\n---\nS", 3, "unknown key"),
        ("---\nid: x\nid: y\n---\nS", 3, "twice"),
        ('---\nid: "x\n---\nS', 2, "not closed"),
        ("---\nid: A B\nlanguage: en\n---\nS", 2, "lower-case"),
        ("---\nid: x\nlanguage: e\n---\nS", 3, "language"),
        ("---\nid: x\nlanguage: en\ntopic: none\n---\nS", 4, "unknown"),
        ("---\nid: x\nlanguage: en\ntopic: fees\nposition: 99999999999\n---\nS", 5, "range"),
        ("---\nid: x\nlanguage: en\ntopic: fees\npublished: 1\n---\nS", 5, "true or false"),
        ("---\nid: x\nlanguage: en\ntopic: fees\ntitle: T\ncategory: c\nasked: [1]\n---\nS", 7,
         "holds texts"),
        ("---\nid: x\n---\n", 4, "paragraph"),
        ("---\nid: \x00\n---\nS", 2, "control"),
        ("---\nasked: " + "[" * 9_000 + "\n---\nS", 2, "not closed"),
    ],
)  # fmt: skip
def test_a_bad_file_says_which_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadArticle) as refused:
        files.read("a/en.md", text.encode())
    assert f"a/en.md:{line}: " in str(refused.value)
    assert said in str(refused.value)


def test_out_and_in_and_out_again(cast: Cast) -> None:
    load(cast.brand, ["swap-failed", "forgot-password"])
    picture = CleanPicture("image/webp", 4, 3, b"RIFFxxxxWEBP")
    kept, _ = keep_picture(brand=cast.brand, picture=picture)
    article = Article.objects.defer("direction").get(slug="swap-failed")
    source, number = source_of(article, "en")
    assert source is not None
    body = f"{source.body}\n\n![Button](../pictures/{kept.name})"
    changed = TranslationSource("en", source.title, source.summary, body, source.asked)
    authoring.save_text(
        actor=cast.owner, article=article, version=number, text=changed, publish_it=True
    )
    first = exported(cast.brand)
    assert len(texts(first)) == 6
    assert f"pictures/{kept.name}" in first
    same = import_files(brand=cast.brand, articles=texts(first))
    assert set(outcomes(same).values()) == {Outcome.SAME}
    other = import_files(
        brand=cast.other_brand,
        articles=texts(first),
        pictures=[(f"pictures/{kept.name}", picture)],
    )
    assert set(outcomes(other).values()) == {Outcome.NEW}
    assert exported(cast.other_brand) == first
    assert as_zip(exported(cast.other_brand)) == as_zip(first)
    again = import_files(brand=cast.other_brand, articles=texts(first))
    assert set(outcomes(again).values()) == {Outcome.SAME}


def test_who_changed_what_since_is_told_apart(cast: Cast) -> None:
    load(cast.brand, ["swap-failed"])
    out = texts(exported(cast.brand))
    edited = {**out, NAME: out[NAME].replace(b"My swap failed", b"A swap failed")}
    dry = import_files(brand=cast.brand, articles=edited, dry_run=True)
    assert outcomes(dry)[NAME] == Outcome.CHANGED
    assert exported(cast.brand)[NAME] == out[NAME]
    assert outcomes(import_files(brand=cast.brand, articles=edited))[NAME] == Outcome.CHANGED
    assert Translation.objects.get(language="en").title.startswith("A swap failed")
    assert [r.author_name for r in Revision.objects.order_by("number")] == ["", "import"]
    # now the first file is older than the desk, and a file of its state that says something else
    # is a conflict
    assert outcomes(import_files(brand=cast.brand, articles=out))[NAME] == Outcome.KEPT
    both = {NAME: out[NAME].replace(b"My swap failed", b"Swaps")}
    assert outcomes(import_files(brand=cast.brand, articles=both))[NAME] == Outcome.CONFLICT
    assert Translation.objects.get(language="en").title.startswith("A swap failed")


def test_what_cannot_be_taken_leaves_the_rest_alone(cast: Cast) -> None:
    load(cast.brand, ["swap-failed"])
    out = texts(exported(cast.brand))
    seed = b"legal winner thank year wave sausage worth useful legal winner thank yellow"
    reports = import_files(
        brand=cast.other_brand,
        articles={
            **out,
            "bad/en.md": b"\xff\xfe",
            "secret/en.md": out[NAME].replace(b"swap-failed", b"secret").replace(b"## ", seed, 1),
            "fr/fr.md": out[NAME].replace(b'"en"', b'"fr"'),
        },
    )
    found = outcomes(reports)
    assert {found[name] for name in ("bad/en.md", "secret/en.md", "fr/fr.md")} == {Outcome.REFUSED}
    assert {found[name] for name in out} == {Outcome.NEW}
    assert seed.decode() not in str(reports)
    assert not Article.objects.filter(slug="secret").exists()


def test_a_draft_travels_as_a_draft(cast: Cast) -> None:
    article = authoring.create_article(
        actor=cast.owner, slug="new-thing", topic="fees", category="fees"
    )
    text = TranslationSource("en", "New", "In short.", "Body", ())
    authoring.save_text(actor=cast.owner, article=article, version=0, text=text, publish_it=False)
    out = texts(exported(cast.brand))
    assert b"published: false" in out["new-thing/en.md"]
    import_files(brand=cast.other_brand, articles=out)
    assert not Translation.objects.filter(article__brand=cast.other_brand).exists()
    assert exported(cast.other_brand) == out


def test_what_was_taken_away_from_readers_comes_back_nowhere(cast: Cast) -> None:
    load(cast.brand, ["swap-failed"])
    article = Article.objects.defer("direction").get()
    authoring.release_article(actor=cast.owner, article=article, released=False)
    out = texts(exported(cast.brand))
    edited = {**out, NAME: out[NAME].replace(b"My swap failed", b"A swap failed")}
    found = outcomes(import_files(brand=cast.brand, articles=edited))
    assert found.pop(NAME) == Outcome.CHANGED
    assert set(found.values()) == {Outcome.SAME}
    import_files(brand=cast.other_brand, articles=out)
    assert not Article.objects.filter(published=True).exists()
    assert exported(cast.other_brand) == out


def test_the_folder_on_disk_is_the_same(cast: Cast, tmp_path: Path) -> None:
    load(cast.brand, ["swap-failed"])
    for name, data in exported(cast.brand).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    read = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.glob("*/*.md")}
    assert read == texts(exported(cast.brand))
