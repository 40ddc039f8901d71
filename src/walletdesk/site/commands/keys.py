"""`walletdesk rotate-keys`: a fresh master key, and every contact's key sealed under it."""

from __future__ import annotations

import os
import sys

from walletdesk.kit.seal import BadKeyFile, add_master, forget_masters
from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config
from walletdesk.site.refusal import RefusalError


def run(*, forget_old: bool) -> int:
    """Rotate while the desk runs: servers see the new file by themselves, on each host of its own.

    Interrupted, it is run again with the same arguments: what was done stays done. Old keys stay in
    the file, because backups need them, until `forget_old` asks to remove those that seal nothing.

    Raises:
        RefusalError: no database, no key file, or old keys still seal something.

    """
    config = load_config(os.environ)
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        try:
            return _forget() if forget_old else _rotate()
        except BadKeyFile as error:
            raise RefusalError(str(error), "Restore the file from its backup.") from error


def _rotate() -> int:
    from django.conf import settings  # noqa: PLC0415 - after load_django

    from walletdesk.contacts.personal.actions.sealing import rewrap_keys  # noqa: PLC0415 - models
    from walletdesk.contacts.personal.queries import old_keys  # noqa: PLC0415 - models

    if not old_keys():  # else an earlier run was interrupted: go on under its key
        add_master(settings.WALLETDESK.key_file)
    done = 0
    while count := rewrap_keys():
        done += count
    sys.stdout.write(f"{done} keys are sealed under the new master key.\n")
    return 0


def _forget() -> int:
    from django.conf import settings  # noqa: PLC0415 - after load_django

    from walletdesk.contacts.personal.queries import old_keys  # noqa: PLC0415 - models

    waiting = old_keys()
    if waiting:
        raise RefusalError(
            f"{waiting} keys are still sealed under an old master key.",
            "Run `walletdesk rotate-keys` first.",
        )
    forget_masters(settings.WALLETDESK.key_file)
    sys.stdout.write(
        "Only the current master key is left. Older backups need their own key file.\n"
    )
    return 0
