"""Mails made to kill, hang or fool the parser (S33, S35, R25): it never raises, in linear time."""

import importlib
import json
import os
import pkgutil
import random
import re
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.mail_parsing.letters import CAPTURED, HEADER, html, plain
from tests.work import costs_less_than
from walletdesk.integrations.email import parsing
from walletdesk.integrations.email.parsing.as_json import as_json
from walletdesk.integrations.email.parsing.confined import parse_confined
from walletdesk.integrations.email.parsing.message import parse_header, parse_mail
from walletdesk.integrations.email.parsing.quotes import reply_of
from walletdesk.integrations.email.parsing.types import ParsedMail

SEEDS = [path.read_bytes() for path in sorted(CAPTURED.glob("*/*.eml"))]
KINDS = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def check(mail: ParsedMail) -> None:
    """What holds for every mail: it can be stored, printed and shown."""
    printed = json.dumps(as_json(mail), ensure_ascii=False)
    printed.encode()  # no lone surrogates
    assert "\x00" not in printed
    assert "\\u0000" not in printed
    assert mail.message_id
    assert len(mail.subject) <= 998
    assert "\n" not in mail.subject
    names = [file.name for file in mail.attachments]
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.search(r"[/\\\x00-\x1f]", name) or len(name) > 140]
    assert "<script" not in mail.html


BOMBS = {
    "nested comments": b"From: " + b"(" * 2_000 + b"\r\n\r\nx",
    "nested multiparts": HEADER
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(5_000)
    ),
    "20,000 pieces of a parameter": HEADER
    + b"Content-Type: application/x"
    + b"".join(b";\r\n name*%d=x" % n for n in range(20_000))
    + b"\r\n\r\nx",
    "20,000 addresses": b"To: "
    + b", ".join(b"u%d@x.example" % n for n in range(20_000))
    + b"\r\n\r\nx",
    "15,000 encoded words": b"Subject: "
    + b" ".join(b"=?utf-8?q?x%d?=" % n for n in range(15_000))
    + b"\r\n\r\nx",
    "words never closed": b"Subject: " + b"=?" * 100_000 + b"\r\n\r\n",
    "brackets": b"From: " + b"<" * 100_000 + b"\r\n\r\nx",
    "quotes": b"From: " + b'"\\' * 50_000 + b"\r\n\r\nx",
    "spaces": b"From: " + b" " * 500_000 + b"x@y\r\n\r\n",
    "parameters without equals": b"Content-Type: a/b;" + b"x" * 90_000 + b"\r\n\r\n",
    "semicolons": b"Content-Type: a/b" + b";" * 90_000 + b"\r\n\r\n",
    "boundaries": HEADER + KINDS + b"--b\r\n" * 200_000,
    "nearly boundaries": HEADER + KINDS + b"\r\n--b " * 200_000,
    "empty boundary": HEADER
    + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n'
    + b"--\r\n" * 50_000,
    "header flood": b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nx",
    "one long field": b"X: " + b"y" * 2_000_000,
    "folds": b"Subject: x" + b"\r\n y" * 100_000 + b"\r\n\r\n",
    "nul": bytes(200_000),
    "newlines": HEADER + b"\r\n" * 500_000,
    "base64 of equals": HEADER
    + b"Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b"ab==" * 200_000,
    "uuencode begins": plain(b"begin 644 x\n" * 50_000),
    "TNEF": HEADER
    + b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22"
    + b"\xff" * 50_000,
    "deep html": html("<div>" * 100_000),
    "wide html": html("<a href=x>y</a>" * 20_000),
    "entities": html("&amp;" * 50_000),
    "flowed": HEADER + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"x \n" * 300_000,
    "zip": HEADER + b"Content-Type: application/zip\r\n\r\nPK\3\4" + bytes(100_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_read(name: str) -> None:
    check(parse_mail(BOMBS[name]))


@given(st.binary(max_size=3_000))
@example(b"")
@example(b"\r\n")
@example(b"From:\x00\r\n\r\n")
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    check(parse_mail(raw))
    check(parse_header(raw, "timeout"))


@given(st.text(max_size=2_000))
@settings(max_examples=40, deadline=None)
def test_a_reply_says_nothing_that_the_mail_does_not(text: str) -> None:
    text = text.replace("\r", "\n")
    said = set(" ".join(text.replace("&nbsp;", " ").replace("\xa0", " ").split()))
    assert set(" ".join(reply_of(text).split())) <= said | {" "}


def mutated(rng: random.Random) -> bytes:
    """Return a captured mail after a few accidents."""
    raw = bytearray(rng.choice(SEEDS)[:60_000])
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(raw) + 1)
        length = rng.choice((1, 1, 4, 40, 400))
        match rng.randrange(7):
            case 0:
                del raw[at : at + length]
            case 1:
                raw[at:at] = rng.randbytes(length)
            case 2:
                raw[at:at] = raw[at : at + length] * rng.randint(1, 20)
            case 3:
                other = rng.choice(SEEDS)
                start = rng.randrange(len(other))
                raw[at:at] = other[start : start + length * 4]
            case 4:
                raw[at : at + 1] = bytes((rng.randrange(256),))
            case 5:
                raw = bytearray(raw.replace(b"\r\n", rng.choice((b"\n", b"\r", b"\r\n\r\n")), 5))
            case _:
                raw[at:at] = rng.choice(PIECES)
    return bytes(raw)


