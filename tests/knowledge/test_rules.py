"""Reading articles and cutting them into passages."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.knowledge import ranking
from walletdesk.knowledge.markup import render_markdown
from walletdesk.knowledge.rules import content_hash, parse_article, passages, search_vector
from walletdesk.knowledge.types import BadArticle, HandOver

DEMO = Path("src/walletdesk/site/demo/articles")
META = """topic = "fees"
category = "fees"
hand_over = ""

[asked]
en = ["why so expensive"]
"""
ENGLISH = """# What do fees cost?

They cost **what the network** asks. We take nothing.

## How to save

1. Wait for the night.
2. Compare. Then send!
"""


def test_an_article_is_parsed_and_cut() -> None:
    article = parse_article("fees", {"article.toml": META, "en.md": ENGLISH})
    (english,) = article.translations
    assert (article.topic, article.hand_over) == ("fees", HandOver.NO)
    assert english.summary == "They cost what the network asks. We take nothing."
    assert english.body.startswith("## How to save")
    assert dict(passages(english)) == {
        "What do fees cost?": 3,
        "why so expensive": 6,
        "They cost what the network asks. We take nothing.": 2,
        "They cost what the network asks.": 1,
        "We take nothing.": 1,
        "How to save Wait for the night. Compare. Then send!": 1,
        "Wait for the night.": 1,
        "Compare.": 1,
        "Then send!": 1,
    }
    vector = search_vector(english).split()
    assert {"'expensive':1A", "'network':1B", "'night':1D"} <= set(vector)


def test_chinese_sentences_need_no_blanks() -> None:
    text = "# 手续费？\n\n由网络决定。我们不收。\n"
    article = parse_article(
        "fees", {"article.toml": 'topic="fees"\ncategory="f"', "zh-hans.md": text}
    )
    assert [text for text, _ in passages(article.translations[0])] == [
        "由网络决定。",
        "我们不收。",
        "手续费？",
        "由网络决定。我们不收。",
    ]


@pytest.mark.parametrize(
    ("slug", "files", "said"),
    [
        ("Fees", {"article.toml": META}, "Fees: the folder's name"),
        ("fees", {"en.md": ENGLISH}, "fees: article.toml is missing"),
        ("fees", {"article.toml": 'topic = "fees\n'}, "fees/article.toml:1: "),
        ("fees", {"article.toml": "a = 1\n\ntopic = 3"}, "fees/article.toml:3: topic must be"),
        ("fees", {"article.toml": '\ntopic = "nope"'}, "fees/article.toml:2: unknown topic 'nope'"),
        (
            "fees",
            {"article.toml": META.replace('hand_over = ""', 'hand_over = "x"')},
            "fees/article.toml:3: unknown hand_over 'x'",
        ),
        ("fees", {"article.toml": META}, "fees/article.toml:6: asked in en, no en.md"),
        (
            "fees",
            {"article.toml": META.replace("so expensive", "\\u0000"), "en.md": ENGLISH},
            "fees/article.toml:6: holds a control character",
        ),
        (
            "fees",
            {"article.toml": META, "en.md": ENGLISH, "notes.txt": ""},
            "fees/notes.txt: the name must be",
        ),
        ("fees", {"article.toml": META, "en.md": "What?"}, "fees/en.md:1: the first line must be"),
        ("fees", {"article.toml": META, "en.md": ""}, "fees/en.md:1: the first line must be"),
        ("fees", {"article.toml": META, "en.md": "# A\n\n## B\n"}, "fees/en.md:3: after the title"),
        ("fees", {"article.toml": META, "en.md": "# A\n"}, "fees/en.md:2: after the title"),
        ("fees", {"article.toml": META, "en.md": "# A\n\nB\x00"}, "fees/en.md:3: holds a control"),
    ],
)
def test_a_bad_article_names_file_and_line(slug: str, files: dict[str, str], said: str) -> None:
    with pytest.raises(BadArticle) as refusal:
        parse_article(slug, files)
    assert str(refusal.value).startswith(said)


@given(st.text(), st.text())
def test_any_file_is_parsed_or_refused(meta: str, text: str) -> None:
    try:
        article = parse_article("a", {"article.toml": meta, "en.md": text})
        passages(article.translations[0])
    except BadArticle:
        pass
    try:
        article = parse_article("a", {"article.toml": META, "en.md": f"# T\n\nS\n\n{text}"})
    except BadArticle:
        return
    assert passages(article.translations[0])
    assert "\x00" not in search_vector(article.translations[0])
    assert content_hash(article.translations[0])


def test_the_demo_is_whole_and_every_question_has_its_article() -> None:
    slugs = {path.name for path in DEMO.iterdir() if path.is_dir()}
    assert len(slugs) >= 40
    for slug in slugs:
        files = {path.name: path.read_text() for path in (DEMO / slug).iterdir()}
        found = {t.language: len(t.asked) for t in parse_article(slug, files).translations}
        assert found.keys() == {"zh-hans", "en", "es"}
        assert min(found.values()) >= 4
    asked = {path.stem for path in Path("tests/knowledge/questions").glob("*.toml")}
    assert asked == slugs
    lines = tomllib.loads(Path("tests/knowledge/out_of_scope.toml").read_text())
    assert sum(map(len, lines.values())) >= 120


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript"),
        ("[a](JaVaScRiPt&#58;alert(1))", "[a](JaVa"),
        ("[a](data:text/html,x)", "[a](data:"),
        ("[a](//evil.example)", "[a](//evil"),
        ("[a](https://ok.example)", '<a href="https://ok.example" rel="noopener noreferrer">'),
        ("[a](/help/b)", '<a href="/help/b" rel="noopener noreferrer">'),
        ("**b**", "<strong>b</strong>"),
    ],
)
def test_markdown_does_no_harm(markdown: str, html: str) -> None:
    assert html in render_markdown(markdown)


def test_pictures_are_not_loaded() -> None:
    assert "<img" not in render_markdown("![x](https://evil.example/a.png)")


def test_directions_tell_owners_apart_and_are_exact() -> None:
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(5, 16))
    owners = np.repeat(np.arange(5), 20)
    vectors = (centres[owners] + rng.normal(size=(100, 16)) / 4).astype(np.float32)
    weights = rng.uniform(1, 6, 100)
    directions, offsets = ranking.learn_directions(vectors, weights, owners)
    again, _ = ranking.learn_directions(vectors, weights, owners)
    assert (directions == again).all()
    assert ((vectors @ directions.T + offsets).argmax(1) == owners).all()


def test_one_article_alone_has_no_direction() -> None:
    directions, offsets = ranking.learn_directions(
        np.eye(4, dtype=np.float32), np.ones(4), np.zeros(4, np.intp)
    )
    assert not directions.any()
    assert not offsets.any()


@given(
    st.one_of(st.none(), st.floats(-1, 1)),
    st.one_of(st.none(), st.floats(-1, 1)),
    st.one_of(st.none(), st.floats(0, 200)),
    st.floats(0, 20),
)
def test_confidence_is_a_share_and_grows_with_every_sign(
    pull: float | None, likeness: float | None, words: float | None, margin: float
) -> None:
    base = ranking.confidence(ranking.Signs(pull, likeness, words, margin))
    assert 0 <= base <= 1
    if words is not None:
        more = ranking.confidence(ranking.Signs(pull, likeness, words + 1, margin))
        assert more >= base
