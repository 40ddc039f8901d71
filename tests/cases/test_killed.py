"""Kill -9 between the call to the wallet and the record of its answer: one freeze, never two."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from time_machine import travel

from tests.cases.conftest import ADDRESS, SECRET
from tests.cast import Cast
from walletdesk.accounts.models import AuditEntry
from walletdesk.cases import tasks
from walletdesk.cases.actions import wallet
from walletdesk.cases.actions.opening import open_case
from walletdesk.cases.models import WalletOrder
from walletdesk.cases.ports import use_wallet
from walletdesk.cases.types import CaseKind
from walletdesk.integrations.wallet_backend.http import HttpWallet
from walletdesk.integrations.wallet_backend.sandbox import Sandbox, make_server
from walletdesk.kit import clock

DYING = Path(__file__).with_name("dying_order.py")


class Deadly(Sandbox):
    """Does what it is told, and kills who asked before the answer leaves."""

    victim = 0

    def handle(self, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        answer = super().handle(path, headers, body)
        if self.victim:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = 0
        return answer


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_call_and_record(cast: Cast) -> None:
    box = Deadly(SECRET.encode())
    server = make_server(box, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    before = use_wallet(HttpWallet(url, SECRET))
    try:
        cast.customer.write(f"My wallet {ADDRESS} was emptied!")
        case = open_case(
            conversation=cast.customer.now(), membership=cast.agent, kind=CaseKind.WALLET_STOLEN
        )
        case.references.update(role="victim")
        wanted = {"kind": "freeze", "account": f"address:{ADDRESS}", "reason": "The money leaves"}
        cast.client(cast.agent).post(f"/desk/cases/{case.ref}/do/order", wanted)
        order = WalletOrder.objects.get()
        decided = {"order": order.ref, "approve": "yes"}
        cast.client(cast.supervisor).post(f"/desk/cases/{case.ref}/do/decide", decided)

        assert killed_while_it_carries_out(order, box, url) == -signal.SIGKILL
        left = WalletOrder.objects.get()
        assert (left.state, box.effects) == ("approved", [("freeze", ADDRESS)])

        with travel(clock.now() + timedelta(minutes=3), tick=False):
            assert wallet.resume_orders() == 1
            tasks.carry_out(order.pk)
        done = WalletOrder.objects.get()
        assert (done.state, done.answer["repeated"]) == ("done", True)
        assert box.effects == [("freeze", ADDRESS)]
        assert box.states[ADDRESS] == "frozen"
        said = AuditEntry.objects.filter(action__startswith="wallet.freeze").order_by("pk")
        assert list(said.values_list("action", flat=True))[-3:] == [
            "wallet.freeze_sent", "wallet.freeze_sent", "wallet.freeze_done",
        ]  # fmt: skip
    finally:
        use_wallet(before)
        server.shutdown()
        thread.join()
        server.server_close()


def killed_while_it_carries_out(order: WalletOrder, box: Deadly, url: str) -> int:
    keys = Path(os.environ["WALLETDESK_DATA"]) / "keys" / "master.keys"
    process = subprocess.Popen(
        [sys.executable, DYING, str(order.pk)],
        env={
            **os.environ,
            "DATABASE_URL": str(settings.WALLETDESK.database_url),
            "WALLETDESK_SECRET_KEY": settings.SECRET_KEY,
            "WALLETDESK_KEY_FILE": str(keys),
            "WALLETDESK_WALLET_URL": url,
            "WALLETDESK_WALLET_SECRET": SECRET,
        },
    )
    with process:
        box.victim = process.pid
    return process.returncode
