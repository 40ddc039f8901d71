"""What agents see of mails that went out, and what they can do about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.mailout.conftest import ANA, Mailed, drain, mailed, send
from tests.mailout.far_side import FarSide
from walletdesk.accounts.models import Membership
from walletdesk.channels.delivery.types import State
from walletdesk.conversations.queries import events_visible_to
from walletdesk.conversations.types import Audience, Kind
from walletdesk.integrations.email.models import MailAccount
from walletdesk.kit import clock
from walletdesk.web.desk import mail_words

JSON = {"content_type": "application/json", "HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def _clock(time_machine: object) -> None:
    time_machine.move_to(clock.now() + timedelta(hours=1), tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def refused(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> Mailed:
    far_side.answers["RCPT"] = ["552 5.2.2 Mailbox full"]
    mail = mailed(cast)
    mail.answer("Here.")
    later(minutes=2)
    assert send(mail.delivery).state == State.BOUNCED
    drain()
    return mail


def events(cast: Cast, mail: Mailed, after: int = 0) -> list[dict[str, Any]]:
    path = f"/desk/c/{mail.conversation.ref}/events?after={after}"
    return list(cast.client(cast.agent).get(path).json()["events"])


def again(cast: Cast, who: Membership, mail: Mailed, number: int = 0) -> int:
    path = f"/desk/c/{mail.conversation.ref}/deliveries/{number or mail.delivery.pk}/again"
    return cast.client(who).post(path, "{}", **JSON).status_code  # type: ignore[arg-type]


def test_an_agent_sends_again_what_came_back_and_others_may_not(
    cast: Cast, refused: Mailed, far_side: FarSide
) -> None:
    page = events(cast, refused)
    told = page[-1]["staff_data"]
    assert (told["state"], told["reason"], told["code"]) == ("bounced", "mailbox_full", "5.2.2")
    assert again(cast, cast.viewer, refused) == 403
    assert again(cast, cast.stranger, refused) == 404
    assert again(cast, cast.agent, refused, number=10**15) == 404
    assert again(cast, cast.agent, refused, number=10**30) == 404
    assert refused.delivery.state == State.BOUNCED
    assert again(cast, cast.agent, refused) == 204
    assert again(cast, cast.agent, refused) == 409  # a double click sends once
    assert send(refused.delivery).state == State.SENT
    drain()
    news = events(cast, refused, after=page[-1]["seq"])
    assert [event["staff_data"]["state"] for event in news] == ["queued", "sent"]
    assert page + news == events(cast, refused)
    assert len(far_side.taken) == 1


def test_customers_never_read_of_it(cast: Cast, refused: Mailed) -> None:
    shown = events_visible_to(Audience.CUSTOMER, refused.conversation)
    assert not shown.filter(kind=Kind.DELIVERY).exists()


def test_the_panel_says_what_is_wrong_and_what_helps(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> None:
    far_side.answers["RCPT"] = ["550 5.1.1 No such user"]
    mail = mailed(cast)
    mail.answer("Here.")
    later(minutes=2)
    send(mail.delivery)
    panel = cast.client(cast.agent).get(f"/desk/c/{mail.conversation.ref}/panel")
    assert mail_words.trouble("no_mailbox") in panel.content.decode()
    assert ANA not in panel.content.decode()
