"""The canonical bytes of secrets, and what quotes their parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.safety import disguises
from walletdesk.safety import guard
from walletdesk.safety.fingerprint import Caught, caught_in, cut_out
from walletdesk.safety.quotes import without_parts
from walletdesk.safety.text_file import cleaned

WORDS = disguises.phrase(disguises.dice(77))
HAN = disguises.phrase(disguises.dice(78), "chinese_simplified")


def of(text: str, history: tuple[str, ...] = ()) -> tuple[Caught, ...]:
    return caught_in(text, history, guard.check(text, history))


@pytest.mark.parametrize(
    "text",
    [
        " ".join(WORDS),
        "\n".join(WORDS),
        "  ".join(WORDS).upper(),
        "\n".join(f"{n}) {word}" for n, word in enumerate(WORDS, 1)),
    ],
)
def test_one_phrase_has_one_digest_however_it_is_written(text: str) -> None:
    assert of(text) == of(" ".join(WORDS))
    assert len(of(text)) == 1


def test_chinese_phrases_and_keys_too() -> None:
    assert of(" ".join(HAN)) == of("我的助记词是" + "".join(HAN))
    key = disguises.hex_key(disguises.dice(5)).removeprefix("0x")
    assert of(f"my private key is {key}") == of(f"private key: 0x{key.upper()}")
    assert of("just a sentence") == ()


def test_a_phrase_over_messages_is_one_secret() -> None:
    history = (" ".join(WORDS[:4]), " ".join(WORDS[4:8]))
    found = of(" ".join(WORDS[8:]), history)
    assert len(found) == 1
    assert found == of(" ".join(WORDS))


def test_the_rest_of_a_phrase_has_none() -> None:
    """Else the last word of one person's phrase would be recognised in everybody's."""
    assert of(WORDS[-1], ("⟦secret:seed_phrase⟧",)) == ()


@given(st.lists(st.text(alphabet="abc ", min_size=1, max_size=6), min_size=2, max_size=6))
def test_what_was_cut_out_is_what_is_missing(pieces: list[str]) -> None:
    kept = [f"<{n}>" for n in range(len(pieces) + 1)]
    before = kept[0] + "".join(p + k for p, k in zip(pieces, kept[1:], strict=True))
    after = "⟦secret:seed_phrase⟧".join(kept)
    assert cut_out(before, after) == [piece for piece in pieces if piece.strip()]


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("you wrote: abandon ability?", ["abandon ability"], "you wrote: ⟦secret:seed_phrase⟧?"),
        ("Abandon  ABILITY", ["abandon ability"], "⟦secret:seed_phrase⟧"),
        ("tell me about it", ["about"], None),
        ("about able above", ["about", "able", "above"], " ".join(["⟦secret:seed_phrase⟧"] * 3)),
        ("您写了的一是在不了，对吗", ["的一是在不了"], "您写了⟦secret:seed_phrase⟧，对吗"),
        ("nothing of it", ["abandon ability", "x" * 20], None),
    ],
)
def test_quotations(text: str, parts: list[str], expected: str | None) -> None:
    found = without_parts(text, parts, "seed_phrase")
    assert (found.text if found else None) == expected


@pytest.mark.parametrize(
    "written",
    [
        '{"a": "' + "\\n".join(WORDS) + '"}',
        '{"a": "' + "".join(f"\\u{ord(c):04x}" for c in " ".join(WORDS)) + '"}',
        '{"a": "{\\"b\\": \\"'
        + "".join(f"\\\\u{ord(c):04x}" for c in "助记词是" + "".join(HAN))
        + '\\"}"}',
        "POST /x?phrase=" + "+".join(WORDS),
        "phrase=" + "%20".join(WORDS) + "&x=1",
    ],
)
def test_files_hide_no_secret_behind_escapes(written: str) -> None:
    text, kinds, caught = cleaned(written.encode())
    assert kinds == ("seed_phrase",)
    assert len(caught) == 1
    assert "⟦secret:seed_phrase⟧" in text


def test_a_file_without_a_secret_stays_as_it_was() -> None:
    written = '{"a": "line\\nline \\u4f60 100%25 a+b \\"x\\""}'
    assert cleaned(written.encode()) == (written, (), ())
