"""`walletdesk mail import`: mails out of files through the whole way in."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    from collections import Counter

    from walletdesk.integrations.email.models import MailAccount

WORDS = {
    "recorded": "recorded in conversations",
    "repeated": "known already",
    "report": "bounces and reports",
    "ignored": "left alone (our own, or blocked)",
    "waiting": "kept, to be tried again by the worker",
    "quarantined": "in quarantine",
    "unreadable": "files that cannot be read",
    "no_mail": "no mails, left alone",
}
PROGRESS_EVERY = 100


def run(*, path: str, account: str, brand: str, as_json: bool) -> int:
    """Import and print a summary. May be repeated: nothing comes in twice.

    Raises:
        RefusalError: no database, no such place or account.

    """
    place = Path(path)
    if not place.exists():
        raise RefusalError(f"There is no {path!a}.", "Name a file or a folder with mails.")
    config = load_config(os.environ)
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        from walletdesk.integrations.email.importing import import_mails  # noqa: PLC0415 - Django

        try:
            counts = import_mails(place, _account(account, brand), told=_progress)
        except OSError as error:
            raise RefusalError(f"{path!a} cannot be read: {error.strerror}.") from error
        finally:
            _end()
    _tell(counts, as_json=as_json)
    return 0


def _account(address: str, brand: str) -> MailAccount:
    from walletdesk.accounts.models import Brand  # noqa: PLC0415 - models
    from walletdesk.integrations.email.actions.accounts import (  # noqa: PLC0415 - models
        ensure_import_account,
    )
    from walletdesk.integrations.email.models import MailAccount  # noqa: PLC0415 - models

    if address:
        found = MailAccount.objects.select_related("brand").filter(address=address.lower()).first()
        if found is None:
            raise RefusalError(
                f"There is no mail account {address!a}.", "Settings → E-mail shows those there are."
            )
        return found
    brands = Brand.objects.order_by("pk")
    owner = (brands.filter(slug=brand) if brand else brands).first()
    if owner is None:
        raise RefusalError("There is no such brand.", "Start the desk once with: walletdesk up.")
    return ensure_import_account(brand=owner)


def _progress(counts: Counter[str]) -> None:
    done = sum(counts.values())
    if done % PROGRESS_EVERY == 0:
        sys.stderr.write(f"  {done} mails\n")


def _end() -> None:
    from django.db import connections  # noqa: PLC0415 - after load_django

    from walletdesk.integrations.email.parsing.confined import end_children  # noqa: PLC0415 - as above

    end_children()
    connections.close_all()


def _tell(counts: Counter[str], *, as_json: bool) -> None:
    if as_json:
        told = {name: counts.get(name, 0) for name in WORDS} | {"total": sum(counts.values())}
        sys.stdout.write(json.dumps(told) + "\n")
        return
    sys.stdout.write(f"{sum(counts.values())} mails read\n")
    for name, words in WORDS.items():
        if counts.get(name):
            sys.stdout.write(f"  {counts[name]:>6} {words}\n")
