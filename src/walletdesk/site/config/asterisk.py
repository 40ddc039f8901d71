"""The settings of Asterisk and of speech to text: each checked by itself, then together."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from walletdesk.integrations.asterisk.types import EXAMPLE_SECRET, AsteriskConfig
from walletdesk.language.speech_config import SpeechConfig
from walletdesk.site.config.addresses import HTTP, on_the_web
from walletdesk.site.config.reading import WrongValueError

SECRET_LEAST: Final = 20
_TRUNK: Final = re.compile(r"[A-Za-z0-9.-]{1,250}(?::[0-9]{1,5})?")


def address(text: str) -> str:
    """Return the address of Asterisk's HTTP server."""
    return _checked(text, HTTP, "http://127.0.0.1:8088")


def wss(text: str) -> str:
    """Return where browsers reach Asterisk's WebSocket."""
    return _checked(text, ("ws", "wss"), "wss://desk.example.com/sip/ws")


def speech(text: str) -> str:
    """Return who writes recordings down: nobody, "whisper", or the address of an endpoint."""
    if text in ("", "off"):
        return ""
    return text if text == "whisper" else _checked(text, HTTP, "https://host/v1")


def secret(text: str) -> str:
    """Return ARI's password; it stands in a file of Asterisk's, where these signs mean more."""
    if text == EXAMPLE_SECRET:
        raise WrongValueError("is that of the example.", "Draw one of your own.")
    if text and (len(text) < SECRET_LEAST or not re.fullmatch(r"[A-Za-z0-9_-]+", text)):
        raise WrongValueError(
            "is no password that can stand in ari.conf.",
            f"Use {SECRET_LEAST} letters, digits, - and _ or more, drawn by a machine.",
        )
    return text


def trunk(text: str) -> str:
    """Return the trunk's host and port."""
    if text and not _TRUNK.fullmatch(text):
        raise WrongValueError("is no host.", "Write it as sip.example.com or 192.0.2.7:5060.")
    return text


def folder(text: str, data: Path) -> Path:
    """Return the folder of sounds; it comes into a dialplan, where a comma ends an argument."""
    path = Path(text).absolute() if text else data.absolute() / "sounds"
    if text and not re.fullmatch(r"[\w./-]+", str(path)):
        raise WrongValueError("cannot stand in a dialplan.", "Use letters, digits, . _ - and /.")
    return path


def missing(config: AsteriskConfig, *, wanted: bool) -> Iterator[tuple[str, str, str]]:
    """Yield (setting, what is wrong, way out) for what is needed and is not there."""
    needed = {"URL": (config.url, "http://127.0.0.1:8088"), "SECRET": (config.secret, "a password")}
    for name, (value, example) in needed.items() if wanted else ():
        if not value:
            yield f"WALLETDESK_ASTERISK_{name}", "is missing.", f"Set it to {example}."


def missing_speech(config: SpeechConfig) -> Iterator[tuple[str, str, str]]:
    """Yield what speech to text needs and is not there."""
    if config.where and not config.model:
        yield (
            "WALLETDESK_SPEECH_MODEL",
            "is missing.",
            "Name the endpoint's model, or the folder of a faster-whisper model.",
        )


def _checked(text: str, schemes: tuple[str, ...], example: str) -> str:
    if not text:
        return ""
    way_out = f"Write it as {example}."
    on_the_web(text, way_out, schemes)
    if not text.isascii() or any(sign in text for sign in " ;\"'"):
        raise WrongValueError("holds signs that stand in no address here.", way_out)
    return text.rstrip("/")
