"""The whole hotline with sound: a caller in the chat, an agent at the desk, nothing in between.

Two Chromiums say a tone each; the product runs as `walletdesk up` runs it, with its own process of
calls beside it.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.installation import START_SECONDS, Installation, until
from tests.voice.parties import channels_of, pitch_of
from tests.voice.test_browsers import browsers, hears

pytestmark = pytest.mark.long
# Stolen funds go to the team that is there for them.
AGENT = "security@aurora.example"


@contextmanager
def voice_process(place: Installation) -> Iterator[None]:
    """Run what carries calls, as the supervisor does once somebody calls."""
    given = {k: v for k, v in os.environ.items() if not k.startswith("WALLETDESK_")}
    given |= {
        **place.settings,
        "WALLETDESK_DATA": str(place.data),
        "WALLETDESK_PORT": str(place.port),
        "WALLETDESK_VOICE": "embedded",
        "WALLETDESK_VOICE_LOOPBACK": "true",
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "walletdesk.site.cli", "_voice"],
        env=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until((place.data / "voice-media.json").exists, "calls are carried", START_SECONDS)
        yield
    finally:
        process.terminate()
        process.wait()


GIVE_ROOM = """
INSERT INTO routing_ability (membership_id, skills, capacity)
SELECT m.id, '[]', '{"voice": 50, "chat": 50}'
FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id WHERE u.email = %s
ON CONFLICT (membership_id) DO UPDATE SET capacity = excluded.capacity
"""
TAKE_ROOM = """
UPDATE routing_ability a SET capacity = '{}'
FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
WHERE m.id = a.membership_id AND u.email = %s
"""


@contextmanager
def room_for_calls(place: Installation) -> Iterator[None]:
    """Let the agent take a call beside what other stories left them."""
    place.query(GIVE_ROOM, AGENT)
    try:
        yield
    finally:
        place.query(TAKE_ROOM, AGENT)


def test_a_call_from_the_chat_to_the_desk(installation: Installation, tmp_path: Path) -> None:
    with (
        voice_process(installation),
        room_for_calls(installation),
        installation.signed_in(AGENT) as staff,
    ):
        cookies: Any = [
            {"name": each.name, "value": each.value, "url": installation.url}
            for each in staff.cookies()
        ]
        asyncio.run(_story(installation, cookies, tmp_path))


async def _story(place: Installation, cookies: Any, folder: Path) -> None:
    async with browsers(folder, 440, 880) as (caller, agent):
        await agent.set_viewport_size({"width": 1440, "height": 900})
        await agent.context.add_cookies(cookies)
        await agent.goto(f"{place.url}/desk/")
        await caller.goto(f"{place.url}/widget/aurora/?language=en")
        await _wait_in_the_queue(caller)
        ref = await _talk(caller, agent)
        await _rate(caller)
        await _recorded(place, agent, ref)


async def _wait_in_the_queue(caller: Page) -> None:
    call = caller.locator(".call")
    await caller.get_by_role("button", name="Call us").click()
    await expect(call).to_contain_text("We never ask for your seed phrase")
    await caller.get_by_role("button", name="Stolen funds").click()
    await expect(call).to_contain_text("May we record this call")
    await caller.get_by_role("button", name="Yes").click()
    await expect(call).to_contain_text("number 1 in the queue")


async def _talk(caller: Page, agent: Page) -> str:
    offer = agent.locator(".offer")
    await expect(offer).to_contain_text("A call for you")
    await expect(offer).to_contain_text("Wallet stolen")
    await agent.get_by_role("button", name="Accept").click()
    phone = agent.locator(".telephone")
    await expect(phone.get_by_role("button", name="Hold")).to_be_visible()
    await hears(agent, 440)
    await hears(caller, 880)
    await phone.get_by_role("button", name="Hold").click()
    await expect(caller.locator(".call")).to_contain_text("on hold")
    await hears(agent, 0)
    await phone.get_by_role("button", name="Hold").click()
    await hears(agent, 440)
    await phone.get_by_role("button", name="Mute").click()
    await hears(caller, 0)
    await phone.get_by_role("button", name="Mute").click()
    await hears(caller, 880)
    ref = await phone.locator("[data-open]").get_attribute("data-open")
    assert ref is not None
    await phone.get_by_role("button", name="Hang up").click()
    await expect(phone).to_have_count(0)
    return ref


async def _rate(caller: Page) -> None:
    call = caller.locator(".call")
    for question in ("How quickly", "How right", "How friendly"):
        await expect(call).to_contain_text(question)
        await call.get_by_role("button", name="5", exact=True).click()
    await expect(call).to_contain_text("The call is over")


async def _recorded(place: Installation, agent: Page, ref: str) -> None:
    await agent.goto(f"{place.url}/desk/all/{ref}/")
    source = await agent.locator("audio.recording").get_attribute("src")
    assert source is not None
    heard = await agent.context.request.get(f"{place.url}{source}")
    left, right = channels_of(await heard.body())
    assert (pitch_of(left), pitch_of(right)) == (440.0, 880.0)
    found = place.query("SELECT c.rating FROM conversations_conversation c WHERE c.ref = %s", ref)
    assert found == [(5,)]
