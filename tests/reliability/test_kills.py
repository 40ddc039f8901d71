"""Kill -9 under load: what was acknowledged is there once, in its order (R01, R02, R03)."""

import asyncio
import random

import pytest

from tests.installation import Installation
from tests.reliability.load import Load, customers, settle_accounts

SHORT = 1
LONG = {"server": 50, "worker": 30, "database": 20}
CUSTOMERS = 8


async def _kill_under_load(place: Installation, name: str, times: int) -> int:
    async with customers(place.url, CUSTOMERS) as writers:
        async with Load(writers) as load:
            for _ in range(times):
                await load.go_on(random.randrange(10, 30))  # noqa: S311 - a random moment
                await asyncio.to_thread(place.kill, name)
                await load.go_on(10)
        await asyncio.to_thread(place.await_ready)
        await asyncio.to_thread(place.await_quiet)
        await asyncio.to_thread(settle_accounts, place, writers)
        return sum(message.tries - 1 for writer in writers for message in writer.sent)


@pytest.mark.parametrize("name", ["server", "worker", "database"])
def test_a_kill_loses_nothing_and_doubles_nothing(installation: Installation, name: str) -> None:
    retried = asyncio.run(_kill_under_load(installation, name, SHORT))
    assert retried or name == "worker", "the kills hit messages on their way"


@pytest.mark.long
@pytest.mark.parametrize("name", ["server", "worker", "database"])
def test_many_kills_lose_nothing(installation: Installation, name: str) -> None:
    asyncio.run(_kill_under_load(installation, name, LONG[name]))
