"""Structure, transfer encodings, charsets, names: honest mails, and broken ones read as meant."""

import hashlib
import struct
from base64 import b64encode

import pytest

from tests.mail_parsing.letters import HEADER, PNG, base64_file, html, multipart, part, plain
from walletdesk.integrations.email.parsing.message import parse_mail

ZH = "转账还没有到账"
TEXT = b"Content-Type: text/plain; charset=utf-8"
HTML = b"Content-Type: text/html; charset=utf-8"

CHARSETS = {
    "gb2312 that is gb18030": (plain("镕的转账".encode("gb18030"), "gb2312"), "镕的转账", ()),
    "x-gbk": (plain(ZH.encode("gb18030"), "x-gbk"), ZH, ()),
    "iso-gb2312": (plain(ZH.encode("gb18030"), "iso-gb2312"), ZH, ()),
    "hz": (plain(ZH.encode("hz"), "hz-gb-2312"), ZH, ()),
    "big5": (plain("轉帳還沒有到".encode("big5hkscs"), "big5"), "轉帳還沒有到", ()),
    "windows-31j": (plain("髙橋".encode("cp932"), "windows-31j"), "髙橋", ()),
    "x-sjis": (plain("かな".encode("cp932"), "x-sjis"), "かな", ()),
    "raw iso-2022-jp": (plain("かな漢字".encode("iso2022_jp"), "us-ascii"), "かな漢字", ()),
    "euc-kr that is cp949": (plain("똠방각하".encode("cp949"), "euc-kr"), "똠방각하", ()),
    "latin-1 that is cp1252": (plain(b"caf\xe9 \x93hola\x94", "iso-8859-1"), "café “hola”", ()),
    "latin-1 that is utf-8": (
        plain("café".encode(), "iso-8859-1"),
        "café",
        ("charset_guessed",),
    ),
    "gb2312 that is utf-8": (plain(ZH.encode(), "gb2312"), ZH, ("charset_guessed",)),
    "gbk that could be utf-8": (plain("联通".encode("gbk"), "gbk"), "联通", ()),
    "us-ascii with high bytes": (
        plain("mañana".encode(), "us-ascii"),
        "mañana",
        ("charset_guessed",),
    ),
    "iso-8859-8-i": (plain("שלום".encode("iso8859_8"), "iso-8859-8-i"), "שלום", ()),
    "ansi_x3.110-1983": (plain(b"caf\xe9", "ansi_x3.110-1983"), "café", ()),
    "cp-850": (plain("año".encode("cp850"), "cp-850"), "año", ()),
    "x-mac-cyrillic": (plain("Привет".encode("mac_cyrillic"), "x-mac-cyrillic"), "Привет", ()),
    "unknown-8bit": (plain(ZH.encode("gb18030"), "unknown-8bit"), ZH, ("charset_guessed",)),
    "x-unknown": (plain(ZH.encode(), "x-unknown"), ZH, ("charset_guessed",)),
    "nonsense": (plain(ZH.encode(), "klingon"), ZH, ("unknown_charset",)),
    "no codec for mail": (plain(b"abc", "idna"), "abc", ("unknown_charset",)),
    "bytes codec": (plain(b"abc", "base64"), "abc", ("unknown_charset",)),
    "utf-8 cut in a character": (plain(ZH.encode()[:-1]), ZH[:-1] + "\ufffd", ("charset_damaged",)),
    "utf-8 that is gb18030": (plain(ZH.encode("gb18030")), ZH, ("charset_guessed",)),
    "utf-16": (plain(ZH.encode("utf-16"), "utf-16"), ZH, ()),
    "utf-7 with lone surrogates": (plain(b"a+2AA-b", "utf-7"), "a\ufffdb", ()),
    "byte order mark": (plain(b"\xef\xbb\xbfabc"), "abc", ()),
    "nul and controls": (plain(b"a\x00b\x07c\r\nd\re"), "abc\nd\ne", ()),
    "meta": (
        HEADER + b'Content-Type: text/html\r\n\r\n<meta charset="gbk">' + ZH.encode("gbk"),
        ZH,
        (),
    ),
}


@pytest.mark.parametrize("name", CHARSETS)
def test_charsets(name: str) -> None:
    raw, text, problems = CHARSETS[name]
    mail = parse_mail(raw)
    assert (mail.text, mail.problems) == (text, problems)


