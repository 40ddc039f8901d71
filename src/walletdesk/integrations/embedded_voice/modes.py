"""Who hears whom."""

from collections.abc import Mapping

from walletdesk.integrations.embedded_voice.types import CALLER

MODES = frozenset({"talk", "listen", "whisper", "muted", "held"})


def speakers(modes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each leg those whom it hears; who is held hears nobody.

    "talk" is heard by all, "whisper" by all but the caller, "listen" and "muted" by nobody.
    """

    def heard(speaker: str, listener: str) -> bool:
        mode = modes[speaker]
        if speaker == listener:
            return False
        return mode == "talk" or (mode == "whisper" and listener != CALLER)

    return {
        listener: tuple(each for each in modes if mode != "held" and heard(each, listener))
        for listener, mode in modes.items()
    }
