"""A provider's service (Postmark's interface, on this machine), and the page "Outbox"."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.cast import Cast
from tests.mailout.conftest import ANA, mailed, make_account, send
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import State
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.accounts import make_signing_keys, send_test
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import seal_fields
from walletdesk.kit import clock

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.fixture(autouse=True)
def _clock(time_machine: object) -> None:
    time_machine.move_to(clock.now() + timedelta(hours=1), tick=False)  # type: ignore[attr-defined]


class Provider(BaseHTTPRequestHandler):
    """Answers as told: a status, or 0 to hang up without an answer."""

    told: list[int]
    posts: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status = self.told.pop(0) if self.told else 200
        if not status:
            self.close_connection = True
            return
        to = self.posts[-1]["To"]
        answer = {"ErrorCode": 0, "Message": "OK", "MessageID": "p-1", "To": to}
        body = json.dumps(answer if status == 200 else {"ErrorCode": 1, "Message": "no"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[type[Provider]]:
    class One(Provider):
        told: list[int] = []
        posts: list[dict[str, Any]] = []

    server = HTTPServer(("127.0.0.1", 0), One)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    One.port = server.server_port  # type: ignore[attr-defined]
    yield One
    server.shutdown()
    server.server_close()


def account_at(cast: Cast, port: int) -> MailAccount:
    account = make_account(cast.brand, 1, WayOut.ANYMAIL)
    options = {"server_token": "t", "api_url": f"http://127.0.0.1:{port}/"}
    fields = {"provider": "postmark", "options": options}
    account.out_settings = seal_fields(fields, ref=account.ref, column="out_settings")
    account.save()
    return account


def test_a_provider_takes_the_mail_as_we_made_it(
    cast: Cast, provider: Any, later: Callable[..., None]
) -> None:
    account_at(cast, provider.port)
    mail = mailed(cast)
    mail.answer("Here.")
    later(minutes=2)
    delivery = send(mail.delivery)
    assert (delivery.state, delivery.provider_id) == ("sent", "p-1")
    [post] = provider.posts
    assert post["To"] == ANA
    assert post["Metadata"] == {"mail": SentMail.objects.get().message_id.strip("<>")}
    assert {h["Name"]: h["Value"] for h in post["Headers"]}["Message-ID"] == (
        SentMail.objects.get().message_id
    )
    assert "Here." in post["TextBody"]


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (429, State.DEFERRED, "busy"),
        (401, State.DEFERRED, "sign_in"),
        (422, State.FAILED, "refused"),
        (500, State.UNKNOWN, "unclear"),
        (0, State.UNKNOWN, "cut_off"),
    ],
)
def test_what_a_provider_answers_decides(
    cast: Cast, provider: Any, later: Callable[..., None], status: int, state: State, reason: str
) -> None:
    account_at(cast, provider.port)
    provider.told.append(status)
    mail = mailed(cast)
    mail.answer("Here.")
    later(minutes=2)
    delivery = send(mail.delivery)
    assert (delivery.state, delivery.reason) == (state, reason)


def test_a_provider_that_is_not_there_is_asked_again(
    cast: Cast, later: Callable[..., None]
) -> None:
    account_at(cast, 1)
    mail = mailed(cast)
    mail.answer("Here.")
    later(minutes=2)
    assert (send(mail.delivery).state, mail.delivery.reason) == ("deferred", "unreachable")


def test_without_a_mail_server_the_outbox_shows_it_in_a_frame_where_nothing_acts(
    cast: Cast, later: Callable[..., None]
) -> None:
    account = make_account(cast.brand, 1, WayOut.CONSOLE)
    make_signing_keys(actor=cast.owner, account=account)
    mail = mailed(cast, subject="<b>Hi</b>")
    mail.answer("<script>alert(1)</script> http://127.0.0.1:8000/t/abc")
    later(minutes=2)
    assert send(mail.delivery).state == State.SENT
    sent = SentMail.objects.get()
    owner = cast.client(cast.owner)
    with_list = owner.get("/desk/settings/outbox/").content.decode()
    assert "Re: &lt;b&gt;Hi&lt;/b&gt;" in with_list
    assert "k=ed25519" in with_list
    page = owner.get(f"/desk/settings/outbox/{sent.ref}/").content.decode()
    assert 'href="http://127.0.0.1:8000/t/abc"' in page
    frame = owner.get(f"/desk/settings/outbox/{sent.ref}/body")
    assert "<script" not in frame.content.decode()
    assert frame["Content-Security-Policy"].startswith("sandbox;")
    stranger = cast.client(cast.stranger)
    for path in ("", f"{sent.ref}/", f"{sent.ref}/body", f"accounts/{account.ref}/"):
        answer = stranger.get(f"/desk/settings/outbox/{path}")
        assert answer.status_code == (404 if path else 200)
        assert ANA not in answer.content.decode()
    raw = SentMail.objects.values_list("copy", flat=True)[0]
    assert b"alert" not in bytes(raw or b"")


def test_the_outbox_takes_as_many_queries_for_fifty_mails_as_for_one(
    cast: Cast, later: Callable[..., None], django_assert_max_num_queries: Any
) -> None:
    account = make_account(cast.brand, 1, WayOut.CONSOLE)
    for _ in range(12):
        planned = send_test(actor=cast.owner, account=account, language="en")
        assert planned is not None
        send(planned)
    assert Delivery.objects.filter(state=State.SENT).count() == 12
    owner = cast.client(cast.owner)
    with django_assert_max_num_queries(12):
        owner.get("/desk/settings/outbox/")


def test_an_owner_changes_how_mails_leave_and_secrets_stay(cast: Cast) -> None:
    account = make_account(cast.brand, 25)
    owner = cast.client(cast.owner)
    path = f"/desk/settings/outbox/accounts/{account.ref}/"
    form = {"backend": "smtp", "from_name": "Borealis", "from_address": "help@borealis.example",
            "signature": "Bye", "host": "mail.example", "port": "587", "security": "starttls",
            "user": "u", "password": "p4ss-w0rd", "token": "", "provider": "postmark",
            "options": "", "version": "0"}  # fmt: skip
    assert owner.post(path, form).status_code == 302
    assert "p4ss-w0rd" not in owner.get(path).content.decode()
    assert owner.post(path, form).status_code == 409  # a colleague was faster
    again = form | {"version": "1", "password": ""}
    assert owner.post(path, again).status_code == 302
    account.refresh_from_db()
    assert b"p4ss" not in bytes(account.out_settings or b"")
    for bad in (
        {"from_address": "ceo@other.example"}, {"from_address": "a\r\nb@borealis.example"},
        {"port": "99999"}, {"from_name": "x" * 200}, {"backend": "telepathy"},
        {"backend": "anymail", "options": "[1]"}, {"backend": "anymail", "options": "{" * 999},
        {"signature": PHRASE},
    ):  # fmt: skip
        assert owner.post(path, again | {"version": "2"} | bad).status_code == 422, bad
    assert cast.client(cast.agent).post(path, again).status_code == 403