TRANSFERS = {
    "base64": (plain(b64encode(ZH.encode()), encoding="base64"), ()),
    "base64 in capitals": (plain(b64encode(ZH.encode()), encoding="BASE64 (x); y"), ()),
    "base64 with junk": (
        plain(b"**** " + b64encode(ZH.encode()), encoding="base64"),
        ("broken_transfer_encoding",),
    ),
    "base64 without padding": (
        plain(b64encode(ZH.encode() + b" ").rstrip(b"="), encoding="base64"),
        (),
    ),
    "base64 that is none": (
        plain(ZH.encode(), encoding="base64"),
        ("broken_transfer_encoding",),
    ),
    "two in one": (
        plain(b64encode(ZH.encode()[:4]) + b"\r\n" + b64encode(ZH.encode()[4:]), encoding="base64"),
        ("broken_transfer_encoding",),
    ),
    "unknown": (plain(ZH.encode(), encoding="x-strange"), ("unknown_transfer_encoding",)),
    "7-bit": (plain(ZH.encode(), encoding="7-bit"), ()),
    "quoted printable": (
        plain(b"".join(b"=%02X" % byte for byte in ZH.encode()), encoding="Quoted-Printable;"),
        (),
    ),
}


@pytest.mark.parametrize("name", TRANSFERS)
def test_transfer_encodings(name: str) -> None:
    raw, problems = TRANSFERS[name]
    mail = parse_mail(raw)
    assert mail.text.strip() == ZH
    assert mail.problems == problems


SUBJECTS = {
    b"=?utf-8?B?6L0=?=\r\n =?utf-8?B?rOi0pg==?=": "转账",  # a character over two words
    b"=?gb2312?B?16rVyw==?= [#12]": "转账 [#12]",
    b"=?UTF-8?Q?R=C3=A9?= de la =?UTF-8?Q?r=C3=A9?=": "Ré de la ré",
    "转账".encode(): "转账",
    b"=?utf-8?Q?Why?_Because?= x": "Why? Because x",
    b"=?utf-8?Q?open": "=?utf-8?Q?open",
    b"=?x-none?Q?a?= =?utf-8?B?!!!?=": "a",
    b"a\r\n \tb": "a b",
    b"=?utf-8?Q?a=0D=0ABcc:_x?=": "a Bcc: x",
    b"=?iso-2022-jp?B?GyRCJCsbKEI=?=": "か",
}


@pytest.mark.parametrize("field", SUBJECTS)
def test_subjects(field: bytes) -> None:
    assert parse_mail(b"Subject: " + field + b"\r\n\r\n").subject == SUBJECTS[field]


NAMES = {
    b"filename*=utf-8''%E8%BD%AC.txt": "转.txt",
    b"filename*0*=gbk''%D7%AA; filename*1=\".txt\"": "转.txt",
    b'filename="=?utf-8?B?6L2sLnR4dA==?="': "转.txt",
    "filename=转.txt".encode(): "转.txt",
    b"filename=my own file.txt": "my own file.txt",
    b'filename="../../etc/passwd"': "passwd",
    b'filename="C:\\\\x\\\\y.txt"': "y.txt",
    'filename="a\u202etxt.exe"'.encode(): "atxt.exe",
    b'filename="a\x00b\r\n c.txt"': "ab c.txt",
    b'filename="' + b"x" * 300 + b'.pdf"': "x" * 116 + ".pdf",
    b"filename=": "attachment-1.txt",
    b'filename="."': "file",
}


@pytest.mark.parametrize("field", NAMES)
def test_names_of_attachments_are_safe(field: bytes) -> None:
    raw = HEADER + b"Content-Type: text/plain\r\nContent-Disposition: attachment; " + field
    (file,) = parse_mail(raw + b"\r\n\r\nabc").attachments
    assert file.name == NAMES[field]


