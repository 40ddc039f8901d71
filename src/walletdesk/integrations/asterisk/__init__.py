"""Calls carried by Asterisk (>= 20.16 / 22.6) over its REST interface."""

from walletdesk.voice.types import Driver


def driver() -> Driver:
    """Return the driver as the settings have it."""
    # Imported here: the supervisor reads this package's types and must stay small.
    from django.conf import settings  # noqa: PLC0415 - as above

    from walletdesk.integrations.asterisk.driver import AsteriskDriver  # noqa: PLC0415 - as above

    return AsteriskDriver(settings.WALLETDESK.asterisk)
