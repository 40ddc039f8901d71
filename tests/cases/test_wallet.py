"""Orders to the wallet: four eyes, one effect, and what the line between may do to them."""

import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from tests.cases.conftest import ADDRESS, SECRET
from tests.cast import Cast
from walletdesk.accounts.models import AuditEntry
from walletdesk.cases import tasks
from walletdesk.cases.actions import wallet
from walletdesk.cases.models import SecurityCase, WalletOrder
from walletdesk.cases.ports import WalletRefused, use_wallet
from walletdesk.cases.ports import wallet as connected
from walletdesk.cases.types import Answer, Order, OrderKind
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.integrations.wallet_backend import signing
from walletdesk.integrations.wallet_backend.http import HttpWallet, usable
from walletdesk.integrations.wallet_backend.sandbox import Refused, Sandbox
from walletdesk.kit import clock

WHY = "The customer saw the money leave"


@pytest.fixture
def account(cast: Cast, case: SecurityCase) -> str:
    """The wallet's own number of the customer, sealed; the name by which orders call it."""
    row = set_identity(
        contact=cast.customer.contact,
        kind=IdentityKind.EXTERNAL_ID,
        value="demo-7",
        source=Source.WALLET,
    )
    return f"identity:{row.pk}"


def ordered(act: Any, cast: Cast, kind: str, account: str) -> WalletOrder:
    assert act(cast.agent, "order", kind=kind, account=account, reason=WHY).status_code == 302
    return WalletOrder.objects.order_by("-pk")[0]


def audited() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="wallet.").order_by("pk")
    return list(rows.values_list("action", flat=True))


def run(order: WalletOrder) -> WalletOrder:
    tasks.carry_out(order.pk)
    return WalletOrder.objects.get(pk=order.pk)


def test_freezing_takes_two_people_and_happens_once(
    cast: Cast, case: SecurityCase, act: Any, account: str, sandbox: Sandbox
) -> None:
    order = ordered(act, cast, "freeze", account)
    assert act(cast.agent, "order", kind="freeze", account=account, reason=WHY).status_code == 409
    assert run(order).state == "requested"
    assert sandbox.effects == []
    for who, status in ((cast.agent, 403), (cast.viewer, 403), (cast.stranger, 404)):
        assert act(who, "decide", order=order.ref, approve="yes").status_code == status
    assert act(cast.supervisor, "decide", order=order.ref, approve="yes").status_code == 302
    assert act(cast.owner, "decide", order=order.ref, approve="no").status_code == 409
    assert run(order).state == run(order).state == "done"
    assert sandbox.effects == [("freeze", "demo-7")]
    assert case.steps.get(code="freeze_account").by == cast.supervisor
    assert audited() == [
        "wallet.freeze_requested", "wallet.freeze_approved", "wallet.account_used",
        "wallet.freeze_sent", "wallet.freeze_done",
    ]  # fmt: skip
    assert "demo-7" not in json.dumps(list(AuditEntry.objects.values_list("detail", flat=True)))
    page = cast.client(cast.agent).get(f"/desk/cases/{case.ref}/").content.decode()
    assert "frozen" in page
    assert "demo-7" not in page


def test_an_approval_locks_the_conversation_before_its_case(
    cast: Cast, act: Any, account: str, sandbox: Sandbox
) -> None:
    """In the order of all others: else it and who takes the case wait for each other."""
    order = ordered(act, cast, "freeze", account)
    with CaptureQueriesContext(connection) as made:
        wallet.decide_order(order=order, membership=cast.supervisor, approve=True)
    asked = [one["sql"] for one in made if "FOR UPDATE" in one["sql"]]
    locks = [sql.partition(" FROM ")[2].split()[0] for sql in asked]
    assert locks.index('"conversations_conversation"') < locks.index('"cases_securitycase"')


def test_nobody_approves_their_own_even_after_a_promotion(
    cast: Cast, act: Any, account: str, sandbox: Sandbox
) -> None:
    assert (
        act(cast.supervisor, "order", kind="freeze", account=account, reason=WHY).status_code == 302
    )
    order = WalletOrder.objects.get()
    assert act(cast.supervisor, "decide", order=order.ref, approve="yes").status_code == 403
    assert act(cast.owner, "decide", order=order.ref, approve="no").status_code == 302
    assert run(order).state == "refused"
    assert sandbox.effects == []


def test_an_unlock_needs_an_identity_check_of_today(
    cast: Cast, act: Any, account: str, sandbox: Sandbox
) -> None:
    sandbox.states["demo-7"] = "frozen"
    refused = act(cast.agent, "order", kind="unfreeze", account=account, reason=WHY)
    assert refused.status_code == 409
    assert "made sure that this is the owner" in refused.content.decode()
    act(cast.agent, "identity", method="video_call")
    order = ordered(act, cast, "unfreeze", account)
    with travel(clock.now() + timedelta(hours=25), tick=False):
        assert act(cast.supervisor, "decide", order=order.ref, approve="yes").status_code == 409
    assert act(cast.supervisor, "decide", order=order.ref, approve="yes").status_code == 302
    assert run(order).state == "done"
    assert sandbox.states["demo-7"] == "active"


