"""Prompts spoken by a program on this machine (piper, espeak-ng), as an outside process.

What it says may be used freely; whether a voice is fit for customers a person decides, language by
language. Neither program is imported: their licences are their own. piper sounds like a person and
speaks where its voice lies in the data folder: `voices/<language>.onnx` with its `.onnx.json`.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from django.conf import settings

SECONDS: Final = 20.0
VOICES: Final = {"en": "en", "es": "es", "zh-hans": "cmn"}  # espeak-ng's names
MOST_TEXT: Final = 600


class CannotSpeak(Exception):
    """No program is there, it does not know the language, or it failed."""


def can_speak(language: str) -> bool:
    """Tell whether a program on this machine speaks a language."""
    return _piper(language) is not None or _espeak(language) is not None


def speak(text: str, language: str) -> bytes:
    """Return a text as WAV. Raises CannotSpeak."""
    command = _piper(language) or _espeak(language)
    if command is None:
        raise CannotSpeak
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        try:
            subprocess.run(  # noqa: S603 - a program of the machine; the text goes to its input
                [*command, str(spoken)],
                input=" ".join(text[:MOST_TEXT].split()).encode(),
                capture_output=True,
                timeout=SECONDS,
                check=True,
            )
            return spoken.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotSpeak from error


def _piper(language: str) -> list[str] | None:
    """Return piper's command but the file it writes; None without the program or the voice."""
    found, model = shutil.which("piper"), settings.WALLETDESK.data / "voices" / f"{language}.onnx"
    if found is None or not model.is_file():
        return None
    return [found, "--model", str(model), "--output_file"]


def _espeak(language: str) -> list[str] | None:
    found, voice = shutil.which("espeak-ng"), VOICES.get(language)
    if found is None or voice is None:
        return None
    return [found, "-v", voice, "-s", "150", "--stdin", "-w"]
