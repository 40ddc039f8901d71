"""A hotline in its least form, for tests of a driver alone."""

from tests.voice.tones import tone, wav
from walletdesk.voice import types as t

HELLO = (t.Said("Press 2", ("hello",)),)
RATE = (t.Said("Rate us", ("rate",)),)
SOUNDS = {"hello": wav(tone(600, 4)), "rate": wav(tone(700, 1))}


def hotline(_call: str, event: t.Event) -> list[t.Command]:
    """Menu, hold, somebody, the rating."""
    match event:
        case t.Incoming():
            return [t.Answer()]
        case t.Answered():
            return [t.Play(HELLO, t.Collect(digits=1, seconds=5))]
        case t.Digits(keys="2"):
            return [t.Record("talk"), t.Hold(), t.Connect("agent", number="+15550199")]
        case t.LegLeft():
            return [t.StopRecording("talk"), t.Play(RATE, t.Collect(digits=1, seconds=8))]
        case t.Digits():
            return [t.Hangup()]
    return []
