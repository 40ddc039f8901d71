"""The settings of SMS: each checked by itself, then together."""

import re
from collections.abc import Iterator
from typing import Final

from walletdesk.integrations.sms.types import SmsConfig
from walletdesk.site.config.reading import WrongValueError

CARRIERS: Final = ("console", "twilio", "aliyun")
_TEMPLATE: Final = re.compile(r"(?:[a-z]{2}(?:-[a-z]+)?=)?SMS_[0-9A-Za-z]{1,20}")
_TEMPLATE_FORM: Final = "Write them as zh-hans=SMS_123456 en=SMS_123457."


def carrier(text: str) -> str:
    """Return the carrier's name."""
    if text.lower() not in CARRIERS:
        raise WrongValueError("is no carrier of SMS.", f"Write {', '.join(CARRIERS)}.")
    return text.lower()


def plain(text: str) -> str:
    """Return a text that can stand in a request."""
    if not text.isprintable() or len(text) > 200:
        raise WrongValueError("holds what cannot be sent.", "Copy it from the carrier's console.")
    return text


def account(text: str) -> str:
    """Return the account's name: it becomes a part of an address."""
    if text and not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text):
        raise WrongValueError("is no account.", "Copy it from the carrier's console.")
    return text


def template(text: str) -> str:
    """Return the codes of Aliyun's templates."""
    if not all(_TEMPLATE.fullmatch(each) for each in text.split()):
        raise WrongValueError("names no templates.", _TEMPLATE_FORM)
    return text


def missing(config: SmsConfig) -> Iterator[tuple[str, str, str]]:
    """Yield (setting, what is wrong, way out) for what the carrier needs and is not there."""
    needed = {"account": "who you are", "secret": "your secret", "sender": "who sends"}
    for name, what in needed.items() if config.carrier != "console" else ():
        if not getattr(config, name):
            yield (
                f"WALLETDESK_SMS_{name.upper()}",
                f"is missing: {config.carrier} asks {what}.",
                "Copy it from the carrier's console, or set WALLETDESK_SMS=console.",
            )
    if config.carrier == "aliyun" and not config.template:
        yield "WALLETDESK_SMS_TEMPLATE", "is missing: free text is refused.", _TEMPLATE_FORM
