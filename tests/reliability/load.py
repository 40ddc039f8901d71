"""Customers who write, and the ledger of what the desk acknowledged to them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Self
from uuid import uuid4

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.installation import Installation

SAID = ("message", "escalated")
GIVE_UP_SECONDS = 300.0
RETRY_SECONDS = (0.02, 0.2)
NO_LIMIT = httpx.Limits(max_connections=None, max_keepalive_connections=None)


@dataclass(slots=True)
class Message:
    """One message on its way: the same id in every try."""

    text: str
    id: str = field(default_factory=lambda: str(uuid4()))
    seq: int | None = None  # what the acknowledgement said
    tries: int = 0


@dataclass(slots=True)
class Writer:
    """A customer's browser: one conversation, one message after the other, each until taken."""

    url: str
    client: httpx.AsyncClient
    token: str = ""
    ref: str = ""
    sent: list[Message] = field(default_factory=list)

    async def arrive(self) -> Writer:
        """Open a session; a desk that is busy is asked again, as the widget does."""
        async with asyncio.timeout(GIVE_UP_SECONDS):
            answer = await self._ask_for_session()
            while answer.status_code == 503:
                await asyncio.sleep(float(answer.headers["Retry-After"]))
                answer = await self._ask_for_session()
        answer.raise_for_status()
        self.token, self.ref = answer.json()["token"], answer.json()["conversation"]
        return self

    async def _ask_for_session(self) -> httpx.Response:
        return await self.client.post(f"{self.url}/chat/v1/sessions", json={"language": "en"})

    async def write(self, text: str) -> Message:
        """Send a message again and again until the desk has acknowledged it."""
        message = Message(text)
        self.sent.append(message)
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while message.seq is None:
                await self._try(message)
        return message

    async def _try(self, message: Message) -> None:
        message.tries += 1
        body = {"conversation": self.ref, "id": message.id, "text": message.text}
        try:
            answer = await self.client.post(
                f"{self.url}/live/messages", json=body, headers=self.headers
            )
        except httpx.TransportError:
            await asyncio.sleep(random.uniform(*RETRY_SECONDS))  # noqa: S311 - spreads retries
            return
        if answer.status_code == 200:
            message.seq = answer.json()["seq"]
            return
        assert answer.status_code in {429, 503}, answer.text
        assert answer.headers["Retry-After"]
        await asyncio.sleep(random.uniform(*RETRY_SECONDS))  # noqa: S311 - spreads retries

    async def post(self, what: str, **fields: object) -> httpx.Response:
        body = {"conversation": self.ref, **fields}
        return await self.client.post(f"{self.url}/chat/v1/{what}", json=body, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@asynccontextmanager
async def customers(url: str, count: int) -> AsyncIterator[list[Writer]]:
    """Let so many customers arrive."""
    async with httpx.AsyncClient(timeout=15, limits=NO_LIMIT) as client:
        yield list(await asyncio.gather(*(Writer(url, client).arrive() for _ in range(count))))


class Load:
    """Customers who write until they are told to stop."""

    def __init__(self, writers: list[Writer]) -> None:
        self.writers = writers
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[object] | None = None

    @property
    def acknowledged(self) -> int:
        return sum(m.seq is not None for writer in self.writers for m in writer.sent)

    async def __aenter__(self) -> Self:
        self._task = asyncio.ensure_future(asyncio.gather(*map(self._write_on, self.writers)))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await self._task

    async def _write_on(self, writer: Writer) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            await writer.write(f"message {number} of this conversation")
            await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - people do not write in step

    async def go_on(self, count: int) -> None:
        """Return when `count` more messages were acknowledged."""
        goal = self.acknowledged + count
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while self.acknowledged < goal:
                assert not self._task.done(), self._task.exception()
                await asyncio.sleep(0.02)


def settle_accounts(place: Installation, writers: list[Writer]) -> None:
    """Compare the ledger with the database: nothing lost, nothing doubled, the order kept."""
    refs = [writer.ref for writer in writers]
    rows = place.query(
        "SELECT c.ref, e.seq, e.client_id::text, e.text, e.kind, e.author"
        " FROM conversations_conversation c JOIN conversations_event e ON e.conversation_id = c.id"
        " WHERE c.ref = ANY(%s) ORDER BY c.ref, e.seq",
        refs,
    )
    stored: dict[str, list[tuple]] = {ref: [] for ref in refs}
    for ref, *row in rows:
        stored[ref].append(tuple(row))
    for writer in writers:
        timeline = stored[writer.ref]
        assert [row[0] for row in timeline] == list(range(1, len(timeline) + 1)), "gapless numbers"
        theirs = [row for row in timeline if row[3] == "message" and row[4] == "customer"]
        doubled = [each for each, times in Counter(row[1] for row in theirs).items() if times > 1]
        assert doubled == [], "nothing doubled"
        # the customer is also told when it goes up: no second answer
        said = [row[4] if row[3] == "message" else row[3] for row in timeline if row[3] in SAID]
        assert ("bot", "bot") not in list(pairwise(said)), "the bot answered once"
        assert [row[:3] for row in theirs] == [(m.seq, m.id, m.text) for m in writer.sent], (
            "what was acknowledged is there, under its number, in its order"
        )
