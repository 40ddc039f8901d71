"""Two browsers with sound, no engine: what each says is heard by the other, and recorded."""

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import uvloop
from playwright.async_api import Page, async_playwright, expect

from tests.browser import ARGUMENTS, PATIENCE_MS, program
from tests.installation import Installation
from tests.voice.parties import Flow, channels_of, pitch_of, running
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.voice import types as v
from walletdesk.voice.tokens import leg_token, read_leg_token

SOUND = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
)
# Keeps what a page hears, so that its pitch can be measured.
LISTEN = """
const Peer = RTCPeerConnection;
window.RTCPeerConnection = class extends Peer {
  constructor(...given) {
    super(...given);
    this.addEventListener("track", ({ streams: [stream] }) => {
      const context = new AudioContext();
      const ear = context.createAnalyser();
      ear.fftSize = 8192;
      context.createMediaStreamSource(stream).connect(ear);
      window.pitch = () => {
        const power = new Float32Array(ear.frequencyBinCount);
        ear.getFloatFrequencyData(power);
        const top = power.indexOf(Math.max(...power));
        return power[top] < -70 ? 0 : Math.round((top * context.sampleRate) / 8192 / 20) * 20;
      };
    });
  }
};
"""
AGENT = """async ([address, token]) => {
  const { Line, microphone } = await import(address);
  window.heard = [];
  const on = (item) => heard.push(item.t);
  window.line = new Line({ sound: await microphone(), on, quality: () => {} });
  await line.open(token);
}"""


def pitch_file(folder: Path, pitch: float) -> Path:
    path = folder / f"{pitch:.0f}.wav"
    samples = np.sin(2 * np.pi * pitch * np.arange(48_000) / 48_000) * 12_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


@asynccontextmanager
async def browsers(folder: Path, *pitches: float) -> AsyncIterator[list[Page]]:
    path = program()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        pages = []
        for pitch in pitches:
            said = f"--use-file-for-fake-audio-capture={pitch_file(folder, pitch)}"
            browser = await playwright.chromium.launch(
                executable_path=path, args=[*ARGUMENTS, *SOUND, said]
            )
            page = await browser.new_page(viewport={"width": 390, "height": 780})
            page.set_default_timeout(PATIENCE_MS)
            await page.add_init_script(LISTEN)
            pages.append(page)
        yield pages


async def hears(page: Page, pitch: float) -> None:
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await page.evaluate("window.pitch?.()") != pitch:  # noqa: ASYNC110 - sound is polled
            await asyncio.sleep(0.1)


def test_a_call_from_the_chat(installation: Installation, tmp_path: Path) -> None:
    uvloop.run(_story(installation, tmp_path))


async def _story(place: Installation, folder: Path) -> None:
    key = (place.data / "secret.key").read_text().strip()
    config = MediaConfig(place.data / "voice-media.json", loopback=True)
    async with (
        running(config, read_token=partial(read_leg_token, key=key)) as flow,
        browsers(folder, 440, 880) as (caller, agent),
    ):
        await _menu(flow, caller, place.url, key)
        await _talk(flow, caller, agent, place, key)
        await _survey(flow, caller)


async def _menu(flow: Flow, caller: Page, url: str, key: str) -> None:
    await caller.goto(f"{url}/widget/aurora/?language=en")
    await caller.get_by_role("button", name="Call us").click()
    came = await flow.next(v.Incoming)
    assert read_leg_token(came.token, key=key).kind == "caller"
    await flow.do(v.Answer())
    await flow.next(v.Answered)
    said = (v.Said("Welcome to Aurora.", ("short",)), v.Said("What is it about?"))
    choices = (("1", "Products"), ("2", "Technical help"))
    await flow.do(v.Play(said, collect=v.Collect(), choices=choices))
    await caller.get_by_role("button", name="Technical help").click()
    assert (await flow.next(v.Digits)).keys == "2"
    await flow.do(v.Hold("You are next"))
    await expect(caller.locator(".call")).to_contain_text("You are next")


async def _talk(flow: Flow, caller: Page, agent: Page, place: Installation, key: str) -> None:
    await agent.goto(f"{place.url}/accounts/login/")
    script = await caller.evaluate("document.querySelector('script[type=module]').src")
    address = script.replace("widget/widget.js", "common/line.js")
    await agent.goto(f"{place.url}/widget/aurora/")
    await flow.do(v.Record("call"))
    await flow.do(v.Connect("a", membership=7))
    await agent.evaluate(AGENT, [address, leg_token("agent", "7", key=key)])
    await flow.next(v.LegAnswered)
    await hears(agent, 440)
    await hears(caller, 880)
    await flow.do(v.SetMode("caller", "held"))
    await expect(caller.locator(".call")).to_contain_text("on hold")
    await hears(agent, 0)
    await flow.do(v.SetMode("caller", "talk"))
    await hears(agent, 440)
    await caller.get_by_role("button", name="Mute").click()
    await hears(agent, 0)
    await caller.get_by_role("button", name="Mute").click()
    await hears(agent, 440)
    await flow.do(v.StopRecording("call"))
    await flow.next(v.Recorded)
    left, right = channels_of(flow.kept["call"])
    assert (pitch_of(left), pitch_of(right)) == (440.0, 880.0)
    await agent.evaluate("line.hangUp()")
    assert (await flow.next(v.LegLeft)).reason == "left"


async def _survey(flow: Flow, caller: Page) -> None:
    await flow.do(v.Play((v.Said("How was it? Press 1 to 5."),), collect=v.Collect()))
    await caller.get_by_role("button", name="5", exact=True).click()
    assert (await flow.next(v.Digits)).keys == "5"
    await flow.do(v.Hangup())
    await flow.next(v.HungUp)
    await expect(caller.locator(".call")).to_contain_text("The call is over")
