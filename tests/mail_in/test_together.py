"""Mails that come together share their commit, and no mail pays for its neighbours (R13, R14)."""

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.mail_in.conftest import Send
from tests.mail_in.letters import letter
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Kind
from walletdesk.integrations.email import receiving
from walletdesk.integrations.email.actions.raw import keep_raws, take_due
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.outgoing.compose import heard_in
from walletdesk.integrations.email.receiving import receive_mails, try_again
from walletdesk.integrations.email.rules import TRIES
from walletdesk.integrations.email.types import Envelope, Letter, MailState, Received, Source
from walletdesk.kit import clock

MOST_STATEMENTS = 60  # of a batch of new customers, savepoints of nested actions included
# HTML that is shallow and small, and that takes long to clean all the same.
SLOW = "<b><i><u><a href=x>" * 60 + "<p>x" * 49_000
BREAKS = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON conversations_conversation FOR EACH ROW
WHEN (NEW.unverified) EXECUTE FUNCTION refuse();
"""


def take(account: MailAccount, raws: Sequence[bytes]) -> list[Received]:
    envelope = Envelope(mail_from="somebody@example.net", source=Source.LMTP)
    return receive_mails(account=account, letters=[Letter(raw, envelope) for raw in raws])


def some(count: int, word: str, **fields: str) -> list[bytes]:
    return [
        letter(f"{word} {n}.", sender=f"{word}{n}@mail.example", **fields) for n in range(count)
    ]


def texts() -> list[str]:
    rows = Event.objects.filter(kind=Kind.MESSAGE).order_by("text")
    return [text.rpartition("\n")[2] for text in rows.values_list("text", flat=True)]


def test_the_statements_do_not_grow_with_the_mails(
    account: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "TOGETHER_SECONDS", 60.0)  # a busy machine makes no two of them
    take(account, some(2, "warm"))
    counts = []
    for number, word in ((3, "few"), (20, "many")):
        with CaptureQueriesContext(connection) as asked:
            done = take(account, some(number, word))
        assert {each.state for each in done} == {MailState.RECORDED}
        counts.append(len(asked))
    assert counts[0] == counts[1] <= MOST_STATEMENTS


def test_what_belongs_together_finds_itself_in_one_batch(account: MailAccount) -> None:
    first = letter("The question.", Message_ID="<q@mail.example>")
    answer = letter("More of it.", subject="Re: x", In_Reply_To="<q@mail.example>")
    third = letter("And more.", subject="Re: x", References="<q@mail.example>")
    files = letter("With a file.", files=(("a.txt", b"plain words", "text/plain"),))
    done = take(account, [first, answer, files, first, third])
    assert [each.repeated for each in done] == [False, False, False, True, False]
    assert done[0].conversation == done[1].conversation == done[3].conversation
    assert done[4].conversation == done[0].conversation != done[2].conversation
    [conversation] = Conversation.objects.filter(ref=done[0].conversation)
    said = events_of(conversation).filter(kind=Kind.MESSAGE).order_by("seq")
    assert [each.text[-9:] for each in said] == ["question.", "re of it.", "And more."]
    known = events_of(Conversation.objects.get(ref=done[2].conversation)).get(kind=Kind.MESSAGE)
    assert known.data["files"][0]["name"] == "a.txt"


def test_one_that_cannot_be_recorded_harms_no_neighbour(account: MailAccount) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BREAKS)
    bad = letter("Who am I?", verdict="")
    one, refused, two = take(account, [*some(1, "before"), bad, *some(1, "after")])
    assert (one.state, two.state) == (MailState.RECORDED, MailState.RECORDED)
    assert (refused.state, refused.reason) == (MailState.RECEIVED, "crashed")
    assert texts() == ["after 0.", "before 0."]
    assert RawMail.objects.get(state=MailState.RECEIVED).tries == 1


def test_our_answer_names_their_mail(cast: Cast, send: Send) -> None:
    first = send(Message_ID="<own.123@mail.example>")
    conversation = Conversation.objects.get(ref=first.conversation)
    assert "own.123" not in str(events_of(conversation).get(kind=Kind.MESSAGE).staff_data)
    assert heard_in(conversation) == [("Transfer missing", "<own.123@mail.example>")]
    nameless = letter().replace(b"Message-ID:", b"X-No-Id:")
    found = Conversation.objects.get(ref=send(raw=nameless).conversation)
    assert heard_in(found) == [("Transfer missing", "")]


@pytest.mark.parametrize(
    ("mails", "repeats"), [(6, 3), pytest.param(50, 10, marks=pytest.mark.long)]
)
def test_any_order_in_any_batches_records_each_mail_once(
    account: MailAccount, mails: int, repeats: int
) -> None:
    """R14: the desk stands as after one run in order."""
    raws = some(mails, "shuffled")
    for seed in range(2):
        chance = random.Random(seed)  # noqa: S311 - the same order each time
        order = raws * repeats
        chance.shuffle(order)
        while order:
            size = chance.randint(1, 9)
            take(account, order[:size])
            order = order[size:]
        assert sorted(texts()) == sorted(f"shuffled {n}." for n in range(mails))
    assert RawMail.objects.count() == mails


@pytest.mark.parametrize("killers", [2, pytest.param(200, marks=pytest.mark.long)])
def test_killing_mails_are_set_aside_and_their_neighbours_are_not(
    account: MailAccount, monkeypatch: pytest.MonkeyPatch, killers: int
) -> None:
    """R13: after three tries an operator decides; a time limit of the test's own keeps it short."""
    quick = partial(receiving.parse_confined, seconds=0.1)
    monkeypatch.setattr(receiving, "parse_confined", quick)
    bad = [letter("x", html=SLOW, sender=f"killer{n}@mail.example") for n in range(killers)]
    good = some(killers, "neighbour")
    for at in range(0, killers, 10):
        pairs = zip(bad[at : at + 10], good[at : at + 10], strict=True)
        done = take(account, [raw for pair in pairs for raw in pair])
        assert {each.reason for each in done[::2]} == {"timeout"}
        assert {each.state for each in done[1::2]} == {MailState.RECORDED}
    for _ in range(TRIES - 1):
        for row in RawMail.objects.filter(state=MailState.RECEIVED):
            try_again(row)
    assert RawMail.objects.filter(state=MailState.QUARANTINED).count() == killers
    assert len(texts()) == killers


