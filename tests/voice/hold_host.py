"""A process that puts every caller on hold, to be killed; its successor says goodbye to them.

`python -m tests.voice.hold_host URL SECRET SOUNDS [end]`; prints what it hears, a line each.
"""

import asyncio
import sys
from pathlib import Path

from tests.voice.desk import FakeDesk
from tests.voice.tones import tone, wav
from walletdesk.integrations.asterisk.driver import AsteriskDriver
from walletdesk.integrations.asterisk.types import AsteriskConfig
from walletdesk.voice import types as t

GOODBYE = (t.Said("Goodbye", ("goodbye",)),)


def flow(call: str, event: t.Event) -> list[t.Command]:
    """Answer, and hold until the process is killed; what was adopted hears goodbye."""
    print(call, type(event).__name__, flush=True)  # noqa: T201 - the test reads it
    match event:
        case t.Incoming():
            return [t.Answer()]
        case t.Answered():
            return [t.Hold()]
        case t.Played():
            return [t.Hangup()]
    return []


async def main() -> None:
    """Follow until killed."""
    url, secret, sounds, *end = sys.argv[1:]
    desk = FakeDesk({"goodbye": wav(tone(600, 0.5))})
    desk.flow = flow
    desk.driver = AsteriskDriver(AsteriskConfig(url=url, secret=secret, sounds=Path(sounds)))
    await desk.driver.start(desk)
    found = await desk.driver.calls()
    print("host", "Ready", flush=True)  # noqa: T201 - as above
    for call in found if end else ():
        await desk.do(call, t.Play(GOODBYE))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
