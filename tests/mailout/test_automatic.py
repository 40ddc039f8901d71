"""Mails that nobody wrote: who gets one, how many at most, and that none answers a machine."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.mailout.conftest import ANA, drain, mailed, make_account, send
from tests.mailout.far_side import FarSide
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import HELD, State
from walletdesk.conversations.actions import staff
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Kind
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing import rules
from walletdesk.integrations.email.outgoing.actions.addresses import confirm_address, note_complaint
from walletdesk.integrations.email.outgoing.actions.automatic import (
    About,
    BadTemplate,
    acknowledge,
    ask_confirmation,
    send_template,
)
from walletdesk.integrations.email.outgoing.compose import offer_page
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.queries import recipient_key
from walletdesk.integrations.email.outgoing.types import Incoming, Purpose
from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.integrations.email.parsing.types import SenderState, SenderVerdict
from walletdesk.kit import clock
from walletdesk.site.form_mail import ByEmail
from walletdesk.web.portal.mailing import Confirmation

LINK = "http://127.0.0.1:8000/confirm/abc"
STRANGER = "EVIL-BYTES"


@pytest.fixture(autouse=True)
def _clock(time_machine: object) -> None:
    time_machine.move_to(clock.now() + timedelta(hours=1), tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def desk_of_rivals(cast: Cast) -> Iterator[tuple[MailAccount, FarSide]]:
    with FarSide() as server:
        yield make_account(cast.other_brand, server.port), server


def incoming(
    raw: bytes, state: SenderState = SenderState.AUTHENTICATED, mail_from: str = ANA
) -> Incoming:
    verdict = SenderVerdict(state, "customer.example", "pass", "pass", "pass", "")
    return Incoming(parse_mail(raw), verdict, mail_from, addressed=True, ours=False, ip="192.0.2.7")


def raw_mail(sender: str = ANA, **headers: str) -> bytes:
    lines = [f"From: {STRANGER} <{sender}>", "To: support@borealis.example", f"Subject: {STRANGER}",
             "Message-ID: <q1@customer.example>"]  # fmt: skip
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "", f"{STRANGER} https://evil.example", ""])).encode()


def test_a_first_mail_is_acknowledged_once_with_hours_and_number(
    cast: Cast, account: MailAccount, far_side: FarSide
) -> None:
    mail = mailed(cast, subject=STRANGER, text=STRANGER, message_id="<q1@customer.example>")
    link = "http://127.0.0.1:8000/t/secret"
    first = incoming(raw_mail())
    told = {"account": account, "conversation": mail.conversation}
    assert acknowledge(mail=first, link=link, **told) == ""  # type: ignore[arg-type]
    assert acknowledge(mail=first, **told) == "too_many"  # type: ignore[arg-type]
    delivery = Delivery.objects.get(purpose=Purpose.ACK)
    assert send(delivery).state == State.SENT
    [(envelope, to, raw)] = far_side.taken
    [got] = far_side.mails
    assert (envelope, to) == ("<>", [ANA])
    assert got["Auto-Submitted"] == "auto-replied"
    assert got["X-Auto-Response-Suppress"] == "All"
    assert got["In-Reply-To"] == "<q1@customer.example>"
    assert STRANGER.encode() not in raw
    assert link in got.get_body().get_content()  # type: ignore[attr-defined]
    assert mail.conversation.ref[:6].upper() in got.get_body().get_content()  # type: ignore[attr-defined]
    assert SentMail.objects.get().sealed is None  # nothing of the address is left behind


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Auto_Submitted": "auto-generated"}, "automatic"),
        ({"X_Auto_Response_Suppress": "All"}, "automatic"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Id": "<news.example>"}, "bulk"),
        ({"List_Unsubscribe": "<mailto:x@y.example>"}, "bulk"),
    ],
)
def test_machines_are_never_answered(
    cast: Cast, account: MailAccount, change: dict[str, str], why: str
) -> None:
    mail = mailed(cast)
    said = incoming(raw_mail(**change))
    assert acknowledge(account=account, mail=said, conversation=mail.conversation) in {
        why, "automatic", "bulk",
    }  # fmt: skip
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (incoming(raw_mail(), mail_from="<>"), "null_return_path"),
        (replace(incoming(raw_mail()), ours=True), "ours"),
        (replace(incoming(raw_mail()), addressed=False), "not_addressed"),
        (incoming(raw_mail("no-reply@customer.example")), "machine"),
        (incoming(raw_mail("MAILER-DAEMON@customer.example")), "machine"),
        (incoming(raw_mail(), SenderState.FAILED), "failed"),
        (incoming(raw_mail(), SenderState.UNAUTHENTICATED), "unverified"),
    ],
)
def test_who_else_gets_no_acknowledgement(
    cast: Cast, account: MailAccount, mail: Incoming, why: str
) -> None:
    conversation = mailed(cast).conversation
    said = acknowledge(account=account, mail=mail, conversation=conversation)
    assert said in {why, "automatic"}


def test_a_mail_bomb_of_a_thousand_tries_is_two_dozen_mails_without_a_strangers_byte(
    cast: Cast, account: MailAccount, far_side: FarSide
) -> None:
    for number in range(900):
        victim = "victim@target.example" if number % 2 else f"v{number}@target.example"
        send_template(
            account=account, to=victim, template=Purpose.CONFIRM, language="en",
            values={"link": LINK}, about=About(ip="192.0.2.7"),
        )  # fmt: skip
    for number in range(100):  # from a network of machines
        send_template(
            account=account, to="other@target.example", template=Purpose.CONFIRM, language="en",
            values={"link": LINK}, about=About(ip=f"198.51.100.{number}"),
        )  # fmt: skip
    planned = list(Delivery.objects.all())
    assert len(planned) <= 21
    for delivery in planned:
        send(delivery)
    recipients = [to for _envelope, [to], _raw in far_side.taken]
    assert max(map(recipients.count, recipients)) == 1
    bodies = {raw.split(b"\r\n\r\n", 1)[1].split(b"--==")[1] for _f, _t, raw in far_side.taken}
    assert all(LINK.encode() in body for body in bodies)
    assert all(mail["Auto-Submitted"] and mail["List-Id"] for mail in far_side.mails)
    assert {envelope for envelope, _to, _raw in far_side.taken} == {"<>"}


def test_an_unverified_sender_confirms_and_only_then_gets_the_answer(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> None:
    mail = mailed(cast, known=False, subject=STRANGER, text=STRANGER, message_id="<x@evil.example>")
    said = incoming(raw_mail(), SenderState.UNAUTHENTICATED)
    told = {"account": account, "mail": said, "conversation": mail.conversation}
    assert ask_confirmation(**told) == ""  # type: ignore[arg-type]
    send(Delivery.objects.get())
    raw = far_side.taken[0][2]
    assert STRANGER.encode() not in raw
    assert b"evil.example" not in raw
    text = far_side.mails[0].get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    path = re.search(r"http://\S+?(/mail/confirm/\S+)", text)
    assert path is not None
    mail.answer("Here is your answer.")
    later(hours=1)
    assert send(mail.delivery).state == State.QUEUED
    reader = Client()
    page = reader.get(path[1])  # a scanner's visit changes nothing
    assert page["Referrer-Policy"] == "no-referrer"
    assert ANA not in page.content.decode()
    assert send(mail.delivery).state == State.QUEUED
    assert reader.get(path[1][:-1]).status_code == 404
    assert mail.conversation.unverified
    assert reader.post(path[1]).status_code == 200
    assert reader.post(path[1]).status_code == 404  # once
    noted = events_of(mail.conversation).get(kind=Kind.CHANGED)
    assert noted.staff_data == {"field": "sender", "to": "confirmed"}
    mail.conversation.refresh_from_db()
    assert not mail.conversation.unverified
    assert send(mail.delivery).state == State.SENT
    assert far_side.taken[-1][1] == [ANA]
    assert ask_confirmation(**told) in {"", "too_many"}  # type: ignore[arg-type]


def test_a_confirmation_vouches_for_its_own_mail_only(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> None:
    """A stranger who writes under the same address gets nothing of theirs mailed to its reader."""
    said = incoming(raw_mail(), SenderState.UNAUTHENTICATED)
    own, stranger = (mailed(cast, known=False, text=text) for text in ("My matter.", STRANGER))
    assert ask_confirmation(account=account, mail=said, conversation=own.conversation) == ""
    send(Delivery.objects.get())
    text = far_side.mails[0].get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    path = re.search(r"http://\S+?(/mail/confirm/\S+)", text)
    assert path is not None
    for mail in (own, stranger):
        mail.answer("Here is your answer.")
    later(hours=1)
    assert Client().post(path[1]).status_code == 200
    states = [(send(mail.delivery).state, mail.delivery.reason) for mail in (own, stranger)]
    assert states == [(State.SENT, ""), (State.QUEUED, HELD)]
    assert STRANGER.encode() not in b"".join(raw for _envelope, _to, raw in far_side.taken)


def test_who_followed_a_link_lately_may_be_asked_on_more_than_one_matter(
    cast: Cast, account: MailAccount, later: Callable[..., None]
) -> None:
    said = incoming(raw_mail(), SenderState.UNAUTHENTICATED)
    first, *others = (mailed(cast, known=False).conversation for _ in range(9))

    def asked(conversation: Conversation) -> str:
        return ask_confirmation(account=account, mail=said, conversation=conversation)

    assert [asked(first), asked(others[0])] == ["", "too_many"]
    confirm_address(contact=first.contact, address=ANA)
    assert [asked(each) for each in others] == [""] * 4 + ["too_many"] * 4
    later(days=29)
    assert [asked(each) for each in others[4:6]] == ["", ""]
    later(days=2)  # long ago
    assert [asked(each) for each in others[6:]] == ["", "too_many"]


def test_a_link_stands_in_the_log_only_where_no_account_could_mail_it(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    contact = mailed(cast).conversation.contact
    mail = Confirmation(cast.brand, contact, ANA, "en", LINK, "192.0.2.7")
    ByEmail().send(mail)
    assert LINK in caplog.text
    caplog.clear()
    make_account(cast.brand, 1)
    for spelled in (ANA, ANA.upper(), ANA.title()):  # one a day goes to an address
        ByEmail().send(replace(mail, to=spelled))
    assert Delivery.objects.filter(purpose=Purpose.CONFIRM).count() == 1
    assert LINK not in caplog.text


def test_two_desks_that_write_to_each_other_stop(
    cast: Cast,
    account: MailAccount,
    far_side: FarSide,
    desk_of_rivals: tuple[MailAccount, FarSide],
) -> None:
    """Even when a server on the way strips every header that says "automatic"."""
    rival, rivals_side = desk_of_rivals
    sides = [(account, far_side, rival), (rival, rivals_side, account)]
    raw, sent = raw_mail(rival.address), 0
    for turn in range(20):
        desk, side, other = sides[turn % 2]
        mail = mailed(cast, address=other.address)
        mail.conversation.contact.brand = desk.brand
        said = incoming(raw, mail_from=other.address)
        if acknowledge(account=desk, mail=said, conversation=mail.conversation):
            break
        send(Delivery.objects.latest("pk"))
        sent += 1
        answer = side.taken[-1][2]
        assert acknowledge(account=other, mail=incoming(answer), conversation=mail.conversation)
        raw = raw_mail(desk.address)
    assert sent <= 2


def test_nobody_can_put_words_into_a_fixed_text(cast: Cast, account: MailAccount) -> None:
    bad = (
        {"link": "https://evil.example/"},
        {"link": "http://127.0.0.1:8000.evil.example/"},
        {"link": "http://127.0.0.1:8000/a b"},
        {"link": LINK + "\r\nBcc: x@y.example"},
        {"number": "<b>1</b>"},
        {"name": "Ana"},
    )
    for values in bad:
        with pytest.raises(BadTemplate):
            send_template(account=account, to=ANA, template="confirm", language="en", values=values)
    odd = ("a@b.example\r\nBcc: c@d.example", "a b@c.example", '"a@b"@c.example', "a@localhost",
           "=?utf-8?q?a?=@b.example ", "ana@b.example, c@d.example", "аna@b.example")  # fmt: skip
    for to in odd:
        assert not send_template(
            account=account, to=to, template="confirm", language="en", values={"link": LINK}
        )


def test_who_complained_gets_no_more_automatic_mail(cast: Cast, account: MailAccount) -> None:
    mail = mailed(cast)
    note_complaint(contact_id=mail.conversation.contact_id, recipient=recipient_key(ANA))
    said = incoming(raw_mail())
    assert acknowledge(account=account, mail=said, conversation=mail.conversation) == "complained"


@pytest.mark.parametrize("language", ["zh-hans", "en", "es"])
@pytest.mark.parametrize("template", [p for p in Purpose if p != Purpose.REPLY])
def test_every_text_is_written_in_every_language(
    cast: Cast, account: MailAccount, far_side: FarSide, language: str, template: Purpose
) -> None:
    values = {"link": LINK, "number": "abcdefgh"}
    planned = send_template(
        account=account, to=ANA, template=template, language=language, values=values
    )
    assert planned is not None
    assert send(planned).state == State.SENT
    [got] = far_side.mails
    assert got["Content-Language"] == language
    assert "{" not in got.get_body().get_content()  # type: ignore[attr-defined]


def test_subjects_and_addresses_by_rule() -> None:
    assert rules.reply_subject("Re: AW: 回复：Hola", "x") == "Re: Hola"
    assert rules.reply_subject(" \x00\r\n", "x") == "x"
    assert rules.one_line("a\r\nBcc: b\x1b\u202e") == "a Bcc: b"
    assert rules.kept_references(["<a@b>", "bad", "<a@b>", "<c@d>\r\nX: 1"]) == ("<a@b>",)
    assert not rules.sendable("a@b..example")
    assert rules.trouble_of("5.2.2", "") == "mailbox_full"
    assert rules.trouble_of("", "550 邮箱已满") == "mailbox_full"


def test_a_settled_matter_is_told_once_with_the_page_to_say_how_it_was(
    cast: Cast, account: MailAccount, far_side: FarSide, later: Callable[..., None]
) -> None:
    """The mail waits until it cannot be taken back any more, and stays when it was."""
    mail = mailed(cast)
    mail.answer("Done.")
    offer_page(lambda _conversation: "http://127.0.0.1:8000/t/secret")
    try:
        for turn in range(3):
            now = Conversation.objects.get(pk=mail.conversation.pk)
            staff.resolve_conversation(conversation=now, membership=cast.agent)
            drain()
            planned = Delivery.objects.get(purpose=Purpose.RESOLVED)
            if turn == 0:
                assert send(planned).state == State.QUEUED  # not yet
                staff.reopen_conversation(conversation=now, membership=cast.agent)
                later(minutes=1)
                assert send(planned).state == State.FAILED
                continue
            later(minutes=1)
            assert send(planned).state == State.SENT
            staff.reopen_conversation(conversation=now, membership=cast.agent)
    finally:
        offer_page(lambda _conversation: "")
    about = [raw for _from, _to, raw in far_side.taken if b"/t/secret" in raw]
    assert len(about) == 1
