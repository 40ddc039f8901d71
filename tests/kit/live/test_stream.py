"""Streams: first frame, resume, fan-out, heartbeats, ends."""

import asyncio
import contextlib
import random

import pytest
import uvloop

from tests.kit.live.client import Client
from tests.kit.live.fakes import PATIENCE, FakeSite
from tests.kit.live.serving import serving


def numbers(events: list[dict[str, int]]) -> list[int]:
    return [event["n"] for event in events]


def test_first_frames_then_missed_then_live() -> None:
    async def story() -> None:
        async with serving() as running:
            for _ in range(3):
                running.site.append("conversation:12")
            async with running.client.stream("conversation:12", "1") as stream:
                assert stream.answer.headers["content-type"] == "text/event-stream"
                assert stream.answer.headers["cache-control"] == "no-store"
                assert stream.answer.headers["x-accel-buffering"] == "no"
                assert 800 <= (stream.frames[0].retry or 0) <= 1600
                frame = await stream.frame()
                assert frame.id == "3"
                assert frame.json() == {"t": "conversation:12", "c": 3, "e": [{"n": 2}, {"n": 3}]}
                running.site.append("conversation:12", b'{"n":\n4}')
                assert (await stream.frame()).json() == {
                    "t": "conversation:12", "c": 4, "e": [{"n": 4}],
                }  # fmt: skip

    uvloop.run(story())


def test_several_topics_share_one_stream_and_resume_by_one_id() -> None:
    async def story() -> None:
        async with serving() as running:
            site, client = running.site, running.client
            for topic in ("a:1", "a:1", "b:2"):
                site.append(topic)
            async with client.stream("a:1,b:2,c:3", "0,1,0") as stream:
                frame = await stream.frame()
                assert (frame.id, frame.json()["t"]) == ("2,1,0", "a:1")
                site.append("c:3")
                frame = await stream.frame()
                assert (frame.id, frame.json()["t"]) == ("2,1,1", "c:3")
            await running.until(lambda: running.edge.open_streams == 0)
            site.append("b:2")
            again = await client.open("a:1,b:2,c:3", "0,0,0", last_id=frame.id)
            assert (await again.frame()).json() == {"t": "b:2", "c": 2, "e": [{"n": 2}]}
            await again.close()

    uvloop.run(story())


def test_an_event_committed_between_right_and_read_is_not_lost() -> None:
    async def story() -> None:
        async with serving() as running:
            running.site.after_authorise = [("a:1", b'{"n":1}')]
            async with running.client.stream("a:1") as stream:
                assert numbers(await stream.events(1)) == [1]
                # A second reader registers while a read is under way.
                with running.site.reading.shut():
                    running.site.append("a:1")
                    await running.until(lambda: running.site.reading.inside == 1)
                    second = await running.client.open("a:1", "0")
                    running.site.append("a:1")
                assert numbers(await second.events(3)) == [1, 2, 3]
                await second.close()
                assert numbers(await stream.events(2)) == [2, 3]

    uvloop.run(story())


def test_a_full_page_is_followed_by_the_next_at_the_readers_speed() -> None:
    async def story() -> None:
        async with serving(buffer_bytes=200_000, frame_bytes=20_000) as running:
            for number in range(1, 1202):
                data = b'{"n":%d,"x":"%b"}' % (number, b"x" * 900)
                running.site.append("a:1", data, wake=False)
            async with running.client.stream("a:1") as stream:
                assert numbers(await stream.events(1201)) == list(range(1, 1202))
            assert len(running.site.reads) == 3

    uvloop.run(story())


def test_wakes_during_a_read_cause_one_more_read_for_all() -> None:
    async def story() -> None:
        async with serving() as running:
            streams = [await running.client.open("a:1") for _ in range(5)]
            running.site.append("a:1")
            for stream in streams:  # all of them are there
                assert numbers(await stream.events(1)) == [1]
            running.site.reads.clear()
            with running.site.reading.shut():
                running.site.append("a:1")
                await running.until(lambda: running.site.reading.inside == 1)
                for _ in range(6):
                    running.site.append("a:1")
            for stream in streams:
                assert numbers(await stream.events(7)) == [2, 3, 4, 5, 6, 7, 8]
            assert running.site.reads == [[("a:1", 1)], [("a:1", 2)]]
            for stream in streams:
                await stream.close()

    uvloop.run(story())


def test_a_reconnect_is_served_from_memory_while_somebody_is_in_the_room() -> None:
    async def story() -> None:
        async with serving() as running:
            async with running.client.stream("a:1") as stays:
                await running.until(lambda: len(running.site.reads) == 1)
                await asyncio.sleep(0.05)
                for _ in range(5):
                    running.site.append("a:1")
                await stays.events(5)
                await running.until(lambda: running.edge.open_rooms == 1)
                running.site.reads.clear()
                async with running.client.stream("a:1", "3") as back:
                    assert numbers(await back.events(2)) == [4, 5]
                assert ("a:1", 3) not in [
                    wanted for batch in running.site.reads for wanted in batch
                ]
            await running.until(lambda: running.edge.open_rooms == 0)

    uvloop.run(story())