def test_looking_needs_no_second_person_and_keeps_no_personal_data(
    cast: Cast, act: Any, account: str, sandbox: Sandbox, case: SecurityCase
) -> None:
    assert run(ordered(act, cast, "look_up", account)).answer["state"] == "active"
    case.references.update(role="victim")
    order = run(ordered(act, cast, "transactions", f"address:{ADDRESS}"))
    assert len(order.answer["transactions"]) == 3
    assert set(order.answer["transactions"][0]) >= {"hash", "from", "to", "amount"}
    page = cast.client(cast.viewer).get(f"/desk/cases/{case.ref}/").content.decode()
    assert "3 transactions" in page
    assert act(cast.agent, "order", kind="look_up", account="address:0xother").status_code == 400


class Killed(BaseException):
    """The process dies here."""


def test_a_worker_that_dies_after_the_call_leaves_one_effect(
    cast: Cast, act: Any, account: str, sandbox: Sandbox
) -> None:
    order = ordered(act, cast, "freeze", account)
    act(cast.supervisor, "decide", order=order.ref, approve="yes")
    real = connected()

    class Dies:
        name = "dies"

        def carry_out(self, sent: Order) -> Answer:
            real.carry_out(sent)
            raise Killed

    use_wallet(Dies())
    with pytest.raises(Killed):
        tasks.carry_out(order.pk)
    use_wallet(real)
    assert run(order).state == "approved"  # its lease still runs
    with travel(clock.now() + timedelta(minutes=3), tick=False):
        assert wallet.resume_orders() == 1
        assert run(order).state == "done"
    assert sandbox.effects == [("freeze", "demo-7")]
    assert WalletOrder.objects.get().answer["repeated"] is True
    assert audited().count("wallet.freeze_sent") == 2


def test_a_wallet_that_is_away_is_asked_again_and_refusals_are_said(
    cast: Cast, act: Any, account: str, sandbox: Sandbox, case: SecurityCase
) -> None:
    sandbox.failures = 1
    order = ordered(act, cast, "freeze", account)
    act(cast.supervisor, "decide", order=order.ref, approve="yes")
    tried = run(order)
    assert (tried.state, tried.attempts, tried.problem) == ("approved", 1, "busy_or_status")[
        :0
    ] or (tried.state == "approved" and tried.attempts == 1)
    assert run(order).attempts == 1  # not before its time
    with travel(clock.now() + timedelta(seconds=30), tick=False):
        assert run(order).state == "done"
    again = ordered(act, cast, "look_up", account)
    sandbox.secret = b"another secret"
    assert run(again).problem in {"unsigned_answer", "bad_signature"}
    when = clock.now()
    for _attempt in range(9):
        when += timedelta(hours=2)
        with travel(when, tick=False):
            ended = run(again)
    assert ended.state == "failed"
    assert audited()[-1] == "wallet.look_up_failed"


def test_without_a_connected_wallet_a_person_is_told_to_do_it(
    cast: Cast, act: Any, account: str, case: SecurityCase
) -> None:
    order = ordered(act, cast, "freeze", account)
    act(cast.supervisor, "decide", order=order.ref, approve="yes")
    assert run(order).answer["by_hand"] is True
    assert case.steps.get(code="freeze_account").state == "open"
    page = cast.client(cast.agent).get(f"/desk/cases/{case.ref}/").content.decode()
    assert "Do it by hand" in page


# --- the line --------------------------------------------------------------------------------

ORDER = Order("k" * 32, OrderKind.FREEZE, "demo-1", "borealis", "ref")
BODY = json.dumps({"key": "k", "account": "demo-1"}).encode()


def signed(box: Sandbox, body: bytes = BODY, path: str = "/v1/freeze", **changes: str) -> Any:
    stamp = signing.Stamp(
        changes.pop("time", str(int(clock.now().timestamp()))), changes.pop("nonce", "n")
    )
    headers = {
        signing.TIME.lower(): stamp.time,
        signing.NONCE.lower(): stamp.nonce,
        signing.SIGNATURE.lower(): signing.sign_request(box.secret, path, stamp, body),
    }
    return box.handle(changes.pop("sent_to", path), headers, changes.pop("sent", "") or body)