def test_types_come_from_what_is_inside() -> None:
    files = (
        base64_file("a.txt", PNG),
        base64_file("b.png", b"<script>", "image/png"),
        base64_file("c", b"%PDF-1.7", "text/html"),
        base64_file("d", b"x", "not a type"),
        base64_file("e", b"plain words"),
    )
    mail = parse_mail(multipart("mixed", *files))
    assert [file.type for file in mail.attachments] == [
        "image/png",
        "application/octet-stream",
        "application/pdf",
        "text/plain",
        "text/plain",
    ]
    assert mail.attachments[0].md5 == hashlib.md5(PNG, usedforsecurity=False).hexdigest()


def test_equal_names_are_told_apart() -> None:
    mail = parse_mail(multipart("mixed", *(base64_file("a.txt", b"x") for _ in range(3))))
    assert [file.name for file in mail.attachments] == ["a.txt", "a (2).txt", "a (3).txt"]


def test_html_is_chosen_and_an_empty_one_is_not() -> None:
    text, rich = part(TEXT, b"plain"), part(HTML, b"<p>rich</p>")
    assert parse_mail(multipart("alternative", text, rich)).text == "rich"
    assert parse_mail(multipart("alternative", rich, text)).text == "rich"
    empty = part(HTML, b"<div>&nbsp;</div>")
    assert parse_mail(multipart("alternative", text, empty)).text.strip() == "plain"
    styled = part(HTML, b"<html><head><style>p{margin:0}</style></head><body></body></html>")
    assert parse_mail(multipart("alternative", text, styled)).text == "plain"


def test_the_parts_of_apple_mail_are_put_together_in_order() -> None:
    parts = (part(HTML, b"<b>one</b>"), base64_file("a.png", PNG), part(HTML, b"<i>two</i>"))
    mail = parse_mail(multipart("mixed", *parts))
    assert mail.text.split() == ["one", "two"]
    assert mail.html == "<b>one</b>\n<i>two</i>"
    assert [file.name for file in mail.attachments] == ["a.png"]


def test_pictures_inside_of_html_stay_there() -> None:
    picture = b"Content-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64"
    body = part(HTML, b'see <img src="cid:pic@x"> and <img src="https://t.example/1.gif">')
    mail = parse_mail(multipart("related", body, part(picture, b64encode(PNG))))
    assert mail.html == 'see <img src="cid:pic@x"> and <img>'
    assert [(file.inline, file.content_id) for file in mail.attachments] == [(True, "pic@x")]
    assert mail.problems == ("remote_content",)


def test_a_mail_in_a_mail_is_an_attachment() -> None:
    inner = part(b"Content-Type: message/rfc822", b"Subject: Inner\r\n\r\nsecret")
    mail = parse_mail(multipart("mixed", part(TEXT, b"outer"), inner))
    assert mail.text == "outer"
    assert [(file.name, file.data) for file in mail.attachments] == [
        ("Inner.eml", b"Subject: Inner\r\n\r\nsecret")
    ]


