"""Every refusal, posting, and polling."""

import asyncio
from itertools import islice

import uvloop

from tests.kit.live.serving import Running, serving
from walletdesk.kit.live.wire import address_group

LONG = ",".join(f"a:{number}" for number in range(9))

BAD_TARGETS = [
    "/live/stream",
    "/live/stream?topics=",
    "/live/stream?topics=a",
    "/live/stream?topics=A:1",
    "/live/stream?topics=a:",
    "/live/stream?topics=a:1,",
    "/live/stream?topics=a:1,a:1",
    "/live/stream?topics=a:1%0A",
    "/live/stream?topics=a:%E4%B8%80",
    "/live/stream?topics=a:" + "x" * 65,
    "/live/stream?topics=" + LONG,
    "/live/stream?topics=a:1&topics=a:2",
    "/live/stream?topics=a:1&after=",
    "/live/stream?topics=a:1&after=-1",
    "/live/stream?topics=a:1&after=1,2",
    "/live/stream?topics=a:1,a:2&after=1",
    "/live/stream?topics=a:1&after=1e3",
    "/live/stream?topics=a:1&after=9223372036854775808",
    "/live/stream?topics=a:1&after=99999999999999999999",
    "/live/stream?topics=a:1&after=%D9%A1",
    "/live/stream?topics=a:1&" + "&".join(f"x{number}=1" for number in range(20)),
    "/live/stream?topics=a:1&x=" + "x" * 3000,
    "/live/poll?topics=a:1&wait=-1",
    "/live/poll?topics=a:1&wait=1.5",
    "/live/poll?topics=a:1&wait=",
    "/live/poll?topics=a:1&wait=99999",
]


def waiting(running: Running) -> int:
    """Return how many messages wait for the next batch."""
    return len(running.edge._submit._waiting)  # noqa: SLF001 - nothing outside tells


async def arrived(running: Running) -> int:
    """Wait until a batch is held at the door; return how many messages it has."""
    await running.until(lambda: running.site.submitting.inside == 1)
    return running.site.batch


def test_bad_requests_are_400_with_a_code_and_leave_nothing_behind() -> None:
    async def story() -> None:
        async with serving() as running:
            for target in BAD_TARGETS:
                answer = await running.client.get(target)
                assert answer.status == 400, target
                assert set(answer.json()) == {"code"}
            bad_id = await running.client.get(
                "/live/stream?topics=a:1", {"Last-Event-ID": "1;drop"}
            )
            assert (bad_id.status, bad_id.json()) == (400, {"code": "bad_cursor"})
            assert running.site.authorised == []
            assert running.edge.open_streams == 0

    uvloop.run(story())


def test_credentials() -> None:
    async def story() -> None:
        async with serving() as running:
            nobody = running.client.named(None)
            for headers in (
                {},
                {"Authorization": "Basic YW5u"},
                {"Authorization": "Bearer "},
                {"Authorization": "Bearer a b"},
                {"Authorization": "Bearer " + "x" * 513},
                {"Authorization": "Basic YW5u", "Cookie": "desk=ann"},
                {"Cookie": "other=ann; xdesk=ann; desk="},
            ):
                for target in ("/live/stream?topics=a:1", "/live/poll?topics=a:1"):
                    answer = await nobody.get(target, headers)
                    assert (answer.status, answer.json()) == (401, {"code": "no_credential"})
            by_cookie = {"Cookie": "theme=dark; desk=ann"}
            poll = await nobody.get("/live/poll?topics=a:1&wait=0", by_cookie)
            assert poll.status == 200
            # A cookie is sent by any page that posts a form: it never records a message.
            assert (await nobody.post(b"{}", by_cookie)).status == 401
            assert running.site.submitted == []
            twice = nobody.head("GET", "/live/poll?topics=a:1", {"Authorization": "Bearer ann"})
            twice = twice.replace(b"\r\n\r\n", b"\r\nAuthorization: Bearer bob\r\n\r\n")
            assert (await nobody.raw(twice)).status == 400

    uvloop.run(story())


