"""Prompts spoken by a program on this machine (espeak-ng, piper), as an outside process.

What it says may be used freely; whether a voice is fit for customers a person decides, language by
language. Neither program is imported: their licences are their own.
"""

import shutil
import subprocess
from typing import Final

SECONDS: Final = 20.0
VOICES: Final = {"en": "en", "es": "es", "zh-hans": "cmn"}  # espeak-ng's names
MOST_TEXT: Final = 600


class CannotSpeak(Exception):
    """No program is there, it does not know the language, or it failed."""


def program() -> str | None:
    """Return the path of espeak-ng, None when it is not installed."""
    return shutil.which("espeak-ng")


def speak(text: str, language: str) -> bytes:
    """Return a text as WAV. Raises CannotSpeak."""
    found, voice = program(), VOICES.get(language)
    if found is None or voice is None:
        raise CannotSpeak
    try:
        done = subprocess.run(  # noqa: S603 - a program of the machine; the text goes to its input
            [found, "-v", voice, "-s", "150", "--stdin", "--stdout"],
            input=text[:MOST_TEXT].encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotSpeak from error
    return done.stdout
