"""Word by word: what stayed, went and came is all there, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.knowledge.text_diff import CUT, GONE, NEW, SAME, Line, Piece, compare, words

LINES = st.lists(st.text("ab 转账。\u200d", max_size=12), max_size=8)


def side(lines: list[Line], without: str) -> list[str]:
    """Return one of the two texts again, as far as nothing was cut."""
    found = ["".join(p.text for p in line.pieces if p.kind != without) for line in lines]
    kept = [all(p.kind == without for p in line.pieces) for line in lines]
    return [text for text, gone in zip(found, kept, strict=True) if not gone]


@given(LINES, LINES)
def test_both_texts_can_be_read_out_of_it(old: list[str], new: list[str]) -> None:
    found = compare(old, new)
    if not any(line.kind == CUT for line in found):
        assert [t for t in side(found, NEW) if t] == [t for t in old if t]
        assert [t for t in side(found, GONE) if t] == [t for t in new if t]


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("wait ten minutes", "wait two minutes",
         [(SAME, "wait "), (GONE, "ten"), (NEW, "two"), (SAME, " minutes")]),
        ("转账需要十分钟", "转账需要五分钟",
         [(SAME, "转账需要"), (GONE, "十"), (NEW, "五"), (SAME, "分钟")]),
    ],
)  # fmt: skip
def test_only_the_changed_words_are_marked(
    old: str, new: str, pieces: list[tuple[str, str]]
) -> None:
    assert compare([old], [new]) == [Line("mixed", tuple(Piece(*each) for each in pieces))]


def test_sentences_without_a_word_in_common_stand_one_below_the_other() -> None:
    assert [line.kind for line in compare(["alpha beta"], ["转账失败了"])] == [GONE, NEW]


def test_long_sameness_is_cut() -> None:
    lines = [str(n) for n in range(50)]
    found = compare([*lines, "old"], [*lines, "new"])
    assert [line.kind for line in found].count(CUT) == 1
    assert len(found) <= 8


def test_hostile_lengths_end() -> None:
    line = "a b " * 10_000
    assert [found.kind for found in compare([line], [line + "c"])] == [GONE, NEW]
    assert compare(["x"] * 30_000, []) != []


@given(st.text(max_size=40))
def test_words_are_the_line(line: str) -> None:
    assert "".join(words(line)) == line
