"""What an SMS is, and who carries it."""

from dataclasses import dataclass, field
from typing import Protocol

from walletdesk.channels.delivery.types import Result

CHANNEL = "sms"
SURVEY = "survey"  # the purpose of a delivery, and the template's name
CALL_CODE, CALL_LINK = "call_code", "call_link"


@dataclass(frozen=True, slots=True)
class Sms:
    """One text: a template with its values. `ref` comes back in reports; `to` is E.164."""

    to: str = field(repr=False)
    template: str
    language: str
    brand: str
    link: str = field(repr=False)
    ref: str
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SmsConfig:
    """Who carries SMS, and how they know us. `carrier`: console, twilio or aliyun."""

    carrier: str = "console"
    account: str = ""  # Twilio's account SID, Aliyun's AccessKey ID
    secret: str = field(default="", repr=False)
    sender: str = ""  # Twilio: a number or messaging service; Aliyun: the approved sign name
    template: str = ""  # Aliyun: the approved template's code, one for each language
    url: str = ""  # of the carrier's interface, when it is not the usual one


class Carrier(Protocol):
    """Hands one SMS over. Never raises: what went wrong is in the result."""

    name: str

    def send(self, sms: Sms) -> Result:
        """Hand it over and return what the carrier says."""
