"""The live edge from outside: every topic x every actor, and rights that end (S01, S03, S04)."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db import connections

from tests.cast import Cast
from tests.kit.live.client import Answer, OpenStream
from tests.security import access_matrix
from tests.security.access_matrix import ACTORS, Row
from tests.security.actors import UNKNOWN_REF, bring_to
from tests.server import Server, headers_of, session_of
from walletdesk.accounts.actions.people import deactivate_user
from walletdesk.accounts.models import Membership, User
from walletdesk.contacts.actions import end_session
from walletdesk.kit.wake import revoke

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = access_matrix.rows(access_matrix.EDGE)
COOKIE = "walletdesk"
ENDS_WITHIN = 30.0  # seconds; the sweep, which nobody told, would come after 60


def credentials(cast: Cast) -> dict[str, dict[str, str]]:
    """Sign everybody in, shut one of them out, and return the headers of each."""
    people = {
        "agent": cast.agent,
        "viewer": cast.viewer,
        "supervisor": cast.supervisor,
        "owner": cast.owner,
        "stranger": cast.stranger,
        "shut_out": cast.colleague,
    }
    found = {name: {"Cookie": f"{COOKIE}={session_of(m.user)}"} for name, m in people.items()}
    deactivate_user(user=cast.colleague.user)
    for name, customer in (("customer", cast.customer), ("other_cust", cast.other_customer)):
        found[name] = {"Authorization": f"Bearer {customer.token}"}
    return {"nobody": {}, **found}


def message(ref: str, text: str = "hello") -> bytes:
    return json.dumps({"conversation": ref, "id": str(uuid4()), "text": text}).encode()


async def ask(server: Server, row: Row, topic: str, headers: dict[str, str], ref: str) -> Answer:
    client = server.raw()
    try:
        if row.method == "POST":
            return await client.post(message(ref), headers)
        if row.name == "/live/poll":
            return await client.get(f"/live/poll?topics={topic}&wait=0", headers)
        reader, writer = await client.connect()
        writer.write(client.head("GET", f"/live/stream?topics={topic}", headers))
        async with asyncio.timeout(60):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
            status = int(head.split()[1])
            size = int(fields.get("content-length", 0))
            return Answer(status, fields, await reader.readexactly(size) if size else b"")
    finally:
        await client.close()


def test_every_row(server: Server, cast: Cast) -> None:
    bring_to("queued", cast, cast.customer)
    ref = cast.customer.conversation.ref
    topics = {
        "-": "",
        "conversation": f"conversation:{ref}",
        "desk": f"desk:{cast.brand.slug}",
        "unknown_kind": f"contact:{cast.customer.contact.pk}",
    }
    who = credentials(cast)

    async def story() -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        for row in ROWS:
            found = {}
            for actor in ACTORS:
                got = await ask(server, row, topics[row.state], who[actor], ref)
                found[actor] = str(got.status)
                assert got.headers["x-content-type-options"] == "nosniff", (row, got)
            if found != row.expected:
                wrong[str(row)] = {a: got for a, got in found.items() if got != row.expected[a]}
        return wrong

    assert asyncio.run(story()) == {}


def test_other_methods_and_paths_are_refused(server: Server, cast: Cast) -> None:
    browser = server.browser(token=cast.customer.token)
    for row in ROWS:
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {row.method}:
            got = browser.request(method, row.name)
            assert (got.status_code, got.headers["allow"]) == (405, row.method)
    for path in ("/live/", "/live/streams", "/live/stream/", "/live/../live/x", "/live/%00"):
        assert browser.get(path).status_code == 404


def test_foreign_topics_and_wildcards_are_unknown_topics(server: Server, cast: Cast) -> None:
    bring_to("queued", cast, cast.customer)
    ref = cast.customer.conversation.ref
    who = credentials(cast)
    guesses = [f"conversation:{ref}", f"conversation:{ref[:-1]}_", f"desk:{cast.brand.slug}"]
    guesses += ["conversation:_", "desk:_", "desk:0", "desk:-", f"desk:{cast.brand.pk}"]
    malformed = ["conversation:%25", "desk:*", "desk:", "*", "conversation:" + "a" * 65, "desk:%00"]

    async def story() -> None:
        stream = Row("/live/stream", "GET", "", {})
        for actor in ("other_cust", "stranger"):
            unknown = await ask(server, stream, f"conversation:{UNKNOWN_REF}", who[actor], ref)
            assert unknown.status == 404
            for topic in guesses:
                got = await ask(server, stream, topic, who[actor], ref)
                assert (got.status, got.body) == (404, unknown.body), (actor, topic)
                assert headers_of(got) == headers_of(unknown)
            for topic in malformed:
                assert (await ask(server, stream, topic, who[actor], ref)).status == 400, topic
            # one foreign topic beside an own one opens nothing
        own = f"conversation:{cast.other_customer.conversation.ref},conversation:{ref}"
        assert (await ask(server, stream, own, who["other_cust"], ref)).status == 404

    asyncio.run(story())


# --- rights that end ----------------------------------------------------------------------


@asynccontextmanager
async def follow(server: Server, topic: str, headers: dict[str, str]) -> AsyncIterator[OpenStream]:
    """Open a stream and read its first frames."""
    client = server.raw()
    reader, writer = await client.connect()
    try:
        writer.write(client.head("GET", f"/live/stream?topics={topic}", headers))
        async with asyncio.timeout(60):
            first = await reader.readuntil(b"\r\n\r\n")
        assert first.split()[1] == b"200"
        stream = OpenStream(Answer(200, {}), reader, writer)
        while (await stream.frame()).event != "ready":
            pass
        yield stream
    finally:
        await client.close()


async def in_thread(work: Any) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    await asyncio.to_thread(run)


def lose_place(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).delete()
    revoke(f"staff:{member.user_id}")


def new_password(user: User) -> None:
    user.set_password("another-long-password-8")
    user.save()
    revoke(f"staff:{user.pk}")


def test_streams_end_when_the_right_is_lost(server: Server, cast: Cast) -> None:
    """Deactivated, without a place, signed out, another password: the stream ends with the right.

    The stream of a colleague on the same topics stays.
    """
    bring_to("queued", cast, cast.customer)
    topics = f"conversation:{cast.customer.conversation.ref},desk:{cast.brand.slug}"
    cookies = {m: {"Cookie": f"{COOKIE}={session_of(m.user)}"} for m in everybody(cast)}
    token = {"Authorization": f"Bearer {cast.customer.token}"}
    signed_in = server.browser()
    signed_in.cookies.set(COOKIE, cookies[cast.owner]["Cookie"].partition("=")[2])
    losses = [
        (cookies[cast.agent], topics, lambda: deactivate_user(user=cast.agent.user)),
        (cookies[cast.viewer], topics, lambda: lose_place(cast.viewer)),
        (cookies[cast.supervisor], topics, lambda: new_password(cast.supervisor.user)),
        (cookies[cast.owner], topics, lambda: sign_out(signed_in)),
        (token, topics.partition(",")[0], lambda: end_session(token=cast.customer.token)),
    ]

    async def lose(headers: dict[str, str], asked: str, loss: Any) -> None:
        async with follow(server, asked, headers) as stream:
            await in_thread(loss)
            frames = await stream.to_end(ENDS_WITHIN)
        assert frames[-1].json() == {"reason": "revoked"}
        again = await ask(server, Row("/live/stream", "GET", "", {}), asked, headers, "")
        assert again.status == 404

    async def story() -> None:
        async with follow(server, topics, cookies[cast.colleague]) as stays:
            for headers, asked, loss in losses:
                await lose(headers, asked, loss)
            await in_thread(lambda: cast.other_customer.write("still there?"))
            assert (await stays.frame()).event == "message"

    asyncio.run(story())


def everybody(cast: Cast) -> list[Membership]:
    return [cast.agent, cast.viewer, cast.supervisor, cast.owner, cast.colleague]


def sign_out(browser: httpx.Client) -> None:
    page = browser.get("/desk/queue/").text
    token = page.partition('data-csrf="')[2].partition('"')[0]
    answer = browser.post("/accounts/logout/", data={"csrfmiddlewaretoken": token})
    assert answer.status_code == 302


@pytest.mark.parametrize("loss", ["deactivated", "password"])
def test_no_parallel_request_succeeds_after_the_commit(
    server: Server, cast: Cast, loss: str
) -> None:
    """Requests that begin after the commit are refused, and what they would write is not there."""
    bring_to("open", cast, cast.customer)
    ref = cast.customer.conversation.ref
    browser = server.browser(cast.agent.user)
    csrf = browser.get("/desk/queue/").text.partition('data-csrf="')[2].partition('"')[0]
    committed = threading.Event()
    stop = threading.Event()
    late: list[int] = []
    early: list[int] = []

    def knock(number: int) -> None:
        while not stop.is_set():
            began_after = committed.is_set()
            got = browser.post(
                f"/desk/c/{ref}/note",
                json={"id": str(uuid4()), "text": f"note {number}"},
                headers={"X-CSRFToken": csrf, "Referer": server.url},
            )
            (late if began_after else early).append(got.status_code)

    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(knock, number) for number in range(6)]
        time_out = time.monotonic() + 90
        while early.count(200) < 6 and time.monotonic() < time_out:
            stop.wait(0.01)
        if loss == "deactivated":
            deactivate_user(user=cast.agent.user)
        else:
            new_password(cast.agent.user)
        committed.set()
        while len(late) < 12 and time.monotonic() < time_out:
            stop.wait(0.01)
        stop.set()
        for each in waiting:
            each.result()
    assert early.count(200) >= 6
    assert set(late) == {401}
    assert browser.get("/desk/queue/").headers["location"].startswith("/accounts/login/")
