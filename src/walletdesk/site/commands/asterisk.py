"""`walletdesk voice asterisk --write DIR`: Asterisk's configuration for this installation."""

import sys
from pathlib import Path

from django.conf import settings

from walletdesk.accounts.queries import all_brands, members_who_answer
from walletdesk.integrations.asterisk.configuring import configuration, write
from walletdesk.site.refusal import RefusalError


def write_configuration(folder: str) -> int:
    """Write all files into a folder, agents' telephones included; repeat it when agents come."""
    config = settings.WALLETDESK.asterisk
    if not config.url or not config.secret:
        raise RefusalError(
            "WALLETDESK_ASTERISK_URL and WALLETDESK_ASTERISK_SECRET are not set.",
            "Set them: the files name both.",
        )
    agents = [each.pk for brand in all_brands() for each in members_who_answer(brand)]
    texts = configuration(config, agents)
    try:
        write(Path(folder), texts)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no name of a folder"
        raise RefusalError(f"{folder!a} cannot be written: {reason}.") from error
    sys.stdout.write(
        f"{len(texts)} files and {len(agents)} agents are written to {folder}.\n"
        "Then: asterisk -rx 'core reload', or a restart the first time.\n"
    )
    return 0
