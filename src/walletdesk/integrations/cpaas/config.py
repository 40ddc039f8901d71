"""Who the provider is, and how it reaches agents."""

from dataclasses import dataclass, field
from typing import Final

NAME: Final = "cpaas"  # of the driver


@dataclass(frozen=True, slots=True)
class CpaasConfig:
    """`agents`: where an agent's telephone rings, with {membership}: a SIP URI or a number."""

    account: str = ""
    secret: str = field(default="", repr=False)
    number: str = ""  # that we call from
    agents: str = ""
    url: str = "https://api.twilio.com"
