"""Callers and telephones by sipp, as over a trunk: digits are RFC 4733, sound is G.711."""

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.ports import free_port
from tests.voice.engine import command, pcap
from tests.voice.tones import mu_law


class Hotline(Protocol):
    """What is called: where it listens, and a folder for what a call needs."""

    @property
    def folder(self) -> Path: ...

    @property
    def sip_port(self) -> int: ...


_INVITE = """<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+15550100@[local_ip]:[local_port]>;tag=[pid]S[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=u 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
]]></send>
<recv response="100" optional="true"/><recv response="180" optional="true"/>
<recv response="183" optional="true"/><recv response="200" rrs="true"/>
"""
_REQUEST = """<send {retrans}><![CDATA[
{method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:+15550100@[local_ip]:[local_port]>;tag=[pid]S[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: {number} {method}
Max-Forwards: 70
Content-Length: 0

]]></send>
"""
_ACK = _REQUEST.format(method="ACK", number=1, retrans="")
_BYE = _REQUEST.format(method="BYE", number=2, retrans='retrans="500"') + '<recv response="200"/>'
# The other side ends the call whenever it likes.
_BYE_COMES = """<recv request="BYE"/><send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
"""
_TAKES_UP = """<recv request="INVITE"/><send><![CDATA[
SIP/2.0 {answer}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]T[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:telephone@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=u 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
]]></send><recv request="ACK"/>
"""


def pause(milliseconds: int) -> str:
    """Return a wait."""
    return f'<pause milliseconds="{milliseconds}"/>'


def press(key: str, *, last: bool = False) -> str:
    """Return a key, pressed as RFC 4733 has it; a tone (`say`) is silent meanwhile.

    The call may end right after the `last`: sipp takes no BYE while it pauses.
    """
    pressed = (
        '<nop><action><exec rtp_stream="pause"/></action></nop>'
        f'<nop><action><exec play_pcap_audio="{pcap(key)}"/></action></nop>'
    )
    resumed = f'{pause(700)}<nop><action><exec rtp_stream="resume"/></action></nop>'
    return pressed if last else pressed + resumed


def say(folder: Path, hertz: int, seconds: float) -> str:
    """Return a tone that is spoken from now on, beside what follows."""
    path = folder / f"{hertz}.ul"
    path.write_bytes(mu_law(hertz, seconds))
    return f'<nop><action><exec rtp_stream="{path},1,0,PCMU/8000"/></action></nop>'


@dataclass
class Sipp:
    """A running sipp."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def wait(self, seconds: float = 90) -> int:
        """Wait for its end; 0 means that every call went as written."""
        return self.process.wait(seconds)


@contextlib.contextmanager
def _sipp(engine: Hotline, scenario: str, arguments: Sequence[str]) -> Iterator[Sipp]:
    number = len(list(engine.folder.glob("sipp*.xml")))
    file, log = engine.folder / f"sipp{number}.xml", engine.folder / f"sipp{number}.log"
    file.write_text(f'<?xml version="1.0"?><scenario name="s">{scenario}</scenario>')
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command("bin/sipp"), "-sf", str(file), *arguments, "-i", "127.0.0.1", "-nostdin"],
            cwd=engine.folder,
            stdout=output,
            stderr=output,
        )
        try:
            yield Sipp(process, log)
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def calling(
    engine: Hotline,
    script: str,
    *,
    calls: int = 1,
    rate: int = 10,
    hangs_up: bool = True,
    ear: int = 0,
) -> Iterator[Sipp]:
    """Call the hotline `calls` times and do what the script says after each answer.

    `ear`: a port of the test's own that sound is sent to, instead of sipp's.
    """
    media = free_port()
    invite = _INVITE.replace("[auto_media_port]", str(ear)) if ear else _INVITE
    yield_from = invite + _ACK + script + (_BYE if hangs_up else _BYE_COMES)
    arguments = [f"127.0.0.1:{engine.sip_port}", "-s", "4000", "-m", str(calls), "-r", str(rate)]
    with _sipp(
        engine, yield_from, [*arguments, "-p", str(free_port()), "-mp", str(media)]
    ) as running:
        yield running


@contextlib.contextmanager
def telephone(engine: Hotline, port: int, script: str, *, answer: str = "200 OK") -> Iterator[Sipp]:
    """Be whoever is called through the trunk; the script is what they do until we hang up."""
    scenario = _TAKES_UP.format(answer=answer) + (script if answer == "200 OK" else "")
    scenario += _BYE_COMES if answer == "200 OK" else ""
    with _sipp(
        engine, scenario, ["-p", str(port), "-mp", str(free_port()), "-m", "500"]
    ) as running:
        yield running
