"""Bounces, complaints and providers' news: tied to the mail that they answer, or to nothing."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests.cast import Cast
from tests.mailout.conftest import ANA, Mailed, mailed, send
from tests.mailout.far_side import FarSide
from walletdesk.channels.delivery.types import State
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.keys import (
    ensure_reply_key,
    revoke_reply_addresses,
    rotate_reply_key,
)
from walletdesk.integrations.email.outgoing.actions.reports import Taken, take_report
from walletdesk.integrations.email.outgoing.addressing import bounce_address
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.queries import deliverable, mail_of_bounce_address
from walletdesk.integrations.email.outgoing.tracking import take_tracking
from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.integrations.email.tokens import conversation_of, make_reply_address
from walletdesk.integrations.email.types import WayOut
from walletdesk.integrations.email.vault import seal_fields
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound

DSN = """\
From: MAILER-DAEMON@far.example
To: {to}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report}; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/{report}

{fields}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: hello
--b--
"""
FAILED = """Reporting-MTA: dns; far.example

Final-Recipient: rfc822; {who}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} said the server"""
ABUSE = """Feedback-Type: abuse
User-Agent: far/1.0
Version: 1
Original-Rcpt-To: {who}"""


@pytest.fixture(autouse=True)
def _clock(time_machine: object) -> None:
    time_machine.move_to(clock.now() + timedelta(hours=1), tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def sent(cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]) -> Mailed:
    mail = mailed(cast)
    mail.answer("Here.")
    later(minutes=2)
    assert send(mail.delivery).state == State.SENT
    return mail


def report(
    *, to: str = "support@borealis.example", who: str = ANA, action: str = "failed",
    status: str = "5.1.1", message_id: str = "", fields: str = FAILED,
    kind: str = "delivery-status",
) -> Any:  # fmt: skip
    message_id = message_id or SentMail.objects.get().message_id
    text = DSN.format(
        to=to, report=kind, message_id=message_id,
        fields=fields.format(who=who, action=action, status=status),
    )  # fmt: skip
    return parse_mail(text.replace("\n", "\r\n").encode())


def test_a_bounce_at_its_own_return_path_marks_the_address(sent: Mailed) -> None:
    [mail] = SentMail.objects.all()
    path = bounce_address(mail, ensure_reply_key(brand_id=mail.account.brand_id))
    assert take_report(parsed=report(to=path, message_id="<lost@x>")) == Taken.APPLIED
    assert (sent.delivery.state, sent.delivery.reason, sent.delivery.code) == (
        "bounced", "no_mailbox", "5.1.1",
    )  # fmt: skip
    assert deliverable(sent.conversation.contact).trouble == "no_mailbox"
    assert sent.told() == [("sent", ""), ("bounced", "no_mailbox")]
    assert take_report(parsed=report(to=path)) == Taken.NO_NEWS


def test_a_bounce_with_our_id_counts_for_its_recipient_only(sent: Mailed) -> None:
    assert take_report(parsed=report(who="other@customer.example")) == Taken.FORGED
    assert take_report(parsed=report(message_id="<made.up@borealis.example>")) == Taken.FORGED
    assert sent.delivery.state == State.SENT
    assert take_report(parsed=report(status="5.2.2")) == Taken.APPLIED
    assert sent.delivery.reason == "mailbox_full"
    assert deliverable(sent.conversation.contact).trouble == ""  # full is not gone


def test_forged_return_paths_find_nothing(sent: Mailed) -> None:
    [mail] = SentMail.objects.all()
    path = bounce_address(mail, ensure_reply_key(brand_id=mail.account.brand_id))
    local, _, domain = path.partition("@")
    last = "a" if local[-1] != "a" else "b"
    for forged in (f"{local[:-1]}{last}@{domain}", path.replace(mail.ref, "2" * 16), "x@y.example",
                   path.replace("+b.", "+"), "support+b..@x.example", "+" * 400):  # fmt: skip
        assert mail_of_bounce_address(forged) is None
    assert mail_of_bounce_address(path.upper()) == mail


def test_a_delay_is_a_note_and_a_delivery_is_told(sent: Mailed) -> None:
    take_report(parsed=report(action="delayed", status="4.4.1"))
    assert (sent.delivery.state, sent.delivery.reason) == ("sent", "delayed")
    take_report(parsed=report(action="delivered", status="2.0.0"))
    assert sent.delivery.state == State.DELIVERED
    assert sent.told() == [("sent", ""), ("sent", "delayed"), ("delivered", "")]


def test_a_complaint_ends_automatic_mail(sent: Mailed) -> None:
    parsed = report(fields=ABUSE, kind="feedback-report")
    assert take_report(parsed=parsed) == Taken.APPLIED
    assert deliverable(sent.conversation.contact).complained
    assert sent.delivery.state == State.SENT


# --- our own addresses ----------------------------------------------------------------------


def test_reply_addresses_are_for_one_recipient_and_can_be_revoked(
    sent: Mailed, account: MailAccount, cast: Cast
) -> None:
    conversation = sent.conversation
    address = make_reply_address(account, conversation, conversation.contact)
    local = address.partition("@")[0]
    assert len(local) <= 64
    found = conversation_of(address.upper())
    assert found is not None
    assert (found.conversation, found.contact) == (conversation, conversation.contact)
    other = mailed(cast, address="eve@customer.example").conversation
    swapped = address.replace(conversation.ref, other.ref)
    for bad in (swapped, address.replace(".", "", 1), local, "", "\x00", address[:-40]):
        assert conversation_of(bad) is None
    rotate_reply_key(actor=cast.owner, revoke_old=False)
    assert conversation_of(address) is not None
    revoke_reply_addresses(conversation=conversation, contact=conversation.contact)
    assert conversation_of(address) is None
    renewed = make_reply_address(account, conversation, conversation.contact)
    assert conversation_of(renewed) is not None
    rotate_reply_key(actor=cast.owner, revoke_old=True)
    assert conversation_of(renewed) is None
    with pytest.raises(Exception, match="not_allowed"):
        rotate_reply_key(actor=cast.agent, revoke_old=True)


# --- providers ------------------------------------------------------------------------------


def as_provider(account: MailAccount, **options: str) -> None:
    fields = {"provider": "postmark", "options": {"server_token": "t", **options}}
    account.out_backend = WayOut.ANYMAIL
    account.out_settings = seal_fields(fields, ref=account.ref, column="out_settings")
    account.save()


def call(account: MailAccount, body: object, secret: str = "hook:secret") -> int:  # noqa: S107
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    auth = "Basic " + base64.b64encode(secret.encode()).decode()
    request = RequestFactory().post(
        "/x", raw, content_type="application/json", HTTP_AUTHORIZATION=auth
    )
    return take_tracking(account, request)


def test_news_of_a_provider_count_when_signed_and_about_our_mail(
    sent: Mailed, account: MailAccount
) -> None:
    own = SentMail.objects.get().message_id.strip("<>")
    news = {"RecordType": "Delivery", "MessageID": "p1", "Recipient": ANA,
            "DeliveredAt": "2026-11-22T10:00:00Z", "Metadata": {"mail": own}}  # fmt: skip
    with pytest.raises(NotFound):
        call(account, news)
    as_provider(account)
    with pytest.raises(NotAllowed):
        call(account, news)
    as_provider(account, webhook_secret="hook:secret")
    with pytest.raises(NotAllowed):
        call(account, news, secret="hook:guess")
    for bad in (b"", b"\xff", b"[]", b"{}", b"null", {"RecordType": "Delivery"}, 7):
        try:
            call(account, bad)
        except BadInput:
            continue
    assert sent.delivery.state == State.SENT
    call(account, {**news, "Recipient": "other@customer.example"})
    call(account, {**news, "Metadata": {"mail": "made-up@x.example"}})
    assert sent.delivery.state == State.SENT
    assert call(account, news) == 1
    assert sent.delivery.state == State.DELIVERED
    bounce = {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "MessageID": "p1",
              "Email": ANA, "BouncedAt": "2026-11-22T10:00:00Z", "Metadata": {"mail": own},
              "ID": 1, "Name": "Hard bounce", "Description": "gone"}  # fmt: skip
    call(account, bounce)
    assert (sent.delivery.state, sent.delivery.reason) == ("bounced", "no_mailbox")


def test_the_address_of_the_webhook_is_a_secret_and_signed(
    sent: Mailed, account: MailAccount
) -> None:
    as_provider(account, webhook_secret="hook:secret")
    client = Client()
    path = f"/hooks/mail/{account.token}/tracking"
    body, kind = "{}", "application/json"
    assert client.post("/hooks/mail/none/tracking", body, content_type=kind).status_code == 404
    assert client.post(path, body, content_type=kind).status_code == 403
    assert client.get(path).status_code == 405