BROKEN = {
    "bare CR": (HEADER.replace(b"\r\n", b"\r") + b"\rhello", "hello", "bare_cr"),
    "bare LF": (HEADER.replace(b"\r\n", b"\n") + b"\nhello", "hello", ""),
    "no boundary parameter": (
        HEADER + b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhello\r\n--x--\r\n",
        "hello",
        "missing_boundary",
    ),
    "wrong boundary": (
        HEADER + b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--x\r\n\r\nhello\r\n--x--\r\n",
        "hello",
        "missing_boundary",
    ),
    "nothing to split": (
        HEADER + b"Content-Type: multipart/mixed; boundary=y\r\n\r\nhello",
        "hello",
        "missing_boundary",
    ),
    "no end": (
        HEADER + b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nhello",
        "hello",
        "",
    ),
    "glued": (
        b"Date: Wed, 6 May 2026 10:12:00 +0000Received: from x\r\n" + HEADER + b"\r\nhello",
        "hello",
        "glued_header_lines",
    ),
    "no header": (b"hello", "hello", "no_header"),
    "empty lines first": (b"\r\n\r\n" + HEADER + b"\r\nhello", "hello", ""),
    "mbox": (b"From ana Wed May  6\n" + HEADER + b"\r\nhello", "hello", ""),
    "uuencode": (
        plain(b"begin 644 x.txt\r\n#0V%T\r\n`\r\nend\r\nhello"),
        "hello",
        "",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_mails_are_read_as_they_were_meant(name: str) -> None:
    raw, text, problem = BROKEN[name]
    mail = parse_mail(raw)
    assert mail.text.strip() == text
    if problem:
        assert problem in mail.problems


def test_uuencoded_files_are_attachments() -> None:
    mail = parse_mail(plain(b"hi\r\nbegin 644 x.txt\r\n#0V%T\r\n`\r\nend\r\n"))
    assert [(file.name, file.data) for file in mail.attachments] == [("x.txt", b"Cat")]


def test_an_id_is_made_from_the_bytes_when_there_is_none() -> None:
    raw = b"Subject: x\r\n\r\nhello"
    first, second = parse_mail(raw), parse_mail(raw)
    assert first.generated_id
    assert first.message_id == second.message_id
    assert first.message_id != parse_mail(raw + b"!").message_id


def test_references_are_in_order_and_the_answered_one_is_last() -> None:
    raw = (
        b"References: <1@x> <2@x>\r\n <3@x>\r\nIn-Reply-To: <2@x> <9@x>\r\n"
        b"Message-ID: <10@x>\r\n\r\n"
    )
    mail = parse_mail(raw)
    assert mail.references == ("1@x", "3@x", "2@x", "9@x")
    assert mail.message_id == "10@x"


FLOWED = {
    "a paragraph": ("one \ntwo\nthree", "no", "one two\nthree"),
    "Chinese, the space was added": ("转账 \n还没有 \n到账", "yes", "转账还没有到账"),
    "quoted": ("> one \n> two\nmine", "no", "> one two\nmine"),
    "another depth": ("> one \n>> two", "no", "> one \n>> two"),
    "stuffed": (" From x\n >no quote", "no", "From x\n>no quote"),
    "signature": ("bye \n-- \nAna", "no", "bye \n-- \nAna"),
}


@pytest.mark.parametrize("name", FLOWED)
def test_flowed_text_is_put_together(name: str) -> None:
    written, delsp, text = FLOWED[name]
    kind = f"Content-Type: text/plain; charset=utf-8; format=flowed; delsp={delsp}\r\n\r\n"
    raw = HEADER + kind.encode() + written.replace("\n", "\r\n").encode()
    assert parse_mail(raw).text == text


def tnef(*files: tuple[bytes, bytes]) -> bytes:
    """Return a winmail.dat (MS-OXTNEF section 2.1.3)."""

    def attribute(level: int, kind: int, name: int, data: bytes) -> bytes:
        head = struct.pack("<BHHI", level, name, kind, len(data))
        return head + data + struct.pack("<H", sum(data) & 0xFFFF)

    whole = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 8, 0x9006, struct.pack("<I", 0x10000))
    for name, data in files:
        whole += attribute(2, 6, 0x9002, bytes(14)) + attribute(2, 1, 0x8010, name + b"\0")
        whole += attribute(2, 6, 0x800F, data)
    return whole + attribute(2, 6, 0x9999, bytes(20))


def test_winmail_dat_is_unpacked() -> None:
    packed = tnef((b"bill.txt", b"100 USDT"), ("账单.txt".encode("gbk"), b"hello"))
    mail = parse_mail(
        multipart(
            "mixed", part(TEXT, b"see"), base64_file("winmail.dat", packed, "application/ms-tnef")
        )
    )
    assert [(file.name, file.data) for file in mail.attachments] == [
        ("bill.txt", b"100 USDT"),
        ("账单.txt", b"hello"),
    ]
    assert mail.text == "see"


def test_a_broken_winmail_dat_stays_what_it_is() -> None:
    packed = tnef((b"bill.txt", b"100 USDT"))[:24] + b"\xff" * 40
    mail = parse_mail(multipart("mixed", base64_file("winmail.dat", packed)))
    assert [file.name for file in mail.attachments] == ["winmail.dat"]
    assert "broken_tnef" in mail.problems


def test_html_becomes_the_text_that_one_sees() -> None:
    mail = parse_mail(
        html(
            "<style>p{}</style><title>t</title><p>One &amp; two</p><ul><li>a<li>b</ul>"
            "<div style='display:none'>hidden</div><table><tr><td>x</td><td>y</td></tr></table>"
            "<pre>  kept\n  so</pre>"
        )
    )
    assert mail.text == "One & two\n\n- a\n- b\n\nx y\n\n  kept\n  so"
