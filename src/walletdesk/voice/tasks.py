"""Thin jobs of calls: they call actions."""

from walletdesk.kit.jobs import NETWORK, every, once
from walletdesk.voice.actions.recordings import forget_old_recordings
from walletdesk.voice.transcribing import TRANSCRIBE_JOB, transcribe_recording


@every("17 * * * *", name="voice.forget_recordings")
def forget_recordings() -> None:
    """Every hour: delete recordings whose time is over."""
    while forget_old_recordings():
        pass


@once(name=TRANSCRIBE_JOB, queue=NETWORK, again=True)
def transcribe(recording_id: int, attempt: int) -> None:
    """Write one recording down, and silence the secrets in it."""
    transcribe_recording(recording_id, attempt)