def test_what_killed_its_reader_is_tried_after_the_others(
    account: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = partial(receiving.parse_confined, seconds=0.02)
    monkeypatch.setattr(receiving, "parse_confined", quick)
    [killer] = take(account, [letter("x", html=SLOW)])
    assert killer.reason == "timeout"
    envelope = Envelope(source=Source.LMTP)
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        waiting = [Letter(raw, envelope) for raw in some(2, "killed us")]
        keep_raws(brand=account.brand, account=account, letters=waiting)
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        due = take_due(most=2)
        assert [each.reason for each in due] == ["", ""]
        assert [each.reason for each in take_due(most=2)] == ["timeout"]


def test_copies_of_several_mails_are_taken_once_though_they_come_together(
    account: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On two ways servers add other fields: the id and the words tell that it is one mail."""
    monkeypatch.setattr(receiving, "TOGETHER_SECONDS", 60.0)  # all of them in one go
    firsts = [
        letter(f"Copied {n}.", sender=f"copied{n}@mail.example", Message_ID=f"<c{n}@mail.example>")
        for n in range(2)
    ]
    seconds = [b"X-Resolved-To: sales@borealis.example\n" + raw for raw in firsts]
    done = take(account, [*firsts, *seconds])
    assert [each.state for each in done[:2]] == [MailState.RECORDED] * 2
    assert [each.reason for each in done[2:]] == ["repeated"] * 2
    assert texts() == ["Copied 0.", "Copied 1."]
