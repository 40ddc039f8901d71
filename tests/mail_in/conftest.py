"""An account of the first brand, and letters to it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.mail_in.letters import TRUSTED, letter
from walletdesk.integrations.email.actions.accounts import create_account
from walletdesk.integrations.email.models import MailAccount
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
