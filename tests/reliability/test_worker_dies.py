"""A worker that is killed in the middle of an event: its effects are there once (R03)."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.installation import Installation
from tests.reliability.load import Writer, customers, settle_accounts

DYING = Path(__file__).with_name("dying_worker.py")
QUESTION = "How do I change the language of the app?"  # one answer, and no flow begins


def _die_at(place: Installation, point: str) -> None:
    ended = subprocess.run(
        [sys.executable, str(DYING), point],
        env={**os.environ, "WALLETDESK_DATA": str(place.data), **place.settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def _answers(place: Installation, writers: list[Writer]) -> list[int]:
    """Return how many answers of the bot each conversation holds."""
    rows = place.query(
        "SELECT c.ref, count(e.seq) FROM conversations_conversation c"
        " LEFT JOIN conversations_event e ON e.conversation_id = c.id"
        " AND e.author = 'bot' AND e.kind = 'message'"
        " WHERE c.ref = ANY(%s) GROUP BY c.ref",
        [writer.ref for writer in writers],
    )
    return sorted(count for _, count in rows)


async def _ask(place: Installation, count: int) -> list[Writer]:
    async with customers(place.url, count) as writers:
        await asyncio.gather(*(writer.write(QUESTION) for writer in writers))
        return writers


def test_every_answer_is_given_once_wherever_the_worker_dies(installation: Installation) -> None:
    installation.await_quiet()
    with installation.without_worker():
        assert installation.readyz()["worker"] is False
        writers = asyncio.run(_ask(installation, 3))
        assert installation.waiting() == 3
        for point in ("before", "after"):
            _die_at(installation, point)
            assert _answers(installation, writers) == [0, 0, 0]
            assert installation.waiting() == 3
        _die_at(installation, "committed")
        assert _answers(installation, writers) == [0, 0, 1]
        assert installation.waiting() == 2
    installation.await_quiet()
    assert _answers(installation, writers) == [1, 1, 1]
    assert installation.readyz()["parked_events"] == 0
    settle_accounts(installation, writers)
