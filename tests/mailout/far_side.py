"""The servers of others: an SMTP server that behaves as it is told, and counts what it took."""

import asyncio
import base64
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HOST = "127.0.0.1"
Hook = Callable[[str], str | None]


class Server(SMTP):
    """aiosmtpd with hooks on what it is asked, also before it answers."""

    def __init__(self, far_side: "FarSide", **options: Any) -> None:
        super().__init__(far_side, hostname="far.example", **options)
        self.far_side = far_side

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        answer = self.far_side.at("DATA")
        if answer is None:
            await super().smtp_DATA(arg)
        elif answer == "drop":
            self.transport.abort()
        elif answer == "stall":
            await asyncio.sleep(60)
        else:
            await self.push(answer)


class FarSide:
    """A mail server on this machine. `answers` maps a point to what is said there, first to last.

    Points: RCPT, DATA (the command), DONE (the whole mail is here), each once a mail. An answer is
    a line of SMTP, "drop" (cut the connection) or "stall" (never answer). At DONE the mail is kept
    before "drop" and "stall": the sender cannot know. `hook` is called at each point before.
    """

    def __init__(self, *, security: str = "none", certificate: Path | None = None) -> None:
        self.security, self.certificate = security, certificate
        self.answers: dict[str, list[str]] = {}
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.seen: list[str] = []
        self.hook: Callable[[str], None] | None = None
        self.credentials: tuple[bytes, bytes] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(90)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        context = self._context()
        options: dict[str, Any] = {"loop": self._loop}
        if context is not None:
            wrapped = (
                self.security == "starttls"
            )  # else all is under TLS, which aiosmtpd cannot see
            options |= {"authenticator": self._password, "auth_required": wrapped}
            options |= {"auth_require_tls": wrapped}
        if self.security == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        factory = lambda: Server(self, **options)  # noqa: E731 - one per connection
        ssl_ = context if self.security == "tls" else None
        server = self._loop.run_until_complete(self._loop.create_server(factory, HOST, 0, ssl=ssl_))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    def _context(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context

    def _password(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any
    ) -> AuthResult:
        self.credentials = (given.login, given.password)
        return AuthResult(success=given.password == b"right", handled=given.password == b"right")

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """Take the token "access for right", as Google and Microsoft do."""
        self.credentials = (b"XOAUTH2", base64.b64decode(args[1]))
        if b"auth=Bearer access for right\x01" in self.credentials[1]:
            return AuthResult(success=True)
        await server.push("334 eyJzdGF0dXMiOiI0MDAifQ==")  # what is wrong, to be answered
        return AuthResult(success=False, handled=False)

    def at(self, point: str) -> str | None:
        """Return what is said at a point, None to go on."""
        self.seen.append(point)
        if self.hook is not None:
            self.hook(point)
        waiting = self.answers.get(point, [])
        return waiting.pop(0) if waiting else None

    # --- aiosmtpd's hooks

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.at("RCPT")
        if answer == "drop" and server.transport is not None:
            server.transport.abort()
        elif answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.at("DONE")
        if answer is None or not answer[0].isdigit():
            content = envelope.original_content or b""
            self.taken.append((envelope.mail_from or "", list(envelope.rcpt_tos), content))
        self.at("TAKEN")
        if answer == "drop" and server.transport is not None:
            server.transport.abort()
            return "250 OK"
        if answer == "stall":
            await asyncio.sleep(60)
        return answer or "250 2.0.0 taken"

    # --- what came

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(raw, policy=default) for _from, _to, raw in self.taken]

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]
