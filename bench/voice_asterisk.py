"""50 calls at once through a real Asterisk: menu by key, hold, somebody, both sides recorded.

`.venv/bin/python bench/voice_asterisk.py`; the engine is that of the tests (Debian's packages,
unpacked). A part of `make bench NAME=voice` in the sense of its figures.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

import psutil
from harness import ROOT, percentile, report

sys.path[:0] = [str(ROOT)]

from tests.ports import free_port  # noqa: E402 - after the path to it
from tests.voice import engine as engines  # noqa: E402 - as above
from tests.voice.callers import say, telephone  # noqa: E402 - as above
from tests.voice.desk import FakeDesk  # noqa: E402 - as above
from tests.voice.stories import HELLO, RATE, SOUNDS, hotline  # noqa: E402 - as above
from tests.voice.tones import channels, share  # noqa: E402 - as above
from walletdesk.integrations.asterisk.driver import AsteriskDriver  # noqa: E402 - as above
from walletdesk.voice import types as t  # noqa: E402 - as above
from walletdesk.voice.types import AUDIO_RATE  # noqa: E402 - as above

CALLS = 50
TALK_SECONDS = 4.0
PATIENCE = 240.0  # where other work takes the processor
# Keys come by the callers' own clock: both are waited for long after they were asked for.
MENU = t.Play(HELLO, t.Collect(digits=1, seconds=40))
RATING = t.Play(RATE, t.Collect(digits=1, seconds=40))


async def measure(engine: engines.Engine, trunk: int) -> dict[str, object]:
    """Return the figures of one run."""
    desk, waits = FakeDesk(SOUNDS), []
    began: dict[str, float] = {}

    def flow(call: str, event: t.Event) -> list[t.Command]:
        if isinstance(event, t.Digits) and event.keys == "2":
            began[call] = time.perf_counter()
        if isinstance(event, t.LegAnswered):
            waits.append(time.perf_counter() - began[call])
            loop.call_later(TALK_SECONDS, leave, call)
        if isinstance(event, t.Answered):
            return [MENU]
        commands = hotline(call, event)
        return [commands[0], RATING] if isinstance(event, t.LegLeft) else commands

    def leave(call: str) -> None:
        leaving.append(loop.create_task(desk.do(call, t.Disconnect("agent"))))

    loop, leaving = asyncio.get_running_loop(), []
    desk.flow = flow
    desk.driver = AsteriskDriver(engine.config)
    await desk.driver.start(desk)
    await desk.driver.calls()
    # Not sipp: it presses from another port than it speaks from, and strict RTP refuses that.
    callers = [sys.executable, "-P", str(ROOT / "bench/voice_load.py")]
    with telephone(engine, trunk, say(engine.folder, 880, 60)):
        load = await asyncio.create_subprocess_exec(
            *callers, str(engine.sip_port), str(CALLS), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await load.communicate()
    seen = json.loads(said.splitlines()[-1])
    events = list(desk.heard.values())
    joined = sum(t.LegAnswered("agent") in heard for heard in events)
    await desk.until(lambda: len(desk.kept) >= joined, PATIENCE)
    await desk.driver.stop()
    sides = [channels(wav) for wav in desk.kept.values()]
    return {
        "calls": len(events),
        "answered": seen["answered"],
        "menu_digits": len(began),
        "survey_digits": sum(
            any(isinstance(each, t.Digits) and each.keys == "5" for each in heard)
            for heard in events
        ),
        "recordings_with_both": sum(  # the talk is what comes last; before it, the hold sound
            share(a[-16_000:-4_000], 440) > 0.9 and share(b[-16_000:-4_000], 880) > 0.9
            for a, b in sides
        ),
        "recorded_s_least": min((len(a) / AUDIO_RATE for a, _b in sides), default=0.0),
        "gap_p50_ms": percentile(seen["gaps"], 0.5),
        "gap_p99_ms": percentile(seen["gaps"], 0.99),
        "answer_ms_p50": 1000 * percentile(waits, 0.5),
        "answer_ms_p99": 1000 * percentile(waits, 0.99),
    }


def main() -> None:
    """Measure, unless there is no Asterisk here."""
    if why := engines.available():
        raise SystemExit(why)
    trunk = free_port()
    with engines.engine(Path(tempfile.mkdtemp()), [], trunk) as engine:
        figures = asyncio.run(measure(engine, trunk))
        used = psutil.Process(engine.process.pid)
        figures["asterisk_cpu_s"] = sum(used.cpu_times()[:2])
        figures["asterisk_mb"] = used.memory_info().rss / 1e6
    own = psutil.Process()
    figures["python_cpu_s"] = sum(own.cpu_times()[:2])
    whole = ("calls", "menu_digits", "survey_digits", "recordings_with_both")
    goals = dict.fromkeys(whole, f"of {CALLS}")
    rows = [(name, value, goals.get(name, "")) for name, value in figures.items()]
    report(f"{CALLS} calls through Asterisk", rows, figures)


if __name__ == "__main__":
    main()
