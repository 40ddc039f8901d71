"""Thin jobs of calls: they call actions."""

from walletdesk.kit.jobs import every
from walletdesk.voice.actions.recordings import forget_old_recordings


@every("17 * * * *", name="voice.forget_recordings")
def forget_recordings() -> None:
    """Every hour: delete recordings whose time is over."""
    while forget_old_recordings():
        pass
