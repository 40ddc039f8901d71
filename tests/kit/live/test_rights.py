"""Who may follow what, and how soon a lost right takes effect."""

import asyncio

import uvloop

from tests.kit.live.serving import serving

NEVER = 600.0  # no heartbeat and no sweep comes within a story


def test_a_revoked_right_ends_its_stream_at_once_and_no_other() -> None:
    async def story() -> None:
        async with serving(heartbeat=NEVER) as running:
            bob = running.client.named("bob")
            ann_stream = await running.client.open("a:1,a:2")
            ann_other = await running.client.open("a:2")
            async with bob.stream("a:1") as bob_stream:
                running.site.revoke("ann", "a:1")
                [bye] = await ann_stream.to_end()
                assert bye.json() == {"reason": "revoked"}
                running.site.append("a:1")
                running.site.append("a:2")
                assert await bob_stream.events(1) == [{"n": 1}]
                assert await ann_other.events(1) == [{"n": 1}]
            refused = await running.client.get("/live/stream?topics=a:1,a:2")
            assert refused.status == 404
            assert refused.json() == {"code": "no_such_topic"}

    uvloop.run(story())


def test_forbidden_and_unknown_topics_are_indistinguishable() -> None:
    async def story() -> None:
        async with serving() as running:
            running.site.forbidden.add(("ann", "a:1"))
            forbidden = await running.client.get("/live/stream?topics=a:2,a:1")
            unknown = await running.client.get("/live/stream?topics=secret:1")
            assert (forbidden.status, forbidden.body) == (unknown.status, unknown.body)
            drop = {"date", "server"}
            assert {k: v for k, v in forbidden.headers.items() if k not in drop} == {
                k: v for k, v in unknown.headers.items() if k not in drop
            }
            assert running.edge.open_rooms == 0

    uvloop.run(story())


def test_a_right_revoked_while_it_is_checked_is_checked_again() -> None:
    async def story() -> None:
        async with serving() as running:
            with running.site.authorising.shut():
                opening = asyncio.create_task(running.client.get("/live/stream?topics=a:1"))
                await running.until(lambda: running.site.authorising.inside == 1)
                running.site.revoke("ann", "a:1")
            assert (await opening).status == 404

    uvloop.run(story())


def test_a_right_that_became_another_ends_the_stream() -> None:
    async def story() -> None:
        async with serving(heartbeat=NEVER) as running:
            stream = await running.client.open("a:1")
            running.site.unordered.add("a:1")
            running.site.bus.revoke("ann")
            assert (await stream.to_end())[-1].event == "bye"

    uvloop.run(story())


def test_the_sweep_notices_what_no_bus_told() -> None:
    async def story() -> None:
        async with serving(heartbeat=0.1, sweep_beats=2, per_subject=100) as running:
            streams = [await running.client.open("a:1") for _ in range(20)]
            kept = await running.client.open("a:2")
            running.site.forbidden.add(("ann", "a:1"))
            for stream in streams:
                assert (await stream.to_end())[-1].event == "bye"
            await running.until(lambda: running.edge.open_streams == 1)
            running.site.append("a:2")
            assert await kept.events(1) == [{"n": 1}]

    uvloop.run(story())


def test_after_a_gap_of_the_bus_rooms_are_read_and_rights_checked() -> None:
    async def story() -> None:
        async with serving(heartbeat=NEVER) as running:
            lost = await running.client.open("a:1")
            async with running.client.stream("b:1") as kept:
                running.site.append("b:1", wake=False)
                running.site.forbidden.add(("ann", "a:1"))
                await asyncio.sleep(0.1)
                assert (len(kept.frames), running.edge.open_streams) == (2, 2)
                running.site.bus.gap()
                assert await kept.events(1) == [{"n": 1}]
                assert (await lost.to_end())[-1].json() == {"reason": "revoked"}

    uvloop.run(story())


def test_a_revoked_poll_shows_nothing() -> None:
    async def story() -> None:
        async with serving(heartbeat=NEVER) as running:
            poll = asyncio.create_task(running.client.get("/live/poll?topics=a:1&wait=20"))
            await running.until(lambda: running.edge.open_streams == 1)
            running.site.revoke("ann", "a:1")
            running.site.append("a:1")
            answer = await asyncio.wait_for(poll, 15)  # before it ends by itself
            assert (answer.status, answer.json()["feeds"] in ([], [event_one()])) == (200, True)
            assert (await running.client.get("/live/poll?topics=a:1")).status == 404

    uvloop.run(story())


def event_one() -> dict[str, object]:
    """What was committed may have been read before the right's end was known, never after."""
    return {"t": "a:1", "c": 1, "e": [{"n": 1}]}


def test_caps_for_a_subject_an_address_and_all() -> None:
    async def story() -> None:
        async with serving(per_subject=2, per_address=3, total=4) as running:
            bob = running.client.named("bob")
            streams = [await running.client.open("a:1") for _ in range(2)]
            third = await running.client.get("/live/stream?topics=a:1")
            assert (third.status, third.json()["code"]) == (429, "too_many_streams")
            assert int(third.headers["retry-after"]) > 0
            streams.append(await bob.open("a:1"))
            fourth = await bob.get("/live/poll?topics=a:1&wait=0")
            assert (fourth.status, fourth.json()["code"]) == (429, "too_many_from_address")
            await streams[0].close()
            await running.until(lambda: running.edge.open_streams == 2)
            async with running.client.stream("a:1"):
                assert running.edge.open_streams == 3
        async with serving(total=1) as running:
            async with running.client.stream("a:1"):
                refused = await running.client.get("/live/stream?topics=a:1")
                assert (refused.status, refused.json()["code"]) == (503, "full")
            await running.until(lambda: running.edge.open_streams == 0)

    uvloop.run(story())
