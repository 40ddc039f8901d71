"""Sound as numbers: mixing, gaps, silence, keys as tones, who hears whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.integrations.embedded_voice.audio import (
    FRAME,
    FrameQueue,
    Samples,
    SilenceWatch,
    frames_of,
    hold_sound,
    mix,
    read_wav,
    tone,
    write_wav,
)
from walletdesk.integrations.embedded_voice.keys import KEYS, ToneKeys
from walletdesk.integrations.embedded_voice.modes import speakers

ROWS = {"1": (697, 1209), "2": (697, 1336), "3": (697, 1477), "4": (770, 1209), "5": (770, 1336)}
ROWS |= {"6": (770, 1477), "7": (852, 1209), "8": (852, 1336), "9": (852, 1477)}
ROWS |= {"*": (941, 1209), "0": (941, 1336), "#": (941, 1477)}


def pressed(keys: str, noise: float = 0.0, seed: int = 1) -> Samples:
    pause = np.zeros(480, np.int16)
    parts = [part for key in keys for part in (tone(ROWS[key], 0.08, 0.5), pause)]
    samples = np.concatenate([pause, *parts]).astype(np.float64)
    hum = np.random.default_rng(seed).normal(0, 1, samples.size) * noise
    return np.clip(samples + hum, -32768, 32767).astype(np.int16)


def heard(samples: Samples) -> str:
    keys = ToneKeys()
    return "".join(keys.feed(frame) for frame in frames_of(samples))


@given(st.text(sorted(KEYS), max_size=12), st.integers(0, 159))
def test_keys_that_come_as_tones_are_each_heard_once(keys: str, late: int) -> None:
    assert heard(np.concatenate([np.zeros(late, np.int16), pressed(keys)])) == keys


def test_keys_are_heard_through_noise() -> None:
    assert heard(pressed("20468", noise=600)) == "20468"


def test_neither_the_hold_sound_nor_noise_presses_keys() -> None:
    noise = np.random.default_rng(4).normal(0, 3_000, 80_000).astype(np.int16)
    assert heard(hold_sound()) == ""
    assert heard(noise) == ""
    assert heard(tone((440.0, 880.0, 1_320.0), 5.0, 0.4)) == ""


def test_a_wav_comes_back_as_it_was_and_others_are_refused() -> None:
    samples = tone((440.0,), 0.1)
    assert np.array_equal(read_wav(write_wav(samples.tobytes())), samples)
    two = write_wav(samples.tobytes(), b"")
    for bad in (two, b"", b"RIFF", b"\x00" * 100):
        with pytest.raises(ValueError, match=r"WAV|channel"):
            read_wav(bad)


@given(st.lists(st.integers(1, 700), max_size=12))
def test_pieces_of_any_length_come_out_in_order(lengths: list[int]) -> None:
    said = np.arange(1, sum(lengths) + 1).astype(np.int16)
    queue = FrameQueue()
    out = []
    at = 0
    for length in lengths:
        queue.push(said[at : at + length])
        at += length
        out.append(queue.take())
    kept = np.concatenate([*out, *(queue.take() for _ in range(30)), np.zeros(0, np.int16)])
    kept = kept[kept > 0]
    assert np.all(np.diff(kept.astype(int)) > 0)
    assert all(frame.size == FRAME for frame in out)


def test_silence_is_waited_for_and_a_humming_line_counts_as_silence() -> None:
    watch = SilenceWatch(0.5)
    hum = np.random.default_rng(2).normal(0, 200, 80_000).astype(np.int16)
    learnt = [watch.feed(frame) for frame in frames_of(hum)]
    assert learnt[-1]
    speech = frames_of(tone((300.0, 900.0), 1.0, 0.3))
    assert not any(watch.feed(frame) for frame in speech[2:-2])


def test_what_is_too_loud_is_cut_off() -> None:
    loud = np.full(FRAME, 30_000, np.int16)
    assert mix([loud, loud]).max() == 32_767
    assert mix([]).max() == 0


def test_who_hears_whom() -> None:
    talk = speakers({"caller": "talk", "a": "talk", "s": "listen"})
    assert talk == {"caller": ("a",), "a": ("caller",), "s": ("caller", "a")}
    whisper = speakers({"caller": "talk", "a": "talk", "s": "whisper"})
    assert whisper["caller"] == ("a",)
    assert whisper["a"] == ("caller", "s")
    held = speakers({"caller": "held", "a": "talk", "b": "talk"})
    assert held == {"caller": (), "a": ("b",), "b": ("a",)}
    assert speakers({"caller": "talk", "a": "muted"}) == {"caller": (), "a": ("caller",)}
