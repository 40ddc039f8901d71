"""What each driver can do here, as it was set up."""

from walletdesk.site.config import Config
from walletdesk.voice.ports import Abilities


def driver_abilities(config: Config) -> dict[str, Abilities]:
    """Return what the drivers can that are switched on, those that may dial first."""
    sip = config.media.sip
    known = {
        "asterisk": Abilities(dials=bool(config.asterisk.trunk)),
        "cpaas": Abilities(in_talk=False, dials=bool(config.cpaas.number)),
        "embedded": Abilities(dials=sip is not None and bool(sip.trunk and sip.dial)),
    }
    return {name: able for name, able in known.items() if name in config.voice}
