"""A mailbox on a real server: nothing lost and nothing doubled, whatever is cut in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.mail_in.dovecot import DOVECOT, HOW, PASSWORD, USER, Dovecot
from tests.mail_in.letters import letter
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.actions.accounts import change_account
from walletdesk.integrations.email.fetching import fetch_new
from walletdesk.integrations.email.imap import ImapTrouble, open_mailbox
from walletdesk.integrations.email.models import FolderBookmark, MailAccount, RawMail
from walletdesk.integrations.email.receiving import receive_mail
from walletdesk.integrations.email.trial import try_mailbox
from walletdesk.integrations.email.types import Envelope, Source


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if not Path(DOVECOT).exists():
        pytest.fail(HOW)
    server = Dovecot()
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture
def mailbox(cast: Cast, account: MailAccount, dovecot: Dovecot) -> MailAccount:
    """The account, fetched from the server."""
    return change_account(
        actor=cast.owner,
        account=account,
        version=account.version,
        fields={
            "in_way": "imap",
            "in_settings": {
                "host": "127.0.0.1",
                "port": dovecot.imap_port,
                "security": "none",
                "username": USER,
            },
        },
        in_secrets={"password": PASSWORD},
    )


def fetch(account: MailAccount) -> int:
    with open_mailbox(account) as box:
        return fetch_new(account, box)


def unseen(account: MailAccount) -> list[int]:
    with open_mailbox(account) as box:
        return box.unseen()


def test_a_mailbox_from_its_first_mail_to_new_numbers(
    mailbox: MailAccount, dovecot: Dovecot
) -> None:
    token = "support+detail@borealis.example"
    dovecot.deliver(letter("First."), token)
    dovecot.deliver(letter("Second.", sender="Bo <bo@mail.example>"))
    assert fetch(mailbox) == 2
    assert unseen(mailbox) == []
    assert Conversation.objects.filter(channel="email").count() == 2
    assert fetch(mailbox) == 0

    # It is killed after the commit, before the bookmark moved and the mail was marked.
    dovecot.deliver(letter("Third.", sender="Cy <cy@mail.example>"))
    with open_mailbox(mailbox) as box:
        [uid] = box.unseen()
        mail = box.fetch(uid)
        assert mail is not None
        receive_mail(account=mailbox, raw=mail.raw, envelope=Envelope(source=Source.IMAP))
    assert unseen(mailbox) == [uid]
    assert fetch(mailbox) == 1
    assert unseen(mailbox) == []
    assert RawMail.objects.count() == 3

    # An outage: what came meanwhile is there afterwards, in order.
    dovecot.stop()
    with pytest.raises(ImapTrouble) as trouble:
        fetch(mailbox)
    assert trouble.value.why == "unreachable"
    dovecot.launch()
    for name in ("Di", "Ed"):
        dovecot.deliver(letter(f"From {name}.", sender=f"{name.lower()}@mail.example"))
    assert fetch(mailbox) == 2

    # New numbers: the whole folder is looked through, and known by its content.
    before = FolderBookmark.objects.get().uidvalidity
    dovecot.renumber()
    dovecot.deliver(letter("After.", sender="fay@mail.example"))
    assert fetch(mailbox) == 6
    assert FolderBookmark.objects.get().uidvalidity != before
    assert Conversation.objects.filter(channel="email").count() == 6


def test_news_comes_by_itself_and_what_is_done_may_be_moved(
    mailbox: MailAccount, dovecot: Dovecot
) -> None:
    fetch(mailbox)
    mailbox.in_settings["move_to"] = "Done"
    with open_mailbox(mailbox) as box:
        assert box.can_idle
        box.begin_idle()
        dovecot.deliver(letter("By IDLE.", sender="gus@mail.example"))
        assert box.news(10)
        box.end_idle()
        assert fetch_new(mailbox, box) == 1
    assert try_mailbox(mailbox) == ""
    mailbox.refresh_from_db()
    assert mailbox.last_fetched_at is not None
    assert mailbox.lag_seconds is not None
    assert "swordfish" not in str(mailbox.__dict__)


def test_what_is_wrong_is_said_by_code(mailbox: MailAccount) -> None:
    settings = dict(mailbox.in_settings)
    for change, why in (
        ({"folder": "Nowhere"}, "no_folder"),
        ({"port": 1}, "unreachable"),
        ({"security": "tls"}, "tls"),
        ({"host": "mail.example.invalid"}, "plain"),
    ):
        mailbox.in_settings = settings | change
        with pytest.raises(ImapTrouble) as trouble:
            open_mailbox(mailbox)
        assert trouble.value.why == why
    mailbox.in_settings, mailbox.in_secrets = settings, None
    assert try_mailbox(mailbox) == "login_refused"
