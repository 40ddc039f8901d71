"""The language of the field, and its small mathematics. Pure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.conversations.search.rules import (
    distance,
    mistakes_allowed,
    parse,
    read_day,
    without,
)
from walletdesk.conversations.search.snippets import snippet
from walletdesk.conversations.search.terms import expression, read_terms, vector, vocabulary
from walletdesk.conversations.search.types import Name

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("from:me usdt", [(Name.FROM, "me"), (None, "usdt")]),
        ("来自：客户 没到账", [(Name.FROM, "客户"), (None, "没到账")]),
        ("de:cliente después:2026", [(Name.FROM, "cliente"), (Name.AFTER, "2026")]),
        ('tag:"scam report" x', [(Name.TAG, "scam report"), (None, "x")]),
        ("“not arrived”", [(None, "not arrived")]),
        ("http://example.org 12:30", [(None, "http://example.org"), (None, "12:30")]),
        ("FROM:Mei", [(Name.FROM, "Mei")]),
        ("form:me", [(None, "form:me")]),
        ('"open end', [(None, "open"), (None, "end")]),
    ],
)  # fmt: skip
def test_parts(typed: str, parts: list[tuple[Name | None, str]]) -> None:
    asked = parse(typed)
    assert [(part.name, part.text) for part in asked.parts] == parts
    assert asked.problems == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [("from:", "no_value"), ("a before: b", "no_value"), ("-is:open", "not_excludable"),
     ("x" * 501, "too_long"), ("a b " * 20, "too_many")],
)  # fmt: skip
def test_problems(typed: str, code: str) -> None:
    assert [problem.code for problem in parse(typed).problems] == [code]


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026-03-14", date(2026, 3, 14)), ("2026/3", date(2026, 3, 1)), ("2026", date(2026, 1, 1)),
     ("2026年3月14日", date(2026, 3, 14)), ("7d", date(2026, 11, 15)), ("2周", date(2026, 11, 8)),
     ("昨天", date(2026, 11, 21)), ("hoy", TODAY), ("2026-02-30", None), ("soon", None),
     ("٢٠٢٦", None), ("9999y", None), ("0000", None)],
)  # fmt: skip
def test_days(typed: str, day: date | None) -> None:
    assert read_day(typed, TODAY) == day


@given(st.text(max_size=600))
def test_any_text_is_taken_apart_and_put_together(typed: str) -> None:
    asked = parse(typed)
    terms = read_terms(asked.words)
    for part in asked.parts:
        assert len(parse(without(typed, part)).parts) <= len(asked.parts) + 1
    for term in terms:
        assert expression(term).count("'") % 2 == 0
    line = " ".join(typed.split())
    assert "".join(piece.text for piece in snippet(typed, terms, whole=True)) in {line, line + "…"}
    assert vector(typed).count("'") % 2 == 0


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_distance_is_one_of_its_kind(one: str, other: str) -> None:
    steps = distance(one, other, 9)
    assert steps == distance(other, one, 9)
    assert (steps == 0) == (one == other)
    assert abs(len(one) - len(other)) <= steps <= max(len(one), len(other))
    assert distance(one, other, 1) == min(steps, 2)


def test_typing_mistakes() -> None:
    assert distance("trasnfer", "transfer", 2) == 1
    assert [mistakes_allowed(word) for word in ("eth", "walet", "transfer")] == [0, 1, 2]


def test_no_word_with_a_digit_is_kept_for_corrections() -> None:
    key = "5Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9KF"
    assert vocabulary(f"half of it: {key[:26]}") == {"half"}


def test_marks_stand_on_the_letters_that_were_written() -> None:
    terms = read_terms(parse("TRANSACCION 没到账 ﬁn").words)
    pieces = snippet("La transacción: ＵＳＤＴ没到账, al fin", terms)
    assert [p.text for p in pieces if p.marked] == ["transacción", "没到账", "fin"]


HOSTILE = ['"' * 5_000, "from:" * 2_000, "-" * 10_000, "a" * 10_000, "的" * 10_000, '" ' * 5_000,
           "“”" * 5_000, "from:“" * 1_600, "来自：" * 3_000, "\u0300" * 10_000]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_texts_come_to_an_end(typed: str) -> None:
    """S35: what backtracks would take minutes here."""
    asked = parse(typed[:500])
    terms = read_terms(asked.words)
    assert vector(typed) is not None
    assert snippet(typed, terms)
