"""`walletdesk _prepare`: migrate and load the demo in a process of its own.

It speaks JSON lines on stdout to `walletdesk up`, which must stay small and never imports Django:
{"progress": text}, {"refused": {"message", "way_out"}} and at the end
{"prepared": {"sign_ins": [[name, email, role]], "password", "has_staff"}}.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from typing import Any

from walletdesk.site.commands.database import require_usable
from walletdesk.site.config import database_dsn, load_config
from walletdesk.site.refusal import EXIT_CODE, RefusalError


def run(*, when_told: bool = False) -> int:
    """Prepare the database of this configuration; progress and result go to stdout.

    With `when_told` the libraries are loaded at once and the work waits for a line on stdin; the
    end of stdin without a line means that it is not wanted.
    """
    # Whatever the libraries print must not disturb the protocol.
    channel, sys.stdout = sys.stdout, sys.stderr

    def say(**message: Any) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    if when_told:
        load_django()
        if not sys.stdin.readline():
            return 0
    try:
        require_usable(database_dsn(load_config(os.environ)))
    except RefusalError as refusal:
        say(refused={"message": refusal.message, "way_out": refusal.way_out})
        return EXIT_CODE
    load_django()
    from walletdesk.site.prepare import prepare  # noqa: PLC0415 - imports models, so not before

    result = prepare(lambda line: say(progress=line))
    say(prepared=dataclasses.asdict(result))
    return 0


def load_django() -> None:
    """Make models usable in this process."""
    import django  # noqa: PLC0415 - takes half a second, which the other commands save

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "walletdesk.site.settings")
    django.setup()
