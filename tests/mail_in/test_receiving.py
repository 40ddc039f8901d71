"""One mail through the whole way in: recorded once, guarded, by its sender's right only."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.mail_in.conftest import Send
from tests.mail_in.letters import letter
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.block import block_contact
from walletdesk.conversations.actions.bot import close
from walletdesk.conversations.models import Attachment, Conversation, Event, Relation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Kind, Status
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.raw_store import raw_bytes
from walletdesk.integrations.email.tokens import make_reply_address
from walletdesk.integrations.email.types import MailState, Received
from walletdesk.kit import clock
from walletdesk.kit.outbox import registry
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.safety import guard
from walletdesk.site.wiring import BACKGROUND, WIRING

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def opened(received: Received) -> Conversation:
    assert received.state == MailState.RECORDED, received
    return Conversation.objects.select_related("contact", "brand").get(ref=received.conversation)


def messages(conversation: Conversation) -> list[Event]:
    return list(conversation.events.filter(kind=Kind.MESSAGE).order_by("seq"))


def test_an_authenticated_mail_begins_a_conversation_with_the_bot(cast: Cast, send: Send) -> None:
    conversation = opened(send(Cc="Boss <boss@other.example>"))
    [event] = messages(conversation)
    assert conversation.channel == "email"
    assert conversation.status == Status.BOT
    assert not conversation.unverified
    assert event.author == Author.CUSTOMER
    assert event.text.startswith("Transfer missing\n\nMy transfer")
    mail = event.staff_data["mail"]
    assert mail["sender"] == "authenticated"
    assert mail["subject"] == "Transfer missing"
    assert mail["from"].startswith("⟦email:")
    assert mail["cc"].startswith("⟦email:")
    assert "ana@" not in str(event.staff_data)


def test_the_same_mail_is_recorded_once(send: Send, account: MailAccount) -> None:
    raw = letter()
    first = send(raw=raw)
    again = send(raw=raw)
    other_way = send(raw=b"Received: from a by b; Mon, 1 Jan 2026 00:00:00 +0000\r\n" + raw)
    lf = send(raw=raw.replace(b"\n", b"\r\n"))
    assert [again.repeated, other_way.repeated, lf.repeated] == [True] * 3
    assert {again.conversation, other_way.conversation, lf.conversation} == {first.conversation}
    changed = send(raw=b"X-Added: by another server\n" + raw)
    assert (changed.state, changed.reason) == (MailState.IGNORED, "repeated")
    assert len(messages(opened(first))) == 1


def test_a_message_id_with_another_text_is_another_mail(send: Send) -> None:
    one = send(Message_ID="<same@mail.example>")
    two = send(text="Something else entirely.", Message_ID="<same@mail.example>")
    assert one.conversation != two.conversation


def test_an_answer_goes_on_by_token_references_or_subject(
    cast: Cast, send: Send, account: MailAccount
) -> None:
    first = opened(send(Message_ID="<one@mail.example>"))
    token = make_reply_address(account, first, first.contact)
    by_token = send(text="By token.", subject="Re: x", to=token)
    by_reference = send(text="By reference.", subject="Re: y", In_Reply_To="<one@mail.example>")
    by_subject = send(text="By subject.", subject=f"Re: [#{first.ref}] z")
    assert {by_token.conversation, by_reference.conversation, by_subject.conversation} == {
        first.ref
    }
    assert [e.text.split("\n")[0] for e in messages(first)] == [
        "Transfer missing",
        "By token.",
        "By reference.",
        "By subject.",
    ]


def test_mails_with_one_subject_are_shown_to_belong_together_and_stay_apart(send: Send) -> None:
    first = opened(send(text="Who are you?", subject="Question about Aurora"))
    again = opened(send(text="Where do I find it?", subject="RE: Question about aurora"))
    opened(send(text="I see.", subject="Another matter"))
    opened(send(text="Hm.", subject="Question about Aurora", sender="Bob <bob@mail.example>"))
    registry.wire(WIRING, BACKGROUND)
    while handle_next():
        pass
    (relation,) = Relation.objects.all()
    assert (relation.first, relation.second) == (first, again)
    noted = Event.objects.filter(kind=Kind.LINKED)
    assert [each.staff_data["reason"] for each in noted] == ["subject", "subject"]


@pytest.mark.parametrize("verdict", ["", "fail", "none"])
def test_a_sender_whom_nobody_vouches_for_begins_anew(
    cast: Cast, send: Send, account: MailAccount, verdict: str
) -> None:
    mine = opened(send(Message_ID="<one@mail.example>"))
    token = make_reply_address(account, mine, mine.contact)
    spoofed = opened(
        send(
            text="Send my money to this address instead.",
            verdict=verdict,
            to=token,
            In_Reply_To="<one@mail.example>",
            subject=f"Re: [#{mine.ref}]",
        )
    )
    assert spoofed.ref != mine.ref
    assert spoofed.contact_id != mine.contact_id
    assert spoofed.contact.verified_at is None
    assert spoofed.unverified
    assert spoofed.status == Status.QUEUED  # never to the bot
    assert len(messages(mine)) == 1
    assert Relation.objects.filter(first=mine, second=spoofed).exists()


def test_only_the_very_mailbox_acts_as_the_wallets_customer(cast: Cast, send: Send) -> None:
    known = cast.customer.contact
    set_identity(
        contact=known, kind=IdentityKind.EMAIL, value="ana@mail.example", source=Source.WALLET
    )
    assert opened(send()).contact_id == known.pk
    for sender in (
        "ana@mail.example.evil.example",
        "Ana ana@mail.example <eve@evil.example>",
        "аna@mail.example",  # a Cyrillic a
        '"ana@mail.example" <eve@evil.example>',
    ):
        assert opened(send(sender=sender, text=sender)).contact_id != known.pk


def test_what_a_customer_only_claimed_identifies_nobody(cast: Cast, send: Send) -> None:
    liar = cast.customer.contact
    set_identity(
        contact=liar, kind=IdentityKind.EMAIL, value="ana@mail.example", source=Source.CUSTOMER
    )
    assert opened(send()).contact_id != liar.pk


def test_cc_and_reply_to_gain_nothing(cast: Cast, send: Send, account: MailAccount) -> None:
    mine = opened(send(Cc="eve@evil.example", Message_ID="<one@mail.example>"))
    token = make_reply_address(account, mine, mine.contact)
    by_cc = opened(
        send(sender="eve@evil.example", text="Tell me more.", to=token, Reply_To="ana@mail.example")
    )
    assert by_cc.ref != mine.ref
    assert by_cc.contact_id != mine.contact_id
    swapped = opened(send(text="And now?", to=token, Reply_To="eve@evil.example"))
    assert swapped.ref == mine.ref
    assert "reply_to" in messages(mine)[-1].staff_data["mail"]
    assert not mine.contact.personal_fields.filter(kind=IdentityKind.EMAIL).count() > 1


def test_a_secret_is_written_nowhere(cast: Cast, send: Send, mail_folder: Path) -> None:
    words = SEED.split()
    conversation = opened(
        send(
            text=" ".join(words[6:]),
            subject=" ".join(words[:6]),
            files=((f"{SEED}.txt", SEED.encode(), "text/plain"),),
        )
    )
    rows = Event.objects.filter(conversation=conversation)
    written = " ".join(f"{row.text} {row.data} {row.staff_data}" for row in rows)
    written += " ".join(f"{a.name} {a.secrets}" for a in Attachment.objects.all())
    written += conversation.preview
    assert SEED not in written
    assert "wave sausage" not in written
    assert "legal winner" not in written
    assert conversation.status == Status.QUEUED
    assert any(row.data.get("code") == "secret_removed" for row in rows)
    for path in mail_folder.rglob("*"):
        if path.is_file():
            assert b"sausage" not in path.read_bytes()


def test_personal_data_are_tokens(send: Send) -> None:
    conversation = opened(send(text="Call me: +34 612 345 678, or write to ana@home.example."))
    [event] = messages(conversation)
    assert "612" not in event.text
    assert "ana@home" not in event.text
    assert "⟦phone:" in event.text


def test_attachments_take_the_way_of_all_files(send: Send) -> None:
    conversation = opened(
        send(
            files=(
                ("note.txt", b"The hash is 0xabc", "text/plain"),
                ("run.exe", b"MZ\x90\x00" * 40, "application/octet-stream"),
            )
        )
    )
    [event] = messages(conversation)
    assert [file["name"] for file in event.data["files"]] == ["note.txt"]
    assert event.staff_data["mail"]["left_out"] == [{"size": 160, "why": "file_type"}]
    assert event.staff_data["mail"]["left_out_names"] == "run.exe"
    assert Attachment.objects.get().conversation == conversation


def test_a_machine_wakes_nobody_and_gets_no_answer(
    cast: Cast, send: Send, account: MailAccount
) -> None:
    mine = opened(send(Message_ID="<one@mail.example>"))
    close(lock_conversation(mine.pk), author=Author.SYSTEM)
    away = send(
        text="I am away until Monday.",
        subject="Out of office",
        In_Reply_To="<one@mail.example>",
        Auto_Submitted="auto-replied",
    )
    mine.refresh_from_db()
    assert away.conversation == mine.ref
    assert mine.status == Status.RESOLVED
    note = mine.events.order_by("-seq")[0]
    assert (note.kind, note.staff_data["mail"]["automatic"]) == (Kind.NOTE, True)
    news = opened(send(sender="news@shop.example", List_Id="<news.shop.example>", text="Sale!"))
    assert news.status == Status.RESOLVED
    null = opened(send(sender="daemon@host.example", text="Something.", mail_from="<>"))
    assert null.status == Status.RESOLVED


def test_a_code_of_a_third_party_is_flagged_and_never_joins(
    cast: Cast, send: Send, account: MailAccount
) -> None:
    """The ticket trick: register elsewhere with the reply address of one's own ticket."""
    mine = opened(send())
    token = make_reply_address(account, mine, mine.contact)
    trick = opened(
        send(
            sender="no-reply@workspace.example",
            to=token,
            subject="Your verification code",
            text="Your code is 482913. It expires in 10 minutes.",
        )
    )
    assert trick.contact_id != mine.contact_id
    assert messages(trick)[0].staff_data["mail"]["verification"] is True
    assert trick.status != Status.BOT
    assert len(messages(mine)) == 1


