"""Every live stream is back after a kill and no event was missed or told twice (R16)."""

import asyncio
import random
from collections.abc import Callable

import pytest

from tests.installation import Installation
from tests.kit.live.client import Client, OpenStream
from tests.reliability.load import Writer, customers, settle_accounts

STREAMS_EACH = 10
SHORT_STREAMS = 100
LONG_STREAMS = 3_000
PATIENCE = 300.0


class Follower:
    """One browser tab: follows a conversation, comes back by its cursor whenever it must."""

    def __init__(self, client: Client, ref: str) -> None:
        self.client = client
        self.ref = ref
        self.cursor = "0"
        self.told: list[int] = []
        self.openings = 0
        self.here = False

    async def follow(self) -> None:
        while True:
            try:
                stream = await self.client.open(
                    f"conversation:{self.ref}", "0", last_id=self.cursor
                )
            except (OSError, EOFError, asyncio.IncompleteReadError, TimeoutError):
                await asyncio.sleep(random.uniform(0.3, 1.0))  # noqa: S311 - spreads reconnects
                continue
            if stream.answer.status == 200:
                self.openings += 1
                self.here = True
                await self._listen(stream)
                self.here = False
            else:
                assert stream.answer.status == 503, stream.answer
            await stream.close()
            await asyncio.sleep(random.uniform(0.3, 1.0))  # noqa: S311 - spreads reconnects

    async def _listen(self, stream: OpenStream) -> None:
        try:
            while True:
                frame = await stream.frame(60)
                if frame.event == "message" and frame.data:
                    self.told += [event["seq"] for event in frame.json()["e"]]
                    self.cursor = frame.id or self.cursor
        except (EOFError, TimeoutError):
            return


async def _all(true: Callable[[], bool], what: str) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not true():
        assert asyncio.get_running_loop().time() < deadline, what
        await asyncio.sleep(0.05)


async def _herd(place: Installation, streams: int) -> None:
    anybody = Client(place.port)
    async with customers(place.url, streams // STREAMS_EACH) as writers:
        followers = [
            Follower(anybody.named(writer.token), writer.ref)
            for writer in writers
            for _ in range(STREAMS_EACH)
        ]
        tasks = [asyncio.ensure_future(follower.follow()) for follower in followers]
        try:
            await _survive(place, writers, followers)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await anybody.close()


async def _survive(place: Installation, writers: list[Writer], followers: list[Follower]) -> None:
    await _all(lambda: all(f.here for f in followers), "all streams open")
    await asyncio.gather(*(writer.write("before the kill") for writer in writers))
    posting = asyncio.gather(*(writer.write("into the outage") for writer in writers))
    await asyncio.to_thread(place.kill, "server")
    await posting
    await _all(lambda: all(f.openings > 1 and f.here for f in followers), "all streams back")
    await asyncio.gather(*(writer.write("after the kill") for writer in writers))
    await asyncio.to_thread(place.await_quiet)
    visible = await asyncio.to_thread(_visible, place, writers)
    await _all(
        lambda: all(len(f.told) >= len(visible[f.ref]) for f in followers), "everything was told"
    )
    assert all(f.told == visible[f.ref] for f in followers), "once, in its order"
    settle_accounts(place, writers)


def _visible(place: Installation, writers: list[Writer]) -> dict[str, list[int]]:
    """Return the numbers of the events that each customer may see."""
    rows = place.query(
        "SELECT c.ref, array_agg(e.seq ORDER BY e.seq) FROM conversations_conversation c"
        " JOIN conversations_event e ON e.conversation_id = c.id"
        " WHERE c.ref = ANY(%s) AND e.kind NOT IN ('note', 'summary') GROUP BY c.ref",
        [writer.ref for writer in writers],
    )
    return dict(rows)


@pytest.mark.parametrize(
    "streams", [SHORT_STREAMS, pytest.param(LONG_STREAMS, marks=pytest.mark.long)]
)
def test_streams_survive_a_killed_server(installation: Installation, streams: int) -> None:
    asyncio.run(_herd(installation, streams))
