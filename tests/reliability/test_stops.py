"""A desk that is stopped under load loses nothing, leaves nothing, and tells the truth."""

import asyncio
import os
import signal

import httpx

from tests.installation import Installation, until
from tests.reliability.load import Load, customers, settle_accounts


async def _stop_under_load(place: Installation) -> None:
    async with customers(place.url, 10) as writers:
        async with Load(writers) as load:
            await load.go_on(50)
            code = await asyncio.to_thread(place.stop, signal.SIGINT)
            assert code == 0
            assert place.leftovers() == []
            await asyncio.to_thread(place.start)
            await load.go_on(30)
        await asyncio.to_thread(place.await_quiet)
        settle_accounts(place, writers)


def test_an_interrupt_under_load_loses_nothing(installation: Installation) -> None:
    [(before,)] = installation.query("SELECT count(*) FROM conversations_event WHERE seq > %s", 0)
    asyncio.run(_stop_under_load(installation))
    [(after,)] = installation.query("SELECT count(*) FROM conversations_event WHERE seq > %s", 0)
    assert after > before
    assert "Creating the database" not in installation.said.read_text()
    assert "Loading the demo" not in installation.said.read_text()


def test_health_tells_the_truth_about_the_database(installation: Installation) -> None:
    os.kill(installation.process.pid, signal.SIGSTOP)  # so that nobody starts it again
    try:
        installation.kill("database")
        until(lambda: installation.readyz().get("database") is False, "the truth")
        assert installation.readyz()["ready"] is False
        assert httpx.get(f"{installation.url}/healthz").json() == {"alive": True}
        refused = httpx.post(f"{installation.url}/chat/v1/sessions", json={}, timeout=20)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    finally:
        os.kill(installation.process.pid, signal.SIGCONT)
    installation.await_ready()
