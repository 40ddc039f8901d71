"""A call's sound in Python, as it is spoken: a channel of Asterisk that is a WebSocket.

https://docs.asterisk.org/Configuration/Channel-Drivers/WebSocket/ (Asterisk 20.16, 22.6). Asterisk
keeps the time: what is sent waits there and is played 20 ms after 20 ms.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from websockets.asyncio.client import ClientConnection, connect

from walletdesk.integrations.asterisk.ari import Ari
from walletdesk.integrations.asterisk.types import APP

_MOST_FRAME: Final = 65_500  # bytes that chan_websocket takes at once


class Sound:
    """Both directions of one channel, G.711 mu-law of 8,000 bytes a second."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def heard(self) -> AsyncIterator[bytes]:
        """Yield what is said, until the call ends."""
        async for frame in self._socket:
            if isinstance(frame, bytes):  # text frames tell of the channel, digits included
                yield frame

    async def say(self, sound: bytes) -> None:
        """Say something after what is being said."""
        for start in range(0, len(sound), _MOST_FRAME):
            await self._socket.send(sound[start : start + _MOST_FRAME])


@asynccontextmanager
async def sound_of(ari: Ari, bridge: str, name: str) -> AsyncIterator[Sound]:
    """Take part in a bridge as the channel `name`. Raises Refused, Unreachable or OSError."""
    made = await ari.ask(
        "POST",
        "channels",
        "externalMedia",
        values={
            "app": APP,
            "appArgs": "snoop",
            "channelId": name,
            "external_host": "INCOMING",
            "transport": "websocket",
            "encapsulation": "none",
            "connection_type": "server",
            "format": "ulaw",
        },
    )
    ident = made["channelvars"]["MEDIA_WEBSOCKET_CONNECTION_ID"]
    try:
        async with connect(f"{ari.media}/{ident}", proxy=None) as socket:
            await ari.ask("POST", "bridges", bridge, "addChannel", values={"channel": name})
            yield Sound(socket)
    finally:
        await ari.quietly("DELETE", "channels", name)
