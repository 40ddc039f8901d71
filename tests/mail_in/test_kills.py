"""kill -9 of the mail program while mails arrive: each is recorded, and once."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.mail_in.dovecot import DOVECOT, HOW, PASSWORD, USER, Dovecot
from tests.mail_in.letters import letter

MAILS = 24
# What the settings page does, in the desk's own database.
SET_UP = """
from walletdesk.accounts.models import Membership
from walletdesk.integrations.email.actions.accounts import change_account, create_account
owner = Membership.objects.filter(role="owner").first()
made = create_account(actor=owner, name="Support", address="support@borealis.example")
told = {"host": "127.0.0.1", "port": %d, "security": "none", "username": "%s"}
change_account(actor=owner, account=made, version=0,
               fields={"in_way": "imap", "in_settings": told}, in_secrets={"password": "%s"})
"""


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    if not Path(DOVECOT).exists():
        pytest.fail(HOW)
    server = Dovecot()
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.mark.long
def test_no_mail_is_lost_or_doubled_by_kills(dovecot: Dovecot, tmp_path: Path) -> None:
    desk = Installation(tmp_path / "desk").start()
    try:
        assert desk.child("mail") is None  # no account, no process
        run_in(desk, SET_UP % (dovecot.imap_port, USER, PASSWORD))
        for number in range(MAILS):
            dovecot.deliver(letter(f"Number {number:03}.", sender=f"user{number}@mail.example"))
            if number % 6 == 5:
                desk.kill("mail")
        await_recorded(desk)
        counted = desk.query(
            "SELECT substring(text from 'Number ...'), count(*) FROM conversations_event"
            " WHERE author = 'customer' AND kind = 'message' GROUP BY 1"
        )
        assert len(counted) == MAILS
        assert {count for _text, count in counted} == {1}
        assert desk.query("SELECT count(*) FROM email_channel_rawmail") == [(MAILS,)]
    finally:
        desk.stop()


def await_recorded(desk: Installation) -> None:
    until = time.monotonic() + 180
    done = "SELECT count(*) FROM email_channel_rawmail WHERE state = 'recorded'"
    while desk.query(done) != [(MAILS,)]:  # what was cut off is taken up again within minutes
        assert time.monotonic() < until, desk.logs()
        time.sleep(0.5)  # noqa: TID251 - waits for other processes


def run_in(desk: Installation, program: str) -> None:
    """Run a few lines with Django set up on the desk's data."""
    subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{program}"],
        check=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings",
            "WALLETDESK_DATA": str(desk.data),
        },
    )