def test_a_made_up_cursor_hurts_only_its_author() -> None:
    async def story() -> None:
        async with serving() as running:
            future = str(2**63 - 1)
            async with running.client.stream("a:1", future) as liar:
                running.site.append("a:1")
                async with running.client.stream("a:1", "0") as honest:
                    assert numbers(await honest.events(1)) == [1]
                    await asyncio.sleep(0.05)  # it is attached: the room reads and remembers
                    running.site.append("a:1")
                    assert numbers(await honest.events(1)) == [2]
                    async with running.client.stream("a:1", "1") as third:
                        assert numbers(await third.events(1)) == [2]
                await running.until(lambda: running.edge.open_streams == 1)
                running.site.append("a:1")
                await asyncio.sleep(0.05)  # the room has read for the liar alone
                async with running.client.stream("a:1", "2") as honest:
                    assert numbers(await honest.events(1)) == [3]
                assert [frame.event for frame in liar.frames] == ["message", "ready"]

    uvloop.run(story())


def test_an_unordered_feed_delivers_always_and_resumes_from_the_newest() -> None:
    async def story() -> None:
        async with serving() as running:
            running.site.unordered.add("queue:all")
            running.site.append("queue:all")
            async with running.client.stream("queue:all", "0") as first:
                assert (await first.frame()).id == "1"
                async with running.client.stream("queue:all", "0") as second:
                    assert (await second.frame()).id == "1"
                    running.site.append("queue:all")
                    assert numbers(await second.events(1)) == [2]
                    assert numbers(await first.events(1)) == [2]

    uvloop.run(story())


def test_heartbeat_then_end_by_itself_with_bye() -> None:
    async def story() -> None:
        async with serving(heartbeat=0.15, stream_seconds=(0.9, 1.0)) as running:
            stream = await running.client.open("a:1")
            frames = await stream.to_end()
            assert [frame.comment for frame in frames[:-1]] == [b"beat"] * (len(frames) - 1)
            assert len(frames) >= 3
            assert (frames[-1].event, frames[-1].json()) == ("bye", {"reason": "expired"})
            assert stream.ended
            await running.until(lambda: running.edge.open_streams == 0)

    uvloop.run(story())


def test_shutdown_says_bye_to_all_and_refuses_new_ones() -> None:
    async def story() -> None:
        async with serving(per_subject=30, heartbeat=600.0) as running:
            streams = [await running.client.open(f"a:{number}") for number in range(20)]
            poll = asyncio.create_task(running.client.get("/live/poll?topics=a:1&wait=20"))
            await running.until(lambda: running.edge.open_streams == 21)
            running.edge.begin_shutdown()
            for stream in streams:
                [bye] = await stream.to_end()
                assert bye.json() == {"reason": "shutdown"}
            assert (await asyncio.wait_for(poll, 15)).json() == {"feeds": []}
            refused = await running.client.get("/live/stream?topics=a:1")
            assert (refused.status, refused.headers["retry-after"]) == (503, "1")
            assert (await running.client.post(b"{}")).status == 201

    uvloop.run(story())


def test_a_slow_reader_is_cut_and_resumes_without_a_gap() -> None:
    async def story() -> None:
        async with serving(send_buffer=8192, buffer_bytes=150_000, per_subject=3) as running:
            slow = await running.client.open("a:1", receive_buffer=4096)
            async with running.client.stream("a:1") as quick:
                reading = asyncio.create_task(quick.events(400))
                for number in range(1, 401):
                    data = b'{"n":%d,"x":"%b"}' % (number, b"x" * 2000)
                    running.site.append("a:1", data)
                    await asyncio.sleep(0.001)
                assert numbers(await reading) == list(range(1, 401))
                await running.until(lambda: running.edge.open_streams == 1)
            got = [
                event["n"]
                for frame in await slow.to_end()
                if frame.event == "message"
                for event in frame.json()["e"]
            ]
            assert not slow.ended
            assert got == list(range(1, len(got) + 1))
            assert len(got) < 400
            async with running.client.stream("a:1", str(len(got))) as again:
                rest = await again.events(400 - len(got))
                assert got + numbers(rest) == list(range(1, 401))

    uvloop.run(story())


def test_a_reader_that_takes_nothing_is_cut_by_the_heartbeat() -> None:
    async def story() -> None:
        async with serving(send_buffer=8192, heartbeat=0.2, buffer_bytes=10**7) as running:
            stuck = await running.client.open("a:1", receive_buffer=4096)
            running.site.append("a:1", b'{"n":"%b"}' % (b"x" * 900_000))
            running.site.append("a:1", b'{"n":2}')
            await running.until(lambda: running.edge.open_streams == 0)
            await stuck.close()

    uvloop.run(story())


async def follow(client: Client, chance: random.Random, got: list[int], total: int) -> None:
    """Collect the events of a:1, dropping the connection again and again."""
    while len(got) < total:
        stream = await client.open("a:1,b:1", f"{len(got)},0")
        with contextlib.suppress(EOFError):
            for _ in range(chance.randrange(1, 6)):
                frame = await stream.frame()
                if frame.data and frame.event == "message" and frame.json()["t"] == "a:1":
                    got += numbers(frame.json()["e"])
                if len(got) >= total:
                    break
        await stream.close()


@pytest.mark.parametrize("seed", range(4))
def test_random_disconnects_leave_no_gap_and_no_duplicate(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable story
    total = 150

    async def story() -> None:
        site = FakeSite()
        async with serving(site, heartbeat=0.3, stream_seconds=(0.2, 0.6)) as running:
            ledgers: list[list[int]] = [[] for _ in range(4)]
            readers = [
                asyncio.create_task(follow(running.client, chance, ledger, total))
                for ledger in ledgers
            ]
            for number in range(total):
                site.append("a:1")
                if number % 3 == 0:
                    site.append("b:1")
                if chance.random() < 0.1:
                    site.fail_reads = 1
                await asyncio.sleep(chance.random() * 0.008)
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*readers)
            assert ledgers == [list(range(1, total + 1))] * 4

    uvloop.run(story())
