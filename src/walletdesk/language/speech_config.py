"""Whom to ask for speech to text; read by the supervisor, too, so without any library."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SpeechConfig:
    """Who writes speech down: nobody (""), "whisper" on this machine, or an endpoint's address."""

    where: str = ""
    model: str = ""  # its name, or its folder for "whisper"
    key: str = field(default="", repr=False)
