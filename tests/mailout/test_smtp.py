"""Replies that leave by SMTP: what is in them, and what becomes of them at servers of all kinds."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import getaddresses, parseaddr

import pytest

from tests.cast import Cast
from tests.mailout.conftest import ANA, Mailed, drain, mailed, make_account, send
from tests.mailout.far_side import FarSide
from walletdesk.channels.delivery.actions import claim_delivery, take_up_lost
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import State
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.deliveries import send_again
from walletdesk.integrations.email.actions.accounts import ensure_import_account
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.actions.addresses import confirm_address
from walletdesk.integrations.email.outgoing.models import MailAddress, SentMail
from walletdesk.integrations.email.outgoing.queries import (
    conversation_of,
    deliverable,
    mail_of_bounce_address,
    sent_with_ids,
)
from walletdesk.kit import clock


@pytest.fixture(autouse=True)
def _clock(time_machine: object) -> None:
    # after the database's own clock, which does not travel
    time_machine.move_to(clock.now() + timedelta(hours=1), tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def mail(cast: Cast, account: MailAccount) -> Mailed:
    return mailed(cast, message_id="<q1@customer.example>")


def test_answers_of_one_minute_are_one_mail_with_all_that_threads_it(
    mail: Mailed, far_side: FarSide, account: MailAccount, later: Callable[..., None]
) -> None:
    mail.answer("We have found it.", "Look: https://help.borealis.example/pending.")
    assert Delivery.objects.count() == 1
    assert send(mail.delivery).state == State.QUEUED  # not before the minute is over
    later(seconds=61)
    assert send(mail.delivery).state == State.SENT
    assert send(mail.delivery).state == State.SENT
    [(envelope, to, raw)] = far_side.taken
    [got] = far_side.mails
    assert to == [ANA]
    assert parseaddr(str(got["From"])) == ("Borealis Wallet", "support@borealis.example")
    assert got["Subject"] == "Re: Where is it?"
    assert got["In-Reply-To"] == got["References"] == "<q1@customer.example>"
    assert got["Auto-Submitted"] is None
    assert got.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in got.iter_parts())  # type: ignore[attr-defined]
    said = text.replace("\r\n", "\n")
    assert "We have found it.\n\nLook: https://help.borealis.example/pending." in said
    assert "Alex · Borealis Wallet" in text
    assert '<a href="https://help.borealis.example/pending"' in html
    assert all(len(line) <= 998 and line.isascii() for line in raw.split(b"\r\n"))
    [(_name, reply_to)] = getaddresses([str(got["Reply-To"])])
    target = conversation_of(reply_to)
    assert target is not None
    assert target.conversation == mail.conversation
    bounced = mail_of_bounce_address(envelope)
    assert bounced is not None
    assert sent_with_ids(account.brand, [str(got["Message-ID"])]) == [bounced]
    assert mail.told() == [("sent", "")]


def test_a_later_answer_is_a_second_mail_that_follows_the_first(
    mail: Mailed, far_side: FarSide, later: Callable[..., None]
) -> None:
    for text in ("First.", "Second."):
        mail.answer(text)
        later(minutes=2)
        send(mail.delivery)
    first, second = far_side.mails
    assert str(second["References"]).split() == ["<q1@customer.example>", str(first["Message-ID"])]
    assert "First." not in second.get_body().get_content()  # type: ignore[attr-defined] # no history


def test_greylisting_is_waited_for_and_a_dead_server_too(
    mail: Mailed, far_side: FarSide, later: Callable[..., None]
) -> None:
    far_side.answers["RCPT"] = ["451 4.7.1 Greylisted, come back", "drop"]
    mail.answer("Here.")
    later(seconds=61)
    waiting = send(mail.delivery)
    assert (waiting.state, waiting.reason, waiting.code) == ("deferred", "greylisted", "4.7.1")
    assert send(mail.delivery).attempts == 1  # not due
    later(minutes=2)
    assert send(mail.delivery).reason == "unreachable"
    later(minutes=10)
    assert send(mail.delivery).state == State.SENT
    assert len(far_side.taken) == 1
    assert mail.told() == [("deferred", "greylisted"), ("deferred", "unreachable"), ("sent", "")]


def test_after_three_days_it_is_given_up_and_an_agent_can_try_again(
    mail: Mailed, far_side: FarSide, cast: Cast, later: Callable[..., None]
) -> None:
    far_side.answers["RCPT"] = ["421 4.3.2 Down"] * 100
    mail.answer("Here.")
    later(seconds=61)
    for _ in range(60):
        if send(mail.delivery).state != State.DEFERRED:
            break
        later(hours=5)
    assert (mail.delivery.state, mail.delivery.reason) == ("failed", "gave_up")
    far_side.answers.clear()
    send_again(conversation=mail.conversation, membership=cast.agent, delivery_id=mail.delivery.pk)
    assert send(mail.delivery).state == State.SENT
    assert len(far_side.ids) == 1


def test_what_is_sent_again_waits_no_longer_than_what_is_sent_first(
    mail: Mailed, far_side: FarSide, cast: Cast, later: Callable[..., None]
) -> None:
    far_side.answers["RCPT"] = ["421 4.3.2 Down"] * 100
    mail.answer("Here.")
    later(seconds=61)
    while send(mail.delivery).state == State.DEFERRED:
        later(hours=5)
    first = mail.delivery.attempts
    send_again(conversation=mail.conversation, membership=cast.agent, delivery_id=mail.delivery.pk)
    assert send(mail.delivery).state == State.DEFERRED
    later(minutes=2)
    far_side.answers.clear()
    assert send(mail.delivery).state == State.SENT
    assert mail.delivery.attempts > first  # an attempt's number is never given twice


def test_attempts_that_never_come_to_an_end_are_given_up_too(
    mail: Mailed, far_side: FarSide, later: Callable[..., None]
) -> None:
    """Each takes longer than its lease, or dies: nobody settles any of them."""
    mail.answer("Here.")
    later(seconds=61)
    pk = mail.delivery.pk
    assert claim_delivery(delivery_id=pk) is not None
    later(days=4)
    assert claim_delivery(delivery_id=pk) is not None  # the machine stood still meanwhile
    for _ in range(60):
        later(minutes=3)
        if claim_delivery(delivery_id=pk) is None:
            break
    assert (mail.delivery.state, mail.delivery.reason) == ("failed", "gave_up")
    assert mail.told() == [("failed", "gave_up")]


def test_a_mailbox_that_does_not_exist_gets_no_more_mail(
    mail: Mailed, far_side: FarSide, later: Callable[..., None]
) -> None:
    far_side.answers["RCPT"] = ["550 5.1.1 User unknown"]
    mail.answer("Here.")
    later(seconds=61)
    assert send(mail.delivery).state == State.BOUNCED
    assert deliverable(mail.conversation.contact).trouble == "no_mailbox"
    mail.answer("Once more.")
    assert (mail.delivery.state, mail.delivery.reason) == ("failed", "undeliverable")
    assert far_side.seen.count("RCPT") == 1
    assert mail.told()[-1] == ("failed", "undeliverable")


def test_a_cut_before_the_end_is_repeated_and_a_cut_after_it_never(
    mail: Mailed, far_side: FarSide, later: Callable[..., None]
) -> None:
    far_side.answers["DATA"] = ["drop"]
    far_side.answers["DONE"] = ["drop"]
    mail.answer("Here.")
    later(seconds=61)
    assert send(mail.delivery).state == State.DEFERRED
    later(minutes=3)
    assert (send(mail.delivery).state, mail.delivery.reason) == ("unknown", "cut_off")
    later(days=1)
    take_up_lost()
    send(mail.delivery)
    assert len(far_side.taken) == 1
    assert mail.told()[-1] == ("unknown", "cut_off")


def test_an_unconfirmed_address_waits_and_gets_it_once_confirmed(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> None:
    claimed = mailed(cast, known=False, address="victim@customer.example")
    claimed.answer("Here.")
    later(hours=1)
    assert send(claimed.delivery).state == State.QUEUED
    assert claimed.told() == [("queued", "held")]
    contact = claimed.conversation.contact
    assert confirm_address(contact=contact, address="victim@customer.example") == 1
    assert send(claimed.delivery).state == State.SENT
    assert len(far_side.taken) == 1


def test_a_reply_that_waited_for_one_address_goes_to_another_that_was_confirmed(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> None:
    claimed = mailed(cast, known=False, address="old@customer.example")
    claimed.answer("Here.")
    later(hours=1)
    contact = claimed.conversation.contact
    new = "new@customer.example"
    set_identity(contact=contact, kind=IdentityKind.EMAIL, value=new, source=Source.CUSTOMER)
    assert confirm_address(contact=contact, address=new) == 1
    assert send(claimed.delivery).state == State.SENT
    assert [to for _envelope, to, _raw in far_side.taken] == [[new]]


def test_a_note_and_other_brands_addresses_never_leave(
    cast: Cast, mail: Mailed, far_side: FarSide, later: Callable[..., None]
) -> None:
    from uuid import uuid4  # noqa: PLC0415 - for this test only

    from walletdesk.conversations.actions import staff  # noqa: PLC0415 - as above
    from walletdesk.safety import guard  # noqa: PLC0415 - as above

    staff.add_note(
        conversation=mail.conversation,
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check("INTERNAL").safe,
    )
    mail.answer("Visible.")
    later(minutes=2)
    send(mail.delivery)
    assert b"INTERNAL" not in far_side.taken[0][2]


def test_line_breaks_and_markup_of_strangers_stay_text(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> None:
    evil = mailed(
        cast,
        subject="Hi\r\nBcc: all@victim.example\n<img src=x onerror=alert(1)>",
        text="<script>alert(1)</script>",
    )
    evil.answer('<a href="https://evil.example">click</a> & http://plain.example')
    later(minutes=2)
    assert send(evil.delivery).state == State.SENT
    [got] = far_side.mails
    assert got["Bcc"] is None
    html = got.get_body(("html",)).get_content()  # type: ignore[attr-defined]
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("<a ") == 1
    assert '<a href="https://evil.example" ' in html  # shown as what it is
    account.from_name = "Evil\r\nX-Injected: 1"
    account.save()
    evil.answer("Again.")
    later(minutes=2)
    send(evil.delivery)
    assert "X-Injected" not in far_side.mails[-1]


def test_the_row_holds_no_address_and_no_word_of_a_server(
    mail: Mailed, far_side: FarSide, later: Callable[..., None]
) -> None:
    far_side.answers["RCPT"] = [f"550 5.7.1 <{ANA}> rejected, see http://x"]
    mail.answer("Here.")
    later(minutes=2)
    send(mail.delivery)
    rows = [*Delivery.objects.values(), *SentMail.objects.values(), *MailAddress.objects.values()]
    assert ANA not in repr(rows)
    assert "rejected" not in repr(rows)
    drain()


def test_old_mail_that_was_imported_before_there_was_an_account_takes_no_answers(
    cast: Cast, far_side: FarSide, later: Callable[..., None]
) -> None:
    ensure_import_account(brand=cast.brand)
    mail = mailed(cast)
    mail.answer("Here.")
    assert (mail.delivery.state, mail.delivery.reason) == ("failed", "no_account")
    make_account(cast.brand, far_side.port)
    mail.answer("And here.")
    later(seconds=61)
    assert send(mail.delivery).state == State.SENT
    assert len(far_side.taken) == 1