def test_our_own_mail_does_not_come_round_again(send: Send) -> None:
    assert send(sender="support@borealis.example").reason == "own"


def test_a_blocked_customer_is_not_heard(cast: Cast, send: Send) -> None:
    mine = opened(send())
    staff.claim_conversation(conversation=mine, membership=cast.agent)
    block_contact(
        conversation=mine,
        membership=cast.agent,
        until=clock.now() + timedelta(days=2),
        reason=guard.trusted("threats"),
    )
    assert send(text="More of it").reason == "blocked"


def test_the_original_is_kept_sealed_under_the_customers_key(send: Send) -> None:
    raw = letter()
    send(raw=raw)
    mail = RawMail.objects.select_related("contact").get()
    assert mail.contact is not None
    assert raw_bytes(mail) == raw


def test_where_its_links_lead_is_shown_and_goes_with_a_secret(send: Send) -> None:
    html = '<p>See <a href="https://evil.example/x">https://wallet.example</a></p>'
    first = opened(send(html=html))
    (event,) = messages(first)
    assert event.staff_data["mail"]["marks"] == ["link_mismatch"]
    assert event.staff_data["mail"]["links"] == "evil.example"
    assert event.text.endswith("See https://wallet.example\n\nhttps://evil.example/")
    held = opened(send(sender="Bob <bob@mail.example>", html=f"{html}<p>{SEED}</p>"))
    assert not messages(held)[0].staff_data["mail"].get("links")


