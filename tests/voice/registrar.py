"""A registrar on this machine, with one user: written from RFC 3261 and RFC 7616 alone."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

REALM, NONCE = "trunk.example", "0a1b2c3d"
SECRET = "s3cret"
_FIELD = re.compile(r'(\w+)="?([^",]*)"?')


class Registrar(asyncio.DatagramProtocol):
    """Knows one user; `grants`: for how long it holds an address."""

    def __init__(self, *, secret: str, grants: int) -> None:
        self.secret, self.grants = secret, grants
        self.held: set[str] = set()
        self.answers: list[int] = []
        self.changed = asyncio.Condition()
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        head, *lines = data.decode().split("\r\n\r\n")[0].split("\r\n")
        fields = {
            name.lower(): value for name, _, value in (each.partition(": ") for each in lines)
        }
        asked = head.startswith("REGISTER ")
        status, more = self._register(fields) if asked else ("200 OK", "")
        kept = "".join(f"{n}: {fields[n.lower()]}\r\n" for n in ("Via", "From", "Call-ID", "CSeq"))
        answer = f"SIP/2.0 {status}\r\n{kept}To: {fields['to']};tag=r\r\n{more}"
        self._transport.sendto(f"{answer}Content-Length: 0\r\n\r\n".encode(), addr)
        if asked:
            self._tasks.add(asyncio.create_task(self._note(int(status[:3]))))

    async def _note(self, status: int) -> None:
        async with self.changed:
            self.answers.append(status)
            self.changed.notify_all()

    def _register(self, fields: dict[str, str]) -> tuple[str, str]:
        if "authorization" not in fields:
            asked = f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm=MD5'
            return "401 Unauthorized", f"WWW-Authenticate: {asked}\r\n"
        if not self._proven(dict(_FIELD.findall(fields["authorization"]))):
            return "403 Forbidden", ""
        contact = fields.get("contact", "").strip("<>")
        wanted = int(fields.get("expires", "0"))
        if contact:
            (self.held.add if wanted else self.held.discard)(contact)
        return "200 OK", "".join(f"Contact: <{c}>;expires={self.grants}\r\n" for c in self.held)

    def _proven(self, given: dict[str, str]) -> bool:
        def md5(*parts: str) -> str:
            return hashlib.md5(":".join(parts).encode()).hexdigest()  # noqa: S324 - digest of SIP

        secret, question = md5("desk", REALM, self.secret), md5("REGISTER", given["uri"])
        right = md5(secret, NONCE, given["nc"], given["cnonce"], "auth", question)
        return given["response"] == right


@asynccontextmanager
async def registrar(*, secret: str = SECRET, grants: int = 60) -> AsyncIterator[Registrar]:
    """Let there be a registrar."""
    loop = asyncio.get_running_loop()
    transport, found = await loop.create_datagram_endpoint(
        lambda: Registrar(secret=secret, grants=grants),
        local_addr=("127.0.0.1", 0),
    )
    try:
        yield found
    finally:
        transport.close()