def test_methods_and_pages() -> None:
    async def story() -> None:
        async with serving() as running:
            for target, allow in (("/live/messages", "POST"), ("/live/stream", "GET")):
                for method in ("PUT", "DELETE", "OPTIONS"):
                    answer = await running.client.raw(running.client.head(method, target))
                    assert (answer.status, answer.headers["allow"]) == (405, allow)
            assert (await running.client.get("/live/else")).status == 404
            assert (await running.client.get("/live/messages/")).status == 404

    uvloop.run(story())


def test_a_message_is_recorded_and_its_reply_passed_on() -> None:
    async def story() -> None:
        async with serving() as running:
            answer = await running.client.post(b'{"text":"\xe4\xbd\xa0\xe5\xa5\xbd"}')
            assert (answer.status, answer.json()) == (201, {"bytes": 17})
            assert answer.headers["cache-control"] == "no-store"
            assert running.site.addresses == ["127.0.0.1"]
            with_charset = {"Content-Type": "Application/JSON; charset=utf-8"}
            assert (await running.client.post(b"x" * 16384, with_charset)).status == 201
            flooder = running.client.named("flooder")
            answer = await flooder.post(b"{}")
            assert (answer.status, answer.headers["retry-after"]) == (429, "7")

    uvloop.run(story())


def test_bodies_that_are_refused() -> None:
    async def story() -> None:
        async with serving(body_seconds=0.3) as running:
            client = running.client
            assert (await client.post(b"x" * 16385)).status == 413
            chunked = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
            head = client.head("POST", "/live/messages", chunked)
            chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
            assert (await client.raw(head + chunk * 5)).status == 413
            assert (await client.post(b"x", {"Content-Encoding": "gzip"})).status == 415
            for media_type in ("text/plain", "application/x-www-form-urlencoded", ""):
                assert (await client.post(b"x", {"Content-Type": media_type})).status == 415
            slow = client.head(
                "POST",
                "/live/messages",
                {"Content-Type": "application/json", "Content-Length": "9"},
            )
            answer = await client.raw(slow + b"{")
            assert (answer.status, answer.headers["connection"]) == (408, "close")
            assert (await client.raw(b"\x16\x03\x01\x00 garbage\r\n\r\n")).status == 400
            # A client that leaves in the middle of its message records nothing.
            _, writer = await client.connect()
            writer.write(slow + b"{")
            await asyncio.sleep(0.05)
            writer.transport.abort()
            await asyncio.sleep(0.05)
            assert running.site.submitted == []

    uvloop.run(story())


def test_messages_that_arrive_together_share_a_commit() -> None:
    async def story() -> None:
        async with serving() as running:
            with running.site.submitting.shut():
                posts = [
                    asyncio.create_task(running.client.post(b'{"n":%d}' % number))
                    for number in range(40)
                ]
                first = await arrived(running)
                await running.until(lambda: first + waiting(running) == 40)
            answers = await asyncio.gather(*posts)
            assert {answer.status for answer in answers} == {201}
            assert len(running.site.submitted) == 2
            assert sorted(running.site.recorded) == sorted(
                b'{"n":%d}' % number for number in range(40)
            )

    uvloop.run(story())


def test_a_message_whose_client_left_is_recorded() -> None:
    async def story() -> None:
        async with serving() as running:
            with running.site.submitting.shut():
                first = asyncio.create_task(running.client.post(b"1"))
                assert await arrived(running) == 1
                second = asyncio.create_task(running.client.post(b"2"))
                await running.until(lambda: waiting(running) == 1)
                second.cancel()
            assert (await first).status == 201
            await running.until(lambda: len(running.site.submitted) == 2)
            assert running.site.submitted == [[b"1"], [b"2"]]

    uvloop.run(story())


