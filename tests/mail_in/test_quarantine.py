"""Mails that cannot be worked on, that come again, in any order; and who may see originals."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.mail_in.conftest import Send
from tests.mail_in.letters import letter
from walletdesk.accounts.models import AuditEntry
from walletdesk.contacts.personal.actions.erasure import erase_contact
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.types import Kind
from walletdesk.integrations.email.actions.raw import forget_old, keep_raws, take_due
from walletdesk.integrations.email.html_view import masked
from walletdesk.integrations.email.importing import import_mails
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.queries import get_raw_for
from walletdesk.integrations.email.raw_store import raw_bytes
from walletdesk.integrations.email.receiving import try_again
from walletdesk.integrations.email.types import Envelope, Letter, MailState, Source
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound

MOST_QUERIES = 11


def place_of(folder: Path, mail: RawMail) -> Path:
    return folder / mail.blob[:2] / mail.blob


def lost(account: MailAccount, folder: Path) -> tuple[RawMail, bytes]:
    """Return a kept mail whose original is away, and its sealed bytes."""
    envelope = Envelope(source=Source.LMTP)
    letters = [Letter(letter(), envelope)]
    mail = keep_raws(brand=account.brand, account=account, letters=letters)[0].mail
    sealed = place_of(folder, mail).read_bytes()
    place_of(folder, mail).unlink()
    return mail, sealed


def test_three_tries_then_quarantine_then_an_operator(
    cast: Cast, account: MailAccount, mail_folder: Path, send: Send
) -> None:
    mail, sealed = lost(account, mail_folder)
    assert take_due(most=10) == []  # whoever kept it is at work on it
    for minutes in (5, 10, 15):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            [due] = take_due(most=10)
            assert take_due(most=10) == []
            try_again(due)
            assert send(text=f"A neighbour {minutes}.").state == MailState.RECORDED
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (MailState.QUARANTINED, 3)
    owner = cast.client(cast.owner)
    listed = owner.get("/desk/settings/email/quarantine/").content.decode()
    assert mail.ref in listed
    place_of(mail_folder, mail).write_bytes(sealed)
    again = reverse("desk:settings:email_again", args=[mail.ref])
    assert owner.post(again).status_code == 302
    mail.refresh_from_db()
    assert mail.state == MailState.RECORDED
    assert owner.post(again).status_code == 404
    assert AuditEntry.objects.filter(action="mail.retried").count() == 1


def test_the_list_of_the_quarantine_needs_few_queries(
    cast: Cast,
    account: MailAccount,
    mail_folder: Path,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        mail, _sealed = lost(account, mail_folder)
        for _try in range(3):
            try_again(mail)
    client = cast.client(cast.owner)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get("/desk/settings/email/quarantine/").status_code == 200
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get("/desk/settings/email/").status_code == 200


def test_an_original_is_for_owners_and_audited(cast: Cast, send: Send) -> None:
    raw = letter(html="<p>Hello</p>")
    done = send(raw=raw)
    place = f"/desk/c/{done.conversation}/mail/1/original"
    assert cast.client(cast.agent).post(place).status_code == 404
    assert cast.client(cast.stranger).post(place).status_code == 404
    assert Client().post(place).status_code == 401
    answer = cast.client(cast.owner).post(place)
    assert answer.content == raw
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.filter(action="mail.original_read").count() == 1
    with pytest.raises(NotFound):
        get_raw_for(cast.agent, RawMail.objects.get().ref)


def test_the_formatted_version_can_do_nothing_and_tells_no_data(cast: Cast, send: Send) -> None:
    html = '<p>Call <b>+34 612 345 678</b></p><a href="https://x.example/?p=612">link</a>'
    done = send(text="Call +34 612 345 678", html=html)
    frame = cast.client(cast.agent).get(f"/desk/c/{done.conversation}/mail/1/html")
    page = frame.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert "612" not in page
    assert "x.example" not in page
    assert "•••" in page
    assert (
        cast.client(cast.stranger).get(f"/desk/c/{done.conversation}/mail/1/html").status_code
        == 404
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>+34 612</p><p> 345 678</p>".replace("</p><p>", "</b><b>"),
        "<b>an</b>a.lopez@mail.example",
        "<p>legal winner thank year wave sausage worth useful legal winner thank yellow</p>",
        "<i>legal</i> <i>winner</i> thank year wave sausage worth useful legal winner thank yellow",
    ],
)
def test_what_tags_keep_apart_is_not_shown(html: str) -> None:
    shown = masked(html, lambda _kind, _value: "0000")
    assert shown is None or not any(part in shown for part in ("612", "lopez", "sausage"))


def test_any_order_and_any_repeats_record_each_mail_once(send: Send) -> None:
    raws = [letter(f"Mail {n}.", sender=f"user{n}@mail.example") for n in range(8)]
    order = raws * 3
    random.Random(7).shuffle(order)  # noqa: S311 - the same order each time
    for raw in order:
        send(raw=raw)
    assert Conversation.objects.filter(channel="email").count() == len(raws)
    texts = Event.objects.filter(kind=Kind.MESSAGE).values_list("text", flat=True)
    assert sorted(text[-7:] for text in texts) == [f"Mail {n}." for n in range(8)]


def test_erasing_a_customer_erases_their_originals(cast: Cast, send: Send) -> None:
    send()
    mail = RawMail.objects.select_related("contact__brand").get()
    assert mail.contact is not None
    erase_contact(contact=mail.contact, actor=cast.owner, reason="asked")
    with pytest.raises(NotFound):
        raw_bytes(mail)


def test_originals_are_forgotten_in_time_and_known_all_the_same(send: Send) -> None:
    raw = letter()
    send(raw=raw)
    with time_machine.travel(clock.now() + timedelta(days=200)):
        assert forget_old(before_days=180) == 1
        assert forget_old(before_days=180) == 0
    with pytest.raises(NotFound):
        raw_bytes(RawMail.objects.get())
    assert send(raw=raw).repeated


@pytest.mark.django_db(transaction=True)
def test_files_of_all_kinds_are_imported_once(
    transactional_db: None, cast: Cast, account: MailAccount, tmp_path: Path
) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    (tmp_path / "box" / "new" / "1.host").write_bytes(letter("In a maildir."))
    (tmp_path / "one.eml").write_bytes(letter("Alone."))
    bodies = [letter(f"In an mbox {n}.\n\n>From here on.") for n in range(2)]
    (tmp_path / "all.mbox").write_bytes(
        b"".join(b"From a@b Mon Nov  2 10:00:00 2026\n" + body + b"\n\n" for body in bodies)
    )
    (tmp_path / "notes.txt").write_text("no mail")
    first = import_mails(tmp_path, account, told=lambda _counts: None)
    again = import_mails(tmp_path, account, told=lambda _counts: None)
    assert dict(first) == {"recorded": 4}
    assert dict(again) == {"repeated": 4}
    assert Event.objects.filter(text__contains="From here on").count() == 2


def test_an_original_that_nobody_has_worked_on_is_kept_however_old_its_mail(
    account: MailAccount,
) -> None:
    """A mailbox of years is taken in: each mail is as old as its server says."""
    old = Envelope(source=Source.IMAP, arrived=clock.now() - timedelta(days=400))
    keep_raws(brand=account.brand, account=account, letters=[Letter(letter(), old)])
    assert forget_old(before_days=180) == 0
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        [waiting] = take_due(most=2)
        assert try_again(waiting).state == MailState.RECORDED
        assert forget_old(before_days=180) == 1
