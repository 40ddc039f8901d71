"""Mails for the tests of the parser, and where the captured ones lie."""

from base64 import encodebytes
from pathlib import Path

CAPTURED = Path(__file__).resolve().parent.parent / "captured" / "mail"
HEADER = (
    b"From: Ana <ana@customer.example>\r\nTo: support@wallet.example\r\nSubject: Help\r\n"
    b"Message-ID: <1@customer.example>\r\nDate: Wed, 6 May 2026 10:12:00 +0800\r\n"
)
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)


def plain(body: bytes, charset: str = "utf-8", encoding: str = "8bit") -> bytes:
    fields = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}"
    return HEADER + fields.encode() + b"\r\n\r\n" + body


def html(body: str) -> bytes:
    return HEADER + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode()


def part(fields: bytes, body: bytes) -> bytes:
    return fields + b"\r\n\r\n" + body


def multipart(kind: str, *parts: bytes, boundary: str = "=_b", header: bytes = HEADER) -> bytes:
    line = b"\r\n--" + boundary.encode()
    start = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode()
    return header + start + b"".join(line + b"\r\n" + each for each in parts) + line + b"--\r\n"


def base64_file(name: str, data: bytes, kind: str = "application/octet-stream") -> bytes:
    fields = f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64'
    fields += "\r\nContent-Disposition: attachment"
    return part(fields.encode(), encodebytes(data).replace(b"\n", b"\r\n"))
