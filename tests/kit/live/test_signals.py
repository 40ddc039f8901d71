"""Signals: news without a number, that can be lost but can hurt nothing."""

import asyncio
import json
from typing import Any

import uvloop

from tests.kit.live.client import OpenStream
from tests.kit.live.serving import Running, serving


def tell(running: Running, target: str, to: str = "", **fields: Any) -> None:
    running.site.bus.signal(json.dumps({"t": target, "s": fields, "to": to}))


async def signals(stream: OpenStream, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < count:
        frame = await stream.frame()
        if frame.event == "signal":
            assert frame.id is None
            found.append(frame.json())
    return found


def test_a_signal_reaches_the_streams_of_its_topic_and_moves_no_cursor() -> None:
    async def story() -> None:
        async with serving() as running:
            here, elsewhere = [await running.client.open(topic) for topic in ("a:1", "a:2")]
            running.site.append("a:1")
            assert await here.events(1) == [{"n": 1}]
            tell(running, "a:1", what="typing", name="Ann\n")
            assert await signals(here, 1) == [
                {"t": "a:1", "s": {"what": "typing", "name": "Ann\n"}}
            ]
            running.site.append("a:1")
            assert await here.events(1) == [{"n": 2}]
            assert here.frames[-1].id == "2"
            running.site.append("a:2")
            await elsewhere.events(1)
            assert [frame for frame in elsewhere.frames if frame.event == "signal"] == []
            late = await running.client.open("a:1")
            await late.events(2)
            assert [frame for frame in late.frames if frame.event == "signal"] == []

    uvloop.run(story())


def test_a_signal_can_be_meant_for_one_person() -> None:
    async def story() -> None:
        async with serving() as running:
            ann = await running.client.open("a:1")
            bob = await running.client.named("bob").open("a:1")
            tell(running, "a:1", "bob", what="mention")
            tell(running, "a:1", what="typing")
            assert [s["s"]["what"] for s in await signals(bob, 2)] == ["mention", "typing"]
            assert [s["s"]["what"] for s in await signals(ann, 1)] == ["typing"]

    uvloop.run(story())


def test_only_the_newest_of_a_sender_waits_for_a_slow_reader_and_rows_come_first() -> None:
    async def story() -> None:
        async with serving(send_buffer=4096, buffer_bytes=300_000) as running:
            stream = await running.client.open("a:1", receive_buffer=4096)
            running.site.append("a:1", json.dumps({"n": 1, "x": "x" * 60_000}).encode())
            running.site.append("a:1", json.dumps({"n": 2, "x": "x" * 60_000}).encode())
            await running.until(lambda: len(running.site.reads) >= 2)
            for number in range(5_000):
                tell(running, "a:1", what="typing", who="agent", id=number % 50, number=number)
            running.site.append("a:1", b'{"n":3}')
            await asyncio.sleep(0.1)
            assert [event["n"] for event in await stream.events(3)] == [1, 2, 3]
            running.site.append("a:1", b'{"n":4}')
            assert (await stream.events(1))[0]["n"] == 4
            told = [frame for frame in stream.frames if frame.event == "signal"]
            assert len(told) <= 2 * 32

    uvloop.run(story())


def test_no_signal_reaches_a_reader_whose_right_is_in_doubt() -> None:
    async def story() -> None:
        async with serving() as running:
            stream = await running.client.open("a:1")
            other = await running.client.named("bob").open("a:1")
            with running.site.authorising.shut():
                running.site.revoke("ann", "a:1")
                tell(running, "a:1", what="typing")
                assert len(await signals(other, 1)) == 1
            frames = await stream.to_end()
            assert [frame.event for frame in frames] == ["bye"]

    uvloop.run(story())


def test_a_poll_returns_with_a_signal() -> None:
    async def story() -> None:
        async with serving() as running:
            asked = asyncio.create_task(running.client.get("/live/poll?topics=a:1&wait=20"))
            await running.until(lambda: running.edge.open_rooms == 1)
            while not asked.done():  # told before it listens, it is lost
                tell(running, "a:1", what="typing")
                await asyncio.sleep(0.02)
            answer = (await asked).json()
            assert answer == {"feeds": [], "signals": [{"t": "a:1", "s": {"what": "typing"}}]}

    uvloop.run(story())


def test_what_cannot_be_read_is_dropped() -> None:
    async def story() -> None:
        async with serving() as running:
            stream = await running.client.open("a:1")
            for payload in ("", "{", "[]", '{"t":1,"s":{}}', '{"t":"a:1"}', '{"t":"","s":{}}'):
                running.site.bus.signal(payload)
            tell(running, "a:1", what="typing")
            assert len(await signals(stream, 1)) == 1

    uvloop.run(story())
