"""The settings of a provider of calls: each by itself, then together."""

import re
from collections.abc import Iterator

from walletdesk.integrations.cpaas.config import CpaasConfig
from walletdesk.site.config.reading import WrongValueError


def agents(text: str) -> str:
    """Return where agents' telephones ring."""
    if text and not re.fullmatch(r"(?:sips?:|\+)[\x21-\x7e]{1,120}", text):
        raise WrongValueError(
            "is no SIP address or number.", "Write sip:agent{membership}@pbx.example.com."
        )
    return text


def missing(config: CpaasConfig, *, wanted: bool) -> Iterator[tuple[str, str, str]]:
    """Yield (setting, what is wrong, way out) for what a provider needs and is not there."""
    for name in ("account", "secret", "number", "agents") if wanted else ():
        if not getattr(config, name):
            yield (
                f"WALLETDESK_CPAAS_{name.upper()}",
                "is missing: the driver cpaas needs it.",
                "See docs/operate/voice.md, or leave cpaas out of WALLETDESK_VOICE.",
            )