def test_a_failing_database_is_503_for_its_batch_only() -> None:
    async def story() -> None:
        async with serving(answer_seconds=1.5) as running:
            running.site.fail_submits = 1
            answer = await running.client.post(b"1")
            assert (answer.status, answer.json()) == (503, {"code": "unavailable"})
            assert int(answer.headers["retry-after"]) > 0
            assert (await running.client.post(b"2")).status == 201
            with running.site.submitting.shut():
                assert (await running.client.post(b"3")).status == 503
            running.site.fail_reads = 1
            assert (await running.client.get("/live/poll?topics=a:1")).status == 503
            running.site.fail_reads = 1
            stream = await running.client.open("a:1")
            [bye] = await stream.to_end()
            assert bye.json() == {"reason": "unavailable"}

    uvloop.run(story())


def test_a_full_queue_is_503() -> None:
    async def story() -> None:
        async with serving(waiting=2, batch=1) as running:
            with running.site.submitting.shut():
                posts = [asyncio.create_task(running.client.post(b"%d" % n)) for n in range(10)]
                for each in islice(asyncio.as_completed(posts), 7):
                    assert (await each).status == 503
            answers = [await post for post in posts]
            assert sorted(answer.status for answer in answers) == [201] * 3 + [503] * 7
            assert {answer.json()["code"] for answer in answers if answer.status == 503} == {"busy"}
            assert len(running.site.submitted) == 3

    uvloop.run(story())


def test_stop_records_what_was_accepted() -> None:
    async def story() -> None:
        async with serving() as running:
            with running.site.submitting.shut():
                posts = [asyncio.create_task(running.client.post(b"%d" % n)) for n in range(5)]
                await running.until(lambda: waiting(running) > 0)
                stopping = asyncio.create_task(running.edge.stop())
            await stopping
            assert [(await post).status for post in posts].count(201) == len(running.site.recorded)

    uvloop.run(story())


def test_poll_answers_at_once_or_waits() -> None:
    async def story() -> None:
        async with serving() as running:
            client = running.client
            running.site.append("a:1")
            answer = await client.get("/live/poll?topics=a:1,b:1&after=0,0")
            assert answer.json() == {"feeds": [{"t": "a:1", "c": 1, "e": [{"n": 1}]}]}
            poll = asyncio.create_task(client.get("/live/poll?topics=a:1,b:1&after=1,0"))
            await running.until(lambda: running.edge.open_streams == 1)
            running.site.append("b:1")
            answer = await asyncio.wait_for(poll, 20)  # before it ends by itself
            assert answer.json() == {"feeds": [{"t": "b:1", "c": 1, "e": [{"n": 1}]}]}
            empty = await client.get("/live/poll?topics=a:1&after=1&wait=0")
            assert (empty.status, empty.json()) == (200, {"feeds": []})
            for _ in range(700):
                running.site.append("c:1", wake=False)
            page = (await client.get("/live/poll?topics=c:1&after=0")).json()["feeds"]
            assert page[-1]["c"] == sum(len(feed["e"]) for feed in page) == 500
            assert running.edge.open_rooms == 0

    uvloop.run(story())


def test_a_poll_whose_client_left_gives_its_place_back() -> None:
    async def story() -> None:
        async with serving() as running:
            poll = asyncio.create_task(running.client.get("/live/poll?topics=a:1&wait=20"))
            await running.until(lambda: running.edge.open_streams == 1)
            poll.cancel()
            await running.until(lambda: running.edge.open_streams == 0)

    uvloop.run(story())


def test_what_an_address_cap_counts() -> None:
    assert address_group("192.0.2.7") == "192.0.2.7"
    assert address_group("2001:db8:1:2:3:4:5:6") == address_group("2001:db8:1:2::9")
    assert address_group("2001:db8:1:2::9") != address_group("2001:db8:1:3::9")
    assert address_group("::ffff:192.0.2.7") == "192.0.2.7"
    assert address_group("fe80::1%eth0") == address_group("fe80::2")
    assert address_group("not:an:address") == "not:an:address"