def test_what_the_mail_quotes_is_folded(send: Send) -> None:
    text = "It works now.\n\nOn Mon, 2 Nov 2026 at 10:00, Support wrote:\n> Try again, please.\n"
    [event] = messages(opened(send(text=text)))
    assert event.text.endswith("It works now.")
    assert "Try again" in event.staff_data["mail"]["quoted"]


def test_an_original_with_a_secret_goes_and_its_sender_is_warned(
    cast: Cast, send: Send, mail_folder: Path
) -> None:
    """Sealed or not: nobody has to be able to read it again. The steps come by the same way."""
    conversation = opened(send(text=f"my phrase is {SEED}"))
    row = RawMail.objects.get()
    blob = row.blob
    assert blob in {path.name for path in mail_folder.rglob("*")}
    registry.wire(WIRING, BACKGROUND)
    while handle_next():
        pass
    row.refresh_from_db()
    assert (row.blob, row.wrapped) == ("", None)
    assert blob not in {path.name for path in mail_folder.rglob("*")}
    last = messages(conversation)[-1]
    assert last.author == Author.BOT
    assert "Make a new wallet" in last.text


def test_an_original_of_a_machine_with_a_secret_goes_too(
    cast: Cast, send: Send, mail_folder: Path
) -> None:
    conversation = opened(send(text=f"my phrase is {SEED}", Precedence="bulk"))
    registry.wire(WIRING, BACKGROUND)
    while handle_next():
        pass
    row = RawMail.objects.get()
    assert (row.blob, row.wrapped) == ("", None)
    [event] = messages(conversation)
    assert event.author == Author.CUSTOMER


