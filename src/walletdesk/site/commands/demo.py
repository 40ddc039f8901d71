"""`walletdesk demo`: replay a busy hour against a running desk, through its own front doors.

Customers speak through the public chat endpoints, agents sign in and work through the desk, so
that a newcomer sees a living desk and nothing is written behind the product's back.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from walletdesk.site.demo import AGENTS, BRAND
from walletdesk.site.refusal import RefusalError

HOUR = 3600.0
STORIES = Path(__file__).parent.parent / "demo" / "busy_hour.toml"
TYPING_SECONDS = (1.0, 4.0)
ANSWER_SECONDS = (2.0, 6.0)
GIVE_UP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Replay:
    """Where and how fast to replay. `speed` 30 plays the hour in two minutes."""

    url: str
    password: str
    speed: float


def run(url: str, password: str, minutes: float) -> int:
    """Replay the hour in so many minutes. Returns the number of stories that failed, at most 1.

    Raises:
        RefusalError: nobody answers at the address, or the demo's password is wrong.

    """
    stories = tomllib.loads(STORIES.read_text())["story"]
    replay = Replay(url.rstrip("/"), password, HOUR / (minutes * 60))
    try:
        failed = asyncio.run(_replay(replay, stories))
    except httpx.TransportError as error:
        raise RefusalError(
            f"Nobody answers at {url} ({type(error).__name__}).", "Start the desk with: make up"
        ) from error
    say(f"{len(stories) - failed} of {len(stories)} stories were told.")
    return min(failed, 1)


def say(line: str) -> None:
    """Tell the person at the terminal how far it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _replay(replay: Replay, stories: list[dict[str, Any]]) -> int:
    agents = {language: Agent(replay, email) for language, email in AGENTS.items()}
    for agent in agents.values():
        await agent.sign_in()
    say(f"Replaying {len(stories)} stories; open {replay.url}/desk/ to watch. Ctrl-C ends it.")
    told = await asyncio.gather(
        *(_tell(replay, agents[story["language"]], story) for story in stories),
        return_exceptions=True,
    )
    for story, end in zip(stories, told, strict=True):
        if isinstance(end, BaseException):
            say(f"story at {story['at']} s: {type(end).__name__}: {end}")
    for agent in agents.values():
        await agent.close()
    return sum(isinstance(end, BaseException) for end in told)


async def _tell(replay: Replay, agent: Agent, story: dict[str, Any]) -> None:
    await asyncio.sleep(story["at"] / replay.speed)
    async with httpx.AsyncClient(base_url=replay.url, timeout=30) as client:
        customer = await Customer.arrive(client, story["language"])
        for text in story["messages"]:
            await customer.write(text)
            await _pause(TYPING_SECONDS)
        if story["asks_person"]:
            await customer.post("person")
        if story["agent_replies"]:
            await customer.wait_until({"queued", "open"})
            await agent.answer(customer.ref, story)
        if story["resolve"] and story["rating"]:
            await customer.wait_until({"resolved"})
            await customer.post("rating", score=story["rating"], comment="")


async def _pause(bounds: tuple[float, float]) -> None:
    await asyncio.sleep(random.uniform(*bounds))  # noqa: S311 - how long people take


class Customer:
    """One visitor of the chat."""

    def __init__(self, client: httpx.AsyncClient, ref: str) -> None:
        self.client = client
        self.ref = ref

    @classmethod
    async def arrive(cls, client: httpx.AsyncClient, language: str) -> Customer:
        answer = await client.post("/chat/v1/sessions", json={"brand": BRAND, "language": language})
        answer.raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return cls(client, answer.json()["conversation"])

    async def write(self, text: str) -> None:
        body = {"conversation": self.ref, "id": str(uuid4()), "text": text}
        (await self.client.post("/live/messages", json=body)).raise_for_status()

    async def post(self, what: str, **fields: object) -> None:
        body = {"conversation": self.ref, **fields}
        (await self.client.post(f"/chat/v1/{what}", json=body)).raise_for_status()

    async def wait_until(self, statuses: set[str]) -> None:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while True:
                answer = await self.client.get("/chat/v1/state", params={"conversation": self.ref})
                if answer.json()["status"] in statuses:
                    return
                await asyncio.sleep(0.5)


class Agent:
    """One member of staff, signed in as a browser would be."""

    def __init__(self, replay: Replay, email: str) -> None:
        self.email = email
        self.password = replay.password
        self.client = httpx.AsyncClient(base_url=replay.url, timeout=30)

    async def sign_in(self) -> None:
        await self.client.get("/accounts/login/")
        answer = await self._post("/accounts/login/", login=self.email, password=self.password)
        if answer.status_code != 302:
            raise RefusalError(
                f"{self.email} cannot sign in.", "Give the demo's password with --password."
            )

    async def _post(self, path: str, **form: str) -> httpx.Response:
        return await self.client.post(path, data=form, headers=self._headers())

    async def _call(self, ref: str, what: str, **fields: object) -> None:
        headers = {**self._headers(), "Accept": "application/json"}
        answer = await self.client.post(f"/desk/c/{ref}/{what}", json=fields, headers=headers)
        answer.raise_for_status()

    def _headers(self) -> dict[str, str]:
        names = [name for name in self.client.cookies if name.endswith("walletdesk-csrf")]
        token = (self.client.cookies.get(names[0]) or "") if names else ""
        return {"X-CSRFToken": token, "Referer": f"{self.client.base_url}/"}

    async def answer(self, ref: str, story: dict[str, Any]) -> None:
        await _pause(ANSWER_SECONDS)
        await self._call(ref, "claim")
        for text in story["agent_replies"]:
            await _pause(ANSWER_SECONDS)
            await self._call(ref, "reply", id=str(uuid4()), text=text)
        if story["note"]:
            await self._call(ref, "note", id=str(uuid4()), text=story["note"])
        if story["resolve"]:
            await _pause(ANSWER_SECONDS)
            await self._call(ref, "resolve")

    async def close(self) -> None:
        await self.client.aclose()
