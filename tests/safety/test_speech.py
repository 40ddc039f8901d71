"""Secrets that were spoken: masked in the words, silenced in the sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.tones import channels, tone, wav
from walletdesk.safety.speech import check_speech
from walletdesk.voice.sound import NoWav, seconds_of, silenced

ENGLISH = [
    "velvet",
    "panther",
    "ladder",
    "horse",
    "ginger",
    "tower",
    "basket",
    "orbit",
    "canyon",
    "melody",
    "anchor",
    "dwarf",
]
SPANISH = [
    "ábaco",
    "lápiz",
    "ozono",
    "zurdo",
    "yodo",
    "uva",
    "toro",
    "sable",
    "ronda",
    "pino",
    "queso",
    "nube",
]
CHINESE = "的一是在不了有和人这中大"  # twelve of the list


def said(text: str) -> list[tuple[str, float, float]]:
    """Return words half a second apart."""
    return [(word, n / 2, n / 2 + 0.4) for n, word in enumerate(text.split())]


@pytest.mark.parametrize(
    "phrase",
    [
        " ".join(ENGLISH),
        " ".join(f"um {word}," for word in ENGLISH),
        " ".join(f"number {n} is {word}." for n, word in enumerate(ENGLISH, 1)),
        " ".join(f"the next word is {word}." for word in ENGLISH),
        " ".join(f"第{n}个词是 {word}" for n, word in enumerate(ENGLISH, 1)),
        " ".join(f"la palabra {n} es {word}," for n, word in enumerate(SPANISH, 1)),
        " ".join(f"este {word}," for word in SPANISH),
        " ".join(f"嗯 {sign}," for sign in CHINESE),
    ],
)
def test_a_spoken_phrase_is_masked_and_its_seconds_are_known(phrase: str) -> None:
    before = said(f"Monday your colleagues called {phrase}")
    after = "Unfortunately nothing happened afterwards"
    end = before[-1][2]
    pieces = before + [(w, s + end + 2, e + end + 2) for w, s, e in said(after)]
    checked = check_speech(pieces)
    assert "seed_phrase" in checked.kinds
    assert not [word for word in (*ENGLISH, *SPANISH) if word in checked.safe.text.lower()]
    assert checked.safe.text.endswith("happened afterwards")
    first = next(
        start for word, start, _ in pieces if word.strip(",.") in {*ENGLISH, *SPANISH, *CHINESE}
    )
    assert checked.spans[0][0] <= first
    assert max(stop for _, stop in checked.spans) >= end
    assert checked.spans[-1][1] < pieces[-1][1], "what is said later is heard"


def test_what_is_no_secret_stays() -> None:
    text = "Hello, um, my transfer has not arrived. The first number is wrong, okay?"
    checked = check_speech(said(text))
    assert checked.safe.text == text
    assert checked.spans == ()


def test_a_piece_that_is_a_sentence_is_silenced_whole() -> None:
    pieces = [("Wednesday afternoon.", 0, 2), (" ".join(ENGLISH), 2, 9), ("Goodbye.", 10, 11)]
    assert check_speech(pieces).spans == ((1.6, 9.4),)


@given(st.lists(st.tuples(st.text(max_size=40), st.floats(0, 99), st.floats(0, 99)), max_size=8))
def test_nothing_raises_and_spans_are_in_order(pieces: list[tuple[str, float, float]]) -> None:
    spans = check_speech(pieces).spans
    assert all(start <= end for start, end in spans)
    assert list(spans) == sorted(spans)


def test_spans_are_silent_on_both_channels_and_the_rest_stays() -> None:
    sound = wav(tone(440, 4), tone(880, 4))
    left, right = channels(silenced(sound, [(1.0, 2.0), (3.5, 99.0), (-5.0, 0.25)]))
    for before, after in zip(channels(sound), (left, right), strict=True):
        assert not after[8_000:16_000].any()
        assert not after[28_000:].any()
        assert not after[:2_000].any()
        assert np.array_equal(before[2_000:8_000], after[2_000:8_000])
        assert np.array_equal(before[16_000:28_000], after[16_000:28_000])
    assert seconds_of(silenced(sound, [])) == 4.0


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\x00\x00\x00\x00WAVEfmt ", bytes(100)])
def test_what_is_no_wav_is_refused(data: bytes) -> None:
    with pytest.raises(NoWav):
        silenced(data, [(0, 1)])
