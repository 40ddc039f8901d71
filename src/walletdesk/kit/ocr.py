"""Words in pictures, by Debian's `tesseract`: an outside program on hostile bytes, so confined.

It gets its picture on its input and gives text on its output: nothing of either touches a disk.
"""

import os
import shutil
import subprocess
from signal import SIGKILL

from walletdesk.kit.children import before_exec

LANGUAGES = ("eng", "chi_sim")
SECONDS = 50.0
TEXT_LENGTH = 100_000


class NotReadable(Exception):
    """There is no program, it knows none of the languages, or it gave up on this picture."""


def find_program(name: str) -> str | None:
    """Return the full path of the program, None when it is not there or not wanted."""
    return shutil.which(name) if name else None


def known_languages(program: str) -> list[str]:
    """Return those of LANGUAGES for which the program has data. Raises NotReadable."""
    listed = _run([program, "--list-langs"], b"").decode(errors="replace").split()
    return [language for language in LANGUAGES if language in listed]


def words_in(picture: bytes, program: str, *, layout: int = 3) -> str:
    """Return the words of a picture, line by line. `layout`: tesseract's page segmentation mode.

    Raises NotReadable.
    """
    languages = known_languages(program)
    if not languages:
        raise NotReadable
    command = [program, "stdin", "stdout", "-l", "+".join(languages), "--psm", str(layout)]
    return _run(command, picture).decode(errors="replace")[:TEXT_LENGTH]


def _run(command: list[str], given: bytes) -> bytes:
    """Run the program; limits of the process that calls hold for it, too (kit/confined.py)."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of the settings, no shell
            command,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it could quote what it reads
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"},
            timeout=SECONDS,
            check=True,
            preexec_fn=before_exec(SIGKILL),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NotReadable from error
    return done.stdout