def test_an_original_that_was_set_aside_goes_with_the_secret_in_it(
    cast: Cast, send: Send, mail_folder: Path
) -> None:
    """Nobody is told of these: our own mail come round, the same again, one of who is blocked."""
    others = {path for path in mail_folder.rglob("*") if path.is_file()}
    phrase = f"my phrase is {SEED}"
    cut = "".join(f"<b>{word}</b> " for word in SEED.split())
    mine = opened(send())
    staff.claim_conversation(conversation=mine, membership=cast.agent)
    block_contact(
        conversation=mine,
        membership=cast.agent,
        until=clock.now() + timedelta(days=2),
        reason=guard.trusted("threats"),
    )
    own = {"sender": "support@borealis.example"}
    raw = letter(phrase, sender="eve@other.example")
    opened(send(raw=raw))
    aside = [
        send(text=phrase, **own),
        send(html=f"<p>{cut}</p>", **own),
        send(raw=b"X-Added: by another server\n" + raw),
        send(text=phrase),
    ]
    assert [each.reason for each in aside] == ["own", "own", "repeated", "blocked"]
    with_original = RawMail.objects.exclude(blob="")
    assert [row.state for row in with_original] == [MailState.RECORDED] * 2
    assert send(text="More of it.", **own).reason == "own"
    assert with_original.all().count() == 3
    lie = {path for path in mail_folder.rglob("*") if path.is_file()} - others
    assert {path.name for path in lie} == {row.blob for row in with_original.all()}


def test_a_report_that_a_person_passes_on_is_their_message(send: Send) -> None:
    """Gmail forwards a bounce with its parts as files: who writes is the customer all the same."""
    status = "Final-Recipient: rfc822; support@borealis.example\nAction: failed\nStatus: 5.1.1\n"
    text = "Your address returns my mail, and my coins are gone."
    raw = letter(text, files=(("status.txt", b"", "text/x-status"),)).decode()
    head, _type, rest = raw.rpartition("Content-Type: text/x-status")
    end = rest[rest.rindex("\n--") :]
    raw = f"{head}Content-Type: message/delivery-status\n\n{status}{end}"
    conversation = opened(send(raw=raw.encode()))
    [event] = messages(conversation)
    assert event.author == Author.CUSTOMER
    assert "my coins are gone" in event.text
    assert conversation.status == Status.BOT
