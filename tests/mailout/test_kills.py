"""kill -9 in the middle of sending (R03): at every point the far side has the mail once at most,
and in the end it has it, or staff read that nobody can know.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from tests.cast import Cast
from tests.mailout.conftest import drain, mailed, make_account
from tests.mailout.far_side import FarSide
from walletdesk.channels.delivery.actions import take_up_lost
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import State
from walletdesk.integrations.email.outgoing.sending import send_due
from walletdesk.kit import clock

DYING = Path(__file__).with_name("dying_sender.py")
# Where the killed worker stood, and what is known then.
POINTS = {
    "RCPT": State.SENT,  # nothing was handed over: sent by the next one
    "DATA": State.SENT,
    "DONE": State.UNKNOWN,  # the far side has it, and could not say so
    "TAKEN": State.UNKNOWN,
}


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_anywhere_leaves_one_mail_at_most(
    cast: Cast, far_side: FarSide, database_url: str
) -> None:
    make_account(cast.brand, far_side.port)
    running: list[subprocess.Popen[bytes]] = []
    for number, (point, after) in enumerate(POINTS.items()):
        mail = mailed(cast, address=f"c{number}@customer.example")
        mail.answer("Here.")
        Delivery.objects.update(next_at=clock.now())
        delivery = mail.delivery

        def kill(at: str, point: str = point) -> None:
            if at == point and running:
                running.pop().kill()

        far_side.hook = kill
        before = len(far_side.taken)
        child = subprocess.Popen(
            [sys.executable, str(DYING), str(delivery.pk)],
            env={
                **os.environ,
                "DATABASE_URL": database_url,
                "WALLETDESK_SECRET_KEY": settings.SECRET_KEY,
            },
        )
        running.append(child)
        assert child.wait(300) == -9, point
        far_side.hook = None
        send_due(delivery.pk)  # the lease holds: nobody else begins
        assert len(far_side.taken) - before == (after == State.UNKNOWN), point
        with time_machine.travel(clock.now().timestamp() + 600, tick=True):
            take_up_lost()
            send_due(delivery.pk)
            send_due(delivery.pk)
        delivery.refresh_from_db()
        assert delivery.state == after, point
        assert len(far_side.taken) - before == 1, point
    assert len(set(far_side.ids)) == len(far_side.ids) == len(POINTS)
    drain()
