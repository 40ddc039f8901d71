"""What one conversation does never makes the others wait (R12)."""

import asyncio

import psycopg

from tests.installation import Installation, Staff
from tests.reliability.load import customers, settle_accounts

STALL_SECONDS = 6  # below the 10 s after which PostgreSQL gives up waiting for a lock
HOLD = "SELECT 1 FROM conversations_conversation WHERE ref = ANY(%s) FOR UPDATE"


async def _write_beside_a_held_conversation(place: Installation) -> None:
    async with customers(place.url, 2) as (held, other):
        with psycopg.connect(place.dsn) as holder:
            holder.execute(HOLD, [[held.ref]])
            waiting = asyncio.ensure_future(held.write("somebody works on this one"))
            await asyncio.sleep(0.1)
            async with asyncio.timeout(STALL_SECONDS):
                for number in range(3):
                    await other.write(f"message {number} beside it")
            assert not waiting.done()
        await waiting
        await asyncio.to_thread(settle_accounts, place, [held, other])


def test_a_held_conversation_delays_nobody_else(installation: Installation) -> None:
    asyncio.run(_write_beside_a_held_conversation(installation))


async def _crowd_beside_staff(place: Installation, staff: Staff, count: int) -> None:
    async with customers(place.url, count) as writers:
        await asyncio.gather(*(writer.write("please hold the line") for writer in writers))
        with psycopg.connect(place.dsn) as holder:
            holder.execute(HOLD, [[writer.ref for writer in writers]])
            crowd = [asyncio.ensure_future(writer.post("person")) for writer in writers]
            refused = await _first_refusals(crowd)
            assert {(answer.status_code, answer.headers["Retry-After"]) for answer in refused} == {
                (503, "1")
            }
            for page in ("/desk/queue/", "/desk/all/", "/healthz", "/readyz"):
                answer = await asyncio.to_thread(staff.client.get, page)
                assert answer.status_code == 200, page
            assert any(not each.done() for each in crowd), "the customers' places are still taken"
        answers = await asyncio.gather(*crowd)
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert answers[0].status_code == 200


async def _first_refusals(crowd: list) -> list:
    """Wait until those who found no place have their answer."""
    done, _ = await asyncio.wait(crowd, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    more, _ = await asyncio.wait(crowd, timeout=0.3)
    return [each.result() for each in done | more]


def test_staff_and_health_never_wait_behind_customers(installation: Installation) -> None:
    with installation.signed_in("supervisor@aurora.example") as staff:
        asyncio.run(_crowd_beside_staff(installation, staff, 40))