PIECES = (
    b"--", b"\r\n--=b\r\n", b"=?utf-8?B?", b"?=", b"Content-Type: message/rfc822\r\n\r\n",
    b"\x00", b"\x1b$B", b"Content-Transfer-Encoding: base64\r\n", b"<div><table>", b"&#x110000;",
    b"charset=utf-7", b'";', b"(", b"begin 644 x\n", b"+2AA-", b"\xff\xfe", b"From: a@b.c\r\n",
    b"<![CDATA[", b"<!--", b"name*0*=x''%",
)  # fmt: skip


def test_captured_mails_after_accidents() -> None:
    rng = random.Random(20260506)  # noqa: S311 - the same accidents each time
    for _ in range(400):
        check(parse_mail(mutated(rng)))


@pytest.mark.long
def test_ten_minutes_of_accidents_in_the_child() -> None:
    """R25: nothing uncaught, at most 2 s for a mail. FUZZ_SECONDS shortens it."""
    seed = int(os.environ.get("FUZZ_SEED", str(time.time_ns())))
    rng = random.Random(seed)  # noqa: S311 - accidents, not secrets
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "600"))
    count = 0
    while time.monotonic() < end:
        raw = mutated(rng)
        mail = parse_confined(raw)
        check(mail)
        assert not {"crashed", "memory"} & set(mail.problems), (seed, count)
        if "timeout" in mail.problems:  # of a busy machine, or of this mail?
            assert costs_less_than(1, partial(parse_mail, raw)), (seed, count)
        count += 1
    assert count > 100


AnyPattern = re.Pattern[str] | re.Pattern[bytes]
SCANS = {"search", "finditer", "findall", "sub", "split"}


def patterns() -> list[tuple[str, AnyPattern, set[str]]]:
    """Return every compiled pattern of the parser, and in which ways the parser uses it."""
    folder = Path(parsing.__path__[0])
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    found = []
    for info in pkgutil.iter_modules(parsing.__path__):
        if info.name == "child":
            continue
        module = importlib.import_module(f"{parsing.__name__}.{info.name}")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                used = set(re.findall(rf"\b{name}\.([a-z]+)\(", source))
                ways = {"search" if way in SCANS else way for way in used} or {"search"}
                found.append((f"{info.name}.{name}", value, ways))
    return found


ATTACKS = (
    "a", " ", "\t", "\n", "-", "- ", ">", "> ", "|", "| ", "=", "=?", "<", "<a ", "<img ", '"',
    "\\", "(", ",", ";", ":", ".", "@", "a@", "a.", "a@a.", "0", "1.", "On ", "On 1 ", "wrote ",
    "schrieb ", "From: ", "from", "sent ", "名", "发件人", "写道 ", "主 ", "--", "-- original ",
    "_ ",
    "a=1 ", "a=", "*0*=", "%41", "display: ", "=?a?q?", "\r\n ", "Date: 1", "5.1.1.",
    "original ", "begin 644 ", "charset ", "cid:", "&nbsp;", "2026-05-06 ", "T", "<a@a", "[",
    "Re: ",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pattern", "ways"), [pytest.param(*each, id=each[0]) for each in patterns()]
)
def test_no_pattern_takes_more_than_linear_time(
    name: str, pattern: AnyPattern, ways: set[str]
) -> None:
    """S35. CPU time, far above what linear patterns need: quadratic ones take seconds here."""
    limit = 400 if name.startswith("quote_words") else 10_000  # longer lines are text, unseen
    for attack in ATTACKS:
        text = (attack * limit)[:limit] + "\x01"
        subject = text if isinstance(pattern.pattern, str) else text.encode()
        for way in ways:
            assert costs_less_than(0.5, partial(getattr(pattern, way), subject)), attack


def test_the_command_line_shapes_never_change() -> None:
    keys = list(as_json(parse_mail(Path(CAPTURED / "bounces" / "zed.eml").read_bytes())))
    assert keys == [
        "message_id", "from", "reply_to", "to", "cc", "subject", "text", "reply", "html",
        "attachments", "automatic", "bounce", "problems",
    ]  # fmt: skip
