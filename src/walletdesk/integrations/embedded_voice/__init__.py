"""The embedded driver of calls: browsers over WebRTC, telephones over SIP, no engine needed."""

from walletdesk.voice.types import Driver


def driver() -> Driver:
    """Return the driver as the settings say."""
    from django.conf import settings  # noqa: PLC0415 - the parts themselves know no Django

    from walletdesk.integrations.embedded_voice.driver import (  # noqa: PLC0415 - needs the extra
        EmbeddedDriver,
    )

    return EmbeddedDriver(settings.WALLETDESK.media)
