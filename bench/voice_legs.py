"""Part of voice.py: pairs of WebRTC ends (aiortc) that count the sound which comes to them."""

import asyncio
import json
import sys
from pathlib import Path

import httpx
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from walletdesk.integrations.embedded_voice.line import offer_loopback
from walletdesk.integrations.embedded_voice.mark import read_mark

SECONDS = 8.0


class End:
    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client = client
        self.token = token
        self.frames = 0
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peer.addTrack(AudioStreamTrack())
        self.tasks: list[asyncio.Task[None]] = []
        self.peer.on(
            "track", lambda track: self.tasks.append(asyncio.create_task(self.hear(track)))
        )

    async def ask(self, path: str, **body: object) -> dict[str, object]:
        answer = await self.client.post(f"/voice/media/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    async def hear(self, track: AudioStreamTrack) -> None:
        while True:
            await track.recv()
            self.frames += 1

    async def join(self) -> None:
        line = (await self.ask("open", token=self.token))["line"]
        after = 0
        while True:
            news = (await self.ask("news", line=line, after=after))["news"]
            after += len(news)
            if any(each["t"] == "media" for each in news):
                break
        await self.peer.setLocalDescription(await self.peer.createOffer())
        offer = self.peer.localDescription.sdp
        answer = await self.ask("act", line=line, do="offer", sdp=offer)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        self.tasks.append(asyncio.create_task(self.follow(line, after)))

    async def follow(self, line: object, after: int) -> None:
        while True:
            after += len((await self.ask("news", line=line, after=after))["news"])


async def main(mark: Path, pairs: int) -> None:
    offer_loopback()
    found = read_mark(mark)
    url = f"http://127.0.0.1:{found.port}"
    headers = {"X-Walletdesk-Media": found.secret}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        kinds = [f"{kind}-{each}" for each in range(pairs) for kind in ("caller", "agent")]
        ends = [End(client, token) for token in kinds]
        await asyncio.gather(*(end.join() for end in ends))
        await asyncio.sleep(2)
        before = [end.frames for end in ends]
        print("talking", flush=True)
        await asyncio.sleep(SECONDS)
        rates = [(end.frames - was) / SECONDS for end, was in zip(ends, before, strict=True)]
        print(json.dumps({"rates": rates}), flush=True)
        for end in ends:
            for task in end.tasks:
                task.cancel()
        await asyncio.gather(*(end.peer.close() for end in ends))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
