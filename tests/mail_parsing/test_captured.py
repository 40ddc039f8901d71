"""Mails as programs really send them: what somebody wrote is told from what is quoted below."""

import json
from pathlib import Path

import pytest

from tests.mail_parsing.letters import CAPTURED
from walletdesk.integrations.email.parsing.as_json import as_json
from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.integrations.email.parsing.quotes import reply_of
from walletdesk.integrations.email.parsing.types import BounceKind

REPLIES = sorted((CAPTURED / "replies").glob("*.eml"))
DISCOURSE = sorted(
    each for each in (CAPTURED / "discourse").glob("*.txt") if each.stem.find(".") < 0
)
ALL = sorted(CAPTURED.glob("*/*.eml"))


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("path", REPLIES, ids=lambda path: path.stem)
def test_a_reply_ends_where_the_quotation_of_its_program_begins(path: Path) -> None:
    mail = parse_mail(path.read_bytes())
    expected = path.with_name(f"{path.stem}.reply.txt").read_text("utf-8")
    assert words(mail.reply) == words(expected)
    assert not mail.problems
    assert len(mail.text) >= len(mail.reply)


@pytest.mark.parametrize("path", DISCOURSE, ids=lambda path: path.stem)
def test_replies_of_the_corpus_of_discourse(path: Path) -> None:
    expected = path.with_name(f"{path.stem}.trimmed.txt").read_text("utf-8")
    assert words(reply_of(path.read_text("utf-8"))) == words(expected)


CHARSETS = {
    "japanese": "かきくえこ",
    "japanese_attachment": "testing",
    "japanese_iso_2022": "すみません。",
    "japanese_shift_jis": "あいうえお",
    "ks_c_5601-1987": "스티해",
}


@pytest.mark.parametrize("name", CHARSETS)
def test_charsets_of_the_corpus_of_mail(name: str) -> None:
    mail = parse_mail((CAPTURED / "charsets" / f"{name}.eml").read_bytes())
    assert mail.text.startswith(CHARSETS[name])


def test_a_name_that_is_written_in_several_pieces_is_put_together() -> None:
    path = CAPTURED / "charsets" / "japanese_attachment_long_name.eml"
    (file,) = parse_mail(path.read_bytes()).attachments
    assert file.name == "かきくけこ" * 5 + ".txt"


BOUNCES = {
    "broken-mime": (BounceKind.HARD, "info@example.net", ""),
    "complaint-aol": (BounceKind.COMPLAINT, "redacted@aol.com", "20101117174130.28884.55421@luna"),
    "complaint-yahoo": (
        BounceKind.COMPLAINT,
        "user@yahoo.com",
        "20120711015015.4A8BE2E088E@www.example.com",
    ),
    "delayed": (BounceKind.SOFT, "foo@example.com", ""),
    "delayed-broken": (BounceKind.SOFT, "demo@example.com", ""),
    "gmail-invalid-address": (
        BounceKind.HARD,
        "awfawfawfawfawfaw@someserverhere.com",
        "CAKsfaBUUGqVZiaMrmH3TRPfq1odQPtM7Ey5YW1SgyJJRHtAjgw@mail.gmail.com",
    ),
    "mailbox-full": (BounceKind.HARD, "user@aol.com", "4E326A95.3010907@example.com"),
    "no-mx": (BounceKind.DELAYED, "user@example.com", "19E44CA63F984902B7D654F8FF40F89D@bo"),
    "zed": (
        BounceKind.HARD,
        "asdfasdfasdfasdfasdfasdfewrqertrtyrthsfgdfgadfqeadvxzvz@gmail.com",
        "20090708054735.GC7578@example.com",
    ),
}


@pytest.mark.parametrize("name", BOUNCES)
def test_reports_of_the_corpus_of_flanker(name: str) -> None:
    kind, address, message_id = BOUNCES[name]
    mail = parse_mail((CAPTURED / "bounces" / f"{name}.eml").read_bytes())
    assert mail.bounce is not None
    assert mail.automatic
    found = mail.bounce
    assert (found.kind, found.recipients[0].address) == (kind, address)
    assert found.original_message_id == message_id


def test_the_example_of_rfc_8621_is_taken_apart_as_it_says() -> None:
    mail = parse_mail((CAPTURED / "structure" / "rfc-007.eml").read_bytes())
    assert words(mail.text) == "A E K"
    assert [file.size for file in mail.attachments] == [1, 1, 1, 1, 13]
    assert mail.attachments[-1].type == "message/rfc822"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_captured_mail_can_be_printed(path: Path) -> None:
    printed = json.dumps(as_json(parse_mail(path.read_bytes())), ensure_ascii=False)
    assert json.loads(printed)["message_id"]
    printed.encode()
