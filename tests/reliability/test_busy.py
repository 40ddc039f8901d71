"""What one conversation does never makes the others wait (R12).

The proof is an order, not a time: others are through at the first try while one conversation is
held. PostgreSQL ends a wait for a lock after 10 s, so a slower machine has to begin again.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import psycopg

from tests.installation import Installation, Staff
from tests.reliability.load import GIVE_UP_SECONDS, customers, settle_accounts

HOLD = "SELECT 1 FROM conversations_conversation WHERE ref = ANY(%s) FOR UPDATE"
TRIES = 5


def _waiting(place: Installation) -> set[tuple[Any, ...]]:
    """Return the statements that wait for a lock: process and beginning."""
    return set(
        place.query("SELECT pid, query_start FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    )


def _proven(story: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
    return any(asyncio.run(story()) for _ in range(TRIES))


async def _write_beside_a_held_conversation(place: Installation) -> bool:
    async with customers(place.url, 2) as (held, other):
        with psycopg.connect(place.dsn) as holder:
            holder.execute(HOLD, [[held.ref]])
            waiting = asyncio.ensure_future(held.write("somebody works on this one"))
            async with asyncio.timeout(GIVE_UP_SECONDS):
                while not held.sent or not held.sent[0].tries:  # noqa: ASYNC110 - the ledger has no event
                    await asyncio.sleep(0.01)
            beside = [await other.write(f"message {number} beside it") for number in range(3)]
            assert not waiting.done()
        await waiting
        await asyncio.to_thread(settle_accounts, place, [held, other])
    return all(message.tries == 1 for message in beside)


def test_a_held_conversation_delays_nobody_else(installation: Installation) -> None:
    assert _proven(lambda: _write_beside_a_held_conversation(installation))


async def _crowd_beside_staff(place: Installation, staff: Staff, count: int) -> bool:
    async with customers(place.url, count) as writers:
        await asyncio.gather(*(writer.write("please hold the line") for writer in writers))
        with psycopg.connect(place.dsn) as holder:
            holder.execute(HOLD, [[writer.ref for writer in writers]])
            crowd = [asyncio.ensure_future(writer.post("person")) for writer in writers]
            refused = await next(asyncio.as_completed(crowd))
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
            before = await asyncio.to_thread(_waiting, place)
            for page in ("/desk/queue/", "/desk/all/", "/healthz", "/readyz"):
                answer = await asyncio.to_thread(staff.client.get, page)
                assert answer.status_code == 200, page
            after = await asyncio.to_thread(_waiting, place)
        answers = await asyncio.gather(*crowd)
        assert {answer.status_code for answer in answers} <= {200, 503}
        assert (await writers[0].post("person")).status_code == 200
    return bool(before & after)  # the customers' places were taken all the while


def test_staff_and_health_never_wait_behind_customers(installation: Installation) -> None:
    with installation.signed_in("supervisor@aurora.example") as staff:
        assert _proven(lambda: _crowd_beside_staff(installation, staff, 40))
