"""A brand with a number, and a driver without sound."""

import pytest

from tests.cast import Cast
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind
from walletdesk.voice.models import Line, VoiceRules

NUMBER = "+34911234567"


@pytest.fixture
def hotline(cast: Cast) -> Line:
    """Return the line of the cast's brand: English and Spanish, with consent to record."""
    inbox = Inbox.objects.create(
        brand=cast.brand, kind=InboxKind.PHONE, name="Hotline", address=NUMBER
    )
    VoiceRules.objects.create(brand=cast.brand, countries=["ES"])
    return Line.objects.create(inbox=inbox, brand=cast.brand, languages=["en", "es"], record="ask")
