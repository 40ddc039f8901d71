"""Who a From field names. Whatever two readers could read differently identifies nobody (S16)."""

import pytest

from walletdesk.integrations.email.parsing.addresses import is_address, read_addresses
from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.integrations.email.parsing.types import Mailbox

PLAIN = {
    b"ana@customer.example": ("", "ana@customer.example"),
    b"Ana <Ana.P@Customer.EXAMPLE>": ("Ana", "Ana.P@customer.example"),
    b'"Perez, Ana" <ana@customer.example>': ("Perez, Ana", "ana@customer.example"),
    b"=?utf-8?b?5byg5LiJ?= <z@qq.com>": ("张三", "z@qq.com"),
    b"=?utf-8?Q?Doe,_John?= <j@x.example>": ("Doe, John", "j@x.example"),
    b"ana@customer.example (Ana P)": ("Ana P", "ana@customer.example"),
    b'"a b"@customer.example': ("", '"a b"@customer.example'),
    "Ana <ana@correo.españa.example>".encode(): ("Ana", "ana@correo.españa.example"),
    b"ana@customer.example <ana@customer.example>": (
        "ana@customer.example",
        "ana@customer.example",
    ),
    b"Ana\r\n <ana@customer.example>": ("Ana", "ana@customer.example"),
    b"Ana <ana@[192.0.2.1]>": ("Ana", "ana@[192.0.2.1]"),
}


@pytest.mark.parametrize("field", PLAIN)
def test_one_mailbox_identifies(field: bytes) -> None:
    mail = parse_mail(b"From: " + field + b"\r\n\r\nhi")
    assert mail.sender == Mailbox(*PLAIN[field])
    assert not mail.sender_defect


# The victim is agent@victim.example in all of them.
DEFECTS = {
    "unquoted address as name": b"From: agent@victim.example <a@attacker.example>\r\n",
    "encoded word holds an address and a bracket": (
        b"From: =?utf-8?q?agent=40victim.example=3e=00?=foo@attacker.example\r\n"
    ),
    "two fields": b"From: agent@victim.example\r\nFrom: a@attacker.example\r\n",
    "two fields, one after a bare CR": b"From: a@attacker.example\rFrom: agent@victim.example\r\n",
    "several": b"From: agent@victim.example, a@attacker.example\r\n",
    "group": b"From: Agents: agent@victim.example;\r\n",
    "empty group": b"From: undisclosed:;\r\n",
    "CVE-2023-27043, bracket": b"From: agent@victim.example)a@attacker.example\r\n",
    "CVE-2023-27043, angle": b"From: agent@victim.example<a@attacker.example>\r\n",
    "CVE-2023-27043, quote": b'From: "agent@victim.example"a@attacker.example\r\n',
    "two in angles": b"From: <agent@victim.example> <a@attacker.example>\r\n",
    "angle in angle": b"From: <agent@victim.example<a@attacker.example>>\r\n",
    "two at signs": b"From: agent@victim.example@attacker.example\r\n",
    "encoded word in the address": b"From: <=?utf-8?q?agent?=@victim.example>\r\n",
    "all encoded": b"From: =?utf-8?q?agent=40victim.example?=\r\n",
    "nul": b"From: agent@victim.example\x00 <a@attacker.example>\r\n",
    "comment not closed": b"From: a@attacker.example (agent@victim.example\r\n",
    "no domain": b"From: agent\r\n",
    "no field": b"To: x@y.example\r\n",
    "empty": b"From:\r\n",
    "zero width": "From: agent@vic\u200btim.example\r\n".encode(),
    "bidi": "From: agent@\u202eelpmaxe.mitciv\r\n".encode(),
    "spaces": b"From: agent @ victim.example\r\n",
    "dot at the end": b"From: agent@victim.example.\r\n",
    "glued": b"Date: 6 May 2026 10:12:00 +0000From: agent@victim.example\r\nFrom: a@b.example\r\n",
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_field_with_any_defect_identifies_nobody(name: str) -> None:
    mail = parse_mail(DEFECTS[name] + b"Subject: x\r\n\r\nhi")
    assert mail.sender_defect
    assert "sender_defect" in mail.problems


def test_of_an_address_in_the_name_the_one_in_brackets_counts() -> None:
    mail = parse_mail(b"From: =?utf-8?q?agent=40victim.example?= <a@attacker.example>\r\n\r\nhi")
    assert mail.sender == Mailbox("agent@victim.example", "a@attacker.example")


@pytest.mark.parametrize(
    "address", ["", "a", "@b.example", "a@", "a b@c.example", "a@b..c", "a@-b.example", "a\n@b.c"]
)
def test_no_address(address: str) -> None:
    assert not is_address(address)


def test_lists_are_read_with_groups_comments_and_gaps() -> None:
    read = read_addresses(b'A: Ed <ed@a.test>,joe@b.test; , (x) Bob bob@c.test, "x\\"y" <y@d.test>')
    assert [(each.name, each.address) for each in read.mailboxes] == [
        ("Ed", "ed@a.test"),
        ("", "joe@b.test"),
        ("Bob", "bob@c.test"),
        ('x"y', "y@d.test"),
    ]


def test_a_bcc_is_seen_by_where_the_mail_was_delivered() -> None:
    mail = parse_mail(
        b"Delivered-To: support+t7.abc@wallet.example\r\nX-Original-To: Desk@Wallet.example\r\n"
        b"To: undisclosed-recipients:;\r\n\r\nhi"
    )
    assert mail.delivered_to == ("support+t7.abc@wallet.example", "Desk@wallet.example")
    assert mail.to == ()
