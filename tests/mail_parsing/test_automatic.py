"""Mails that no person wrote: they must never be answered automatically (RFC 3834)."""

import pytest

from tests.mail_parsing.letters import HEADER
from walletdesk.integrations.email.parsing.message import parse_mail

AUTOMATIC = [
    b"Return-Path: <>",
    b"Return-Path: < >",
    b"Auto-Submitted: auto-replied",
    b'Auto-Submitted: auto-replied; owner-email="a@b.example"',
    b"Auto-Submitted: auto-generated (failure)",
    b"Precedence: bulk",
    b"Precedence: Junk",
    b"Precedence: list",
    b"List-Id: <news.shop.example>",
    b"List-Unsubscribe: <https://shop.example/u>",
    b"X-Auto-Response-Suppress: All",
    b"X-Auto-Response-Suppress: DR, OOF, AutoReply",
    b"X-Auto-Response-Suppress: NRN",
    b"X-Loop: desk@other.example",
    b"X-Autoreply: yes",
    b"X-Autorespond: away",
    b"X-MS-Exchange-Inbox-Rules-Loop: a@b.example",
    b"From: MAILER-DAEMON@mx.example",
    b"From: Postmaster <postmaster@mx.example>",
    b"From: no-reply@shop.example",
    b"From: Shop <noreply+42@shop.example>",
    b"From: do-not-reply@shop.example",
    "Subject: 自动回复: 我在休假".encode(),
    b"Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDmiJHlnKjkvJHlgYc=?=",
    "Subject: Respuesta automática: fuera".encode(),
    b"Subject: Automatic reply: help",
    b"Subject: Out of Office",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
]
BULK = {b"Precedence: bulk", b"Precedence: Junk", b"Precedence: list"}


@pytest.mark.parametrize("field", AUTOMATIC)
def test_automatic(field: bytes) -> None:
    mail = parse_mail(field + b"\r\n" + HEADER + b"\r\nhi")
    assert mail.automatic
    assert mail.bulk == (field in BULK or field.startswith(b"List-"))


@pytest.mark.parametrize(
    "field",
    [
        b"Auto-Submitted: no",
        b"X-Auto-Response-Suppress: none",
        b"Precedence: normal",
        b"Return-Path: <ana@customer.example>",
        b"From: Norep Lyon <noreplyon@customer.example>",
        "Subject: 我收到自动回复，但是没有人联系我".encode(),
        b"Subject: Why do I get an automatic reply?",
    ],
)
def test_a_person_wrote_it(field: bytes) -> None:
    mail = parse_mail(field + b"\r\n" + HEADER + b"\r\nhi")
    assert not mail.automatic
