"""A whole mail that says it is ours: what its signature proves, and what nobody can tell."""

import json
from typing import Any

import pytest

from tests.mail_parsing.test_authentication import Table, dns, letter, signed
from walletdesk.integrations.email.pasted import signatures_by
from walletdesk.official.verify import verify
from walletdesk.site.commands.verify import demo_source

OURS = demo_source().registry
DOMAIN = "aurora.example"
KEY = f"s._domainkey.{DOMAIN}"
FROM = next(iter(sorted(s for s in OURS.of("sender") if s.endswith(f"@{DOMAIN}"))))  # type: ignore[arg-type]
SEEN = "Your statement is ready: https://aurora.example/a"


def told(raw: bytes, table: Table) -> tuple[list[str], list[str]]:
    answers = verify(raw.decode(), OURS, signatures=signatures_by(table))
    return [answers[0].verdict.value, answers[0].reason.value], [
        a.reason.value for a in answers[1:]
    ]


@pytest.mark.parametrize(
    ("change", "first", "part"),
    [
        (lambda raw: raw, ["official", "all_parts_official"], "signature_holds"),
        (lambda raw: raw.replace(b"\r\n", b"\n").strip(), ["official", "all_parts_official"],
         "signature_holds"),
        (lambda raw: raw.replace(b"ready", b"overdue"), ["unknown", "signature_broken"],
         "signature_broken"),
        (lambda raw: raw.replace(b"Subject: Help", b"Subject: Pay"),
         ["unknown", "signature_broken"], "signature_broken"),
        (lambda raw: raw.replace(b"d=aurora.example", b"d=\xc3\xa9.invalid"),
         ["official", "all_parts_official"], "signature_not_checked"),
    ],
)  # fmt: skip
def test_what_a_signature_says(change: Any, first: list[str], part: str) -> None:
    raw = change(signed(letter(FROM, SEEN), DOMAIN))
    table = Table(dns(DOMAIN))
    whole, parts = told(raw, table)
    assert whole == first
    assert [p for p in parts if p.startswith("signature")] == [part]
    assert set(table.asked) <= {KEY}


def test_without_a_name_server_nothing_is_guessed() -> None:
    raw = signed(letter(FROM, SEEN), DOMAIN)
    whole, parts = told(raw, Table({}, KEY))
    assert whole == ["official", "all_parts_official"]
    assert parts[-1] == "signature_not_checked"
    assert told(raw[:-4] + "\ufffd".encode(), Table(dns(DOMAIN)))[1][-1] == "signature_not_checked"


def test_nobody_makes_us_ask_strange_domains() -> None:
    """A stranger's mail is not looked up at all; a strange signature below our name neither."""
    for sender, domain in (("a@evil.example", "evil.example"), (FROM, "evil.example")):
        table = Table(dns(domain))
        _whole, parts = told(signed(letter(sender, SEEN), domain), table)
        assert table.asked == []
        assert [p for p in parts if p.startswith("signature")] == (
            ["signature_not_checked"] if sender == FROM else []
        )


def test_answers_are_json() -> None:
    answers = verify(signed(letter(FROM, SEEN), DOMAIN).decode(), OURS)
    assert answers[-1].reason == "signature_not_checked"
    assert json.dumps([a.reason.value for a in answers])
