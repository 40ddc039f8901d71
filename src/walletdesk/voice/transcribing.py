"""Writing recordings down, with the guard over what was said and over the sound itself."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.kit.jobs import later
from walletdesk.language.types import Segment, SpeechToText, SpeechUnavailable
from walletdesk.safety import guard
from walletdesk.safety.speech import CheckedSpeech, check_speech
from walletdesk.voice import ports
from walletdesk.voice.actions.recordings import note_transcript, replace_recording
from walletdesk.voice.queries import get_recording, recording_wav
from walletdesk.voice.sound import NoWav, channels_of, silenced, wav_of

TRANSCRIBE_JOB: Final = "voice.transcribe"
_ATTEMPTS: Final = 6
_FIRST_PAUSE: Final = timedelta(minutes=1)  # doubles
_log = logging.getLogger("walletdesk.voice")


def wish_transcript(*, recording_id: int) -> None:
    """Have a recording written down, if anybody can."""
    if ports.speech() is not None:
        later(TRANSCRIBE_JOB, at=clock.now(), recording_id=recording_id, attempt=1)


def transcribe_recording(recording_id: int, attempt: int) -> None:
    """Write a recording down; when that fails for now, once more later.

    First the sound in the store is overwritten by one without the secrets, then the masked words
    come into the timeline: who sees the words cannot hear what they hide.
    """
    speech, recording = ports.speech(), get_recording(recording_id)
    if speech is None or recording is None or recording.call.conversation is None:
        return
    language = recording.call.conversation.language
    try:
        wav = recording_wav(recording)
        sides = [check_speech(said) for said in _sides(speech, wav, language)]
    except (NotFound, NoWav):
        return
    except SpeechUnavailable as error:
        _log.warning("voice: recording %s is not written down yet: %s", recording_id, error)
        if attempt < _ATTEMPTS:
            at = clock.now() + _FIRST_PAUSE * 2**attempt
            later(TRANSCRIBE_JOB, at=at, recording_id=recording_id, attempt=attempt + 1)
        return
    spans = [span for side in sides for span in side.spans]
    if spans:
        replace_recording(recording=recording, wav=silenced(wav, spans))
    text = _told(sides, language)
    if text:
        secret = any(side.kinds for side in sides)
        note_transcript(recording=recording, text=guard.check(text).safe, secret=secret)


def _sides(speech: SpeechToText, wav: bytes, language: str) -> list[Sequence[Segment]]:
    return [speech.transcribe(wav_of(side), language) for side in channels_of(wav)]


def _told(sides: Sequence[CheckedSpeech], language: str) -> str:
    """Return who said what: the caller's channel is the first, of a message the only one."""
    texts = [side.safe.text for side in sides]
    if len(texts) == 1:
        return texts[0]
    with override(language):
        labels = (_("Caller: {text}"), _("To the caller: {text}"))
        lines = (label.format(text=t) for label, t in zip(labels, texts, strict=False) if t)
        return "\n".join(lines)
