"""Reports about our mails: standard ones, and the prose of programs that know no standard."""

import pytest

from tests.mail_parsing.letters import multipart, part, plain
from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.integrations.email.parsing.types import BouncedRecipient, BounceKind

DAEMON = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: support@wallet.example\r\n"
STATUS = (
    b"Reporting-MTA: dns; mx.example\r\nOriginal-Envelope-Id: wd+2B42\r\n\r\n"
    b"Final-Recipient: rfc822; <ana@customer.example>\r\nAction: %s\r\nStatus: %s\r\n"
    b"Diagnostic-Code: smtp; 550 said so\r\n"
)


def report(action: bytes, status: bytes) -> bytes:
    return multipart(
        "report; report-type=delivery-status",
        part(b"Content-Type: text/plain", b"sorry"),
        part(b"Content-Type: message/delivery-status", STATUS % (action, status)),
        part(b"Content-Type: text/rfc822-headers", b"Message-ID: <42.1@wallet.example>\r\n"),
        header=DAEMON,
    )


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        (b"failed", b"5.1.1", BounceKind.HARD),
        (b"failed (user unknown)", b"5.1.1 (unknown)", BounceKind.HARD),
        (b"Failed", b"4.4.7", BounceKind.SOFT),
        (b"delayed", b"4.2.2", BounceKind.DELAYED),
        (b"delivered", b"2.0.0", BounceKind.DELIVERED),
        (b"relayed", b"2.1.9", BounceKind.DELIVERED),
        (b"expanded", b"2.1.3", BounceKind.DELIVERED),
        (b"", b"5.0.0", BounceKind.HARD),
    ],
)
def test_delivery_status(action: bytes, status: bytes, kind: BounceKind) -> None:
    bounce = parse_mail(report(action, status)).bounce
    assert bounce is not None
    assert bounce.kind == kind
    assert bounce.recipients[0].address == "ana@customer.example"
    assert bounce.recipients[0].status == status.split()[0].decode()
    assert bounce.original_message_id == "42.1@wallet.example"
    assert bounce.envelope_token == "wd+42"


def test_no_nul_of_a_report_is_kept() -> None:
    raw = report(b"delay\0ed", b"4.2.2").replace(b"wd+2B42", b"wd+0042")
    bounce = parse_mail(raw).bounce
    assert bounce is not None
    assert (bounce.kind, bounce.recipients[0].action) == (BounceKind.DELAYED, "delayed")
    assert bounce.envelope_token == "wd42"


def prose(subject: str, body: str, header: bytes = DAEMON) -> bytes:
    return header + f"Subject: {subject}\r\n".encode() + plain(body.encode())[len_of_header() :]


def len_of_header() -> int:
    return plain(b"").index(b"Content-Type")


PROSE = {
    "qmail": (
        "failure notice",
        """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ana@customer.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <42.1@wallet.example>
""",
        BounceKind.HARD,
        "5.1.1",
    ),
    "exim": (
        "Mail delivery failed: returning message to sender",
        """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its recipients.

  ana@customer.example
    SMTP error: 550 5.1.1 unknown user

------ This is a copy of the message, including all the headers. ------

Message-ID: <42.1@wallet.example>
""",
        BounceKind.HARD,
        "5.1.1",
    ),
    "exchange": (
        "Undeliverable: Help",
        """Your message did not reach some or all of the intended recipients.

      Subject: Help

The following recipient(s) could not be reached:

      ana@customer.example on 5/6/2026
            The e-mail address could not be found. <mx.example #5.1.1>

Original message headers:
Message-ID: <42.1@wallet.example>
""",
        BounceKind.HARD,
        "5.1.1",
    ),
    "QQ Mail": (
        "系统退信",
        """抱歉，您的邮件被退回来了……
原邮件信息：
无法发送到 ana@customer.example
退信原因：收件人邮件地址（ana@customer.example）不存在，邮件无法送达。
host mx.example said: 550 5.1.1 Mailbox not found

原始邮件
Message-ID: <42.1@wallet.example>
""",
        BounceKind.HARD,
        "5.1.1",
    ),
    "163, full": (
        "系统退信/Systems bounce",
        """您的邮件未能成功投递至以下收件人：
<ana@customer.example>
错误原因：对方邮箱已满

原始邮件
Message-ID: <42.1@wallet.example>
""",
        BounceKind.SOFT,
        "",
    ),
    "Spanish": (
        "No se pudo entregar: Ayuda",
        """No se pudo entregar el mensaje a ana@customer.example: el usuario no existe. 5.1.1

Mensaje original
Message-ID: <42.1@wallet.example>
""",
        BounceKind.HARD,
        "5.1.1",
    ),
    "delay": (
        "Delayed Mail (still being retried)",
        """THIS IS A WARNING ONLY. Your message could not be delivered for 4 hours.
It will be retried.
<ana@customer.example>: 4.4.1 timed out

Original message
Message-ID: <42.1@wallet.example>
""",
        BounceKind.DELAYED,
        "4.4.1",
    ),
}


@pytest.mark.parametrize("name", PROSE)
def test_prose(name: str) -> None:
    subject, body, kind, status = PROSE[name]
    bounce = parse_mail(prose(subject, body.replace("\n", "\r\n"))).bounce
    assert bounce is not None
    assert (bounce.kind, bounce.original_message_id) == (kind, "42.1@wallet.example")
    assert [(each.address, each.status) for each in bounce.recipients] == [
        ("ana@customer.example", status)
    ]


def test_a_customer_who_writes_about_a_bounce_is_no_bounce() -> None:
    raw = plain("No se pudo entregar el mensaje a luis@x.example, 退信".encode())
    mail = parse_mail(raw)
    assert mail.bounce is None
    assert not mail.automatic


def test_a_complaint_names_the_mail_and_who_complained() -> None:
    mail = parse_mail(
        multipart(
            "report; report-type=feedback-report",
            part(b"Content-Type: text/plain", b"abuse"),
            part(
                b"Content-Type: message/feedback-report",
                b"Feedback-Type: abuse\r\nOriginal-Rcpt-To: <ana@customer.example>\r\n",
            ),
            part(b"Content-Type: message/rfc822", b"Message-ID: <42.1@wallet.example>\r\n\r\nhi"),
        )
    )
    assert mail.bounce is not None
    assert mail.bounce.kind == BounceKind.COMPLAINT
    assert mail.bounce.original_message_id == "42.1@wallet.example"
    assert mail.bounce.recipients == (BouncedRecipient("ana@customer.example", "", "", "abuse"),)


def test_that_somebody_found_it_no_spam_is_no_complaint() -> None:
    feedback = part(b"Content-Type: message/feedback-report", b"Feedback-Type: not-spam\r\n")
    assert parse_mail(multipart("report", feedback)).bounce is None


def test_a_notice_that_a_mail_was_read_is_automatic_and_no_bounce() -> None:
    notice = part(
        b"Content-Type: message/disposition-notification",
        b"Final-Recipient: rfc822; a@b.example\r\nDisposition: manual-action; displayed\r\n",
    )
    mail = parse_mail(multipart("report; report-type=disposition-notification", notice))
    assert mail.automatic
    assert mail.bounce is None
