"""A worker that is killed at its first event for the bot: before, after or committed.

What others want of earlier events is handled on the way.
"""

import os
import signal
import sys
from typing import Any

from walletdesk.site.commands.prepare import load_django

load_django()

from walletdesk.kit.outbox import actions, registry  # noqa: E402 - Django must be set up first
from walletdesk.site.wiring import BACKGROUND, WIRING  # noqa: E402 - as above

POINT = sys.argv[1]
HANDLER = "bot.answer_customer"
answered: list[Any] = []


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(handler: registry.Handler) -> registry.Handler:
    def handle(**payload: Any) -> None:
        if POINT == "before":
            _die()
        handler(**payload)
        answered.append(payload)
        if POINT == "after":
            _die()

    return handle


registry.wire(
    {
        event: [(name, _dying(each) if name == HANDLER else each) for name, each in wired]
        for event, wired in WIRING.items()
    },
    BACKGROUND,
)
while not answered and actions.handle_next(background=False):
    pass
_die()
