"""An account of the first brand, and letters to it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.cast import Cast
from tests.mail_in.letters import TRUSTED, letter
from walletdesk.integrations.email.actions.accounts import create_account
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.parsing.confined import end_children
from walletdesk.integrations.email.receiving import receive_mail
from walletdesk.integrations.email.types import Envelope, Received, Source

Send = Callable[..., Received]


@pytest.fixture
def account(cast: Cast) -> MailAccount:
    """support@borealis.example, whose own mail server tells who is authenticated."""
    made = create_account(
        actor=cast.owner, name="Support", address="support@borealis.example", aliases=[]
    )
    MailAccount.objects.filter(pk=made.pk).update(authserv_id=TRUSTED)
    made.refresh_from_db()
    return made


@pytest.fixture
def send(account: MailAccount) -> Send:
    """Have a letter come in; the fields are those of `letter`."""

    def sent(*, to_account: MailAccount | None = None, **fields: Any) -> Received:
        envelope = Envelope(
            mail_from=fields.pop("mail_from", "somebody@example.net"),
            rcpt=fields.pop("rcpt", ()),
            source=Source.LMTP,
        )
        raw = fields.pop("raw", None) or letter(**fields)
        return receive_mail(account=to_account or account, raw=raw, envelope=envelope)

    return sent


@pytest.fixture
def mail_folder(settings: Any) -> Path:
    """Where raw mails lie."""
    folder: Path = settings.WALLETDESK.data / "mail"
    return folder


class _Tokens(BaseHTTPRequestHandler):
    """Gives access tokens for refresh tokens, as Google and Microsoft do."""

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        told = {
            "access_token": f"access for {asked['refresh_token'][0]}",
            "expires_in": 3600,
            "refresh_token": "new",
        }
        self.send_response(400 if self.path.endswith("refuses") else 200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def token_server() -> Iterator[str]:
    """The address of a token endpoint on this machine."""
    with HTTPServer(("127.0.0.1", 0), _Tokens) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/token"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session", autouse=True)
def no_children_left() -> Iterator[None]:
    """End the parsing children with the tests."""
    yield
    end_children()
