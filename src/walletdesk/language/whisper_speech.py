"""Speech to text on this machine with faster-whisper (the extra `speech`).

https://github.com/SYSTRAN/faster-whisper; `model` is a folder that the operator has fetched.
"""

import io
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from walletdesk.language.types import Segment, SpeechUnavailable


class WhisperSpeech:
    """Runs a model. It is loaded at the first sound, and never fetched from anywhere."""

    def __init__(self, *, model: str) -> None:
        self._folder = model
        self._model: Any = None

    def transcribe(self, wav: bytes, language: str = "") -> Sequence[Segment]:
        """Return the words with their times."""
        known = language.partition("-")[0] or None
        try:
            pieces, _about = self._loaded().transcribe(
                io.BytesIO(wav), language=known, word_timestamps=True, vad_filter=False
            )
            return [
                Segment(word.word, float(word.start), float(word.end))
                for piece in pieces
                for word in piece.words or ()
            ]
        except (RuntimeError, ValueError, OSError) as error:
            raise SpeechUnavailable(f"the model failed: {type(error).__name__}") from None

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                library = import_module("faster_whisper")
            except ImportError:
                raise SpeechUnavailable("faster-whisper is not installed") from None
            self._model = library.WhisperModel(
                self._folder, device="cpu", compute_type="int8", local_files_only=True
            )
        return self._model