def test_the_sandbox_takes_only_fresh_signed_requests() -> None:
    box = Sandbox(SECRET.encode())
    assert signed(box)["repeated"] is False
    now = int(clock.now().timestamp())
    refusals: list[tuple[dict[str, Any], str]] = [
        ({}, "replayed"),
        ({"nonce": "b", "time": str(now - 301)}, "stale"),
        ({"nonce": "c", "time": str(now + 400)}, "stale"),
        ({"nonce": "d", "time": "soon"}, "stale"),
        ({"nonce": "e", "sent": BODY.replace(b"demo-1", b"demo-2")}, "bad_signature"),
        ({"nonce": "f", "sent_to": "/v1/unfreeze"}, "bad_signature"),
        ({"nonce": "g", "body": b"[]"}, "bad_request"),
        ({"nonce": "h", "body": b"[" * 9000}, "bad_request"),
        ({"nonce": "i", "body": b'{"key": 1, "account": "x"}'}, "bad_request"),
        ({"nonce": "j", "path": "/v1/steal"}, "bad_request"),
        ({"nonce": "k", "path": "/v1/reset"}, "key_reused"),
        ({"nonce": "l", "body": b'{"key": "k9", "account": "demo-x"}'}, "unknown_account"),
        ({"nonce": "m", "body": b'{"key": "k9", "account": "nobody"}'}, "unknown_account"),
    ]
    for changes, code in refusals:
        with pytest.raises(Refused, match=code):
            signed(box, **changes)
    assert signed(box, nonce="z")["repeated"] is True
    assert box.effects == [("freeze", "demo-1")]


@pytest.fixture
def liar() -> Any:
    """A server that answers with whatever a test wants."""
    said: dict[str, Any] = {"status": 200, "body": b"{}", "headers": {}}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(said["status"])
            for name, value in said["headers"].items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said["body"])))
            if said.get("secret"):
                nonce = self.headers[signing.NONCE]
                proof = signing.sign_answer(said["secret"], said["status"], nonce, said["body"])
                self.send_header(signing.SIGNATURE, proof)
            self.end_headers()
            self.wfile.write(said["body"])

        def log_message(self, *_arguments: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    said["url"] = f"http://127.0.0.1:{server.server_address[1]}/desk"
    yield said
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_answer_counts_only_when_it_is_signed(liar: Any) -> None:
    client = HttpWallet(liar["url"], SECRET)
    for status, body, headers in (
        (200, b'{"account": {"state": "frozen"}}', {}),
        (200, b"{}", {signing.SIGNATURE: "0" * 64}),
        (302, b"", {"Location": "http://169.254.169.254/"}),
        (404, b'{"code": "unknown_account"}', {}),
    ):
        liar.update(status=status, body=body, headers=headers)
        with pytest.raises(WalletRefused, match="unsigned_answer") as refused:
            client.carry_out(ORDER)
        assert not refused.value.permanent
    liar.update(status=404, body=b'{"code": "unknown_account"}', secret=SECRET.encode(), headers={})
    with pytest.raises(WalletRefused, match="unknown_account") as refused:
        client.carry_out(ORDER)
    assert refused.value.permanent


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[1]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"account": [], "repeated": 1}',
     b'{"account": {"state": {"a": 1}}, "transactions": {"hash": 1}}',
     b'{"account": {"state": "\\u0000\\ud800x"}, "transactions": [{"hash": 1e999}, 7, {}]}'],
)  # fmt: skip
def test_no_signed_nonsense_breaks_the_desk(liar: Any, body: bytes) -> None:
    liar.update(body=body, secret=SECRET.encode())
    answer = HttpWallet(liar["url"], SECRET).carry_out(ORDER)
    assert answer.state in {"", "x"}
    assert answer.transactions == ()


def test_a_flood_a_closed_port_and_forbidden_addresses_are_refused(liar: Any) -> None:
    liar.update(body=b"x" * (2 << 20), secret=SECRET.encode())
    with pytest.raises(WalletRefused, match="too_large"):
        HttpWallet(liar["url"], SECRET).carry_out(ORDER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    with pytest.raises(WalletRefused, match="no_answer"):
        HttpWallet(f"http://127.0.0.1:{closed}", SECRET).carry_out(ORDER)
    with pytest.raises(WalletRefused, match="forbidden_address") as refused:
        HttpWallet("http://169.254.169.254", SECRET).carry_out(ORDER)
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("address", "may"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("93.184.216.34", True), ("169.254.169.254", False),
     ("::ffff:169.254.169.254", False), ("224.0.0.1", False), ("fe80::1", False), ("::", False)],
)  # fmt: skip
def test_addresses_that_no_service_has(address: str, may: bool) -> None:
    assert usable(ipaddress.ip_address(address)) is may


def test_the_command_serves_what_the_desk_asks(tmp_path: Any) -> None:
    environ = {**os.environ, "WALLETDESK_WALLET_SECRET": SECRET, "PYTHONUNBUFFERED": "1"}
    program = [Path(sys.executable).with_name("walletdesk"), "sandbox-wallet", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _line in range(3)]
        url = lines[1].strip().partition("=")[2]
        assert SECRET not in "".join(lines)
        client = HttpWallet(url, SECRET)
        assert client.carry_out(ORDER).state == "frozen"
        assert client.carry_out(ORDER).repeated
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
