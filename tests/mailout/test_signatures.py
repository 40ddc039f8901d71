"""Our signatures: dkimpy believes the RSA one; the other gives what RFC 8463's example says."""

import base64
import hashlib
import re
from collections.abc import Callable

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from dkim.canonicalization import CanonicalizationPolicy

from walletdesk.integrations.email.outgoing.dkim_sign import (
    SigningKeys,
    keys_from,
    new_keys,
    records,
    sign_ed25519,
    signed,
)
from walletdesk.integrations.email.outgoing.mime import bytes_of
from walletdesk.integrations.email.outgoing.types import File, Letter

# RFC 8463 appendix A
EXAMPLE = b"""\
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
""".replace(b"\n", b"\r\n")
SECRET = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
SIGNATURE = (
    b";b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
)
BODY_HASH = b"2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="


def letter(**fields: object) -> Letter:
    known = {
        "message_id": "<a.1.b@borealis.example>",
        "sender": "support@borealis.example",
        "sender_name": "客服 Borealis",
        "to": "ana@customer.example",
        "subject": "Re: 我的转账在哪里？¿Dónde está?",
        "text": "您好！\n.\n..dots\nhttps://help.borealis.example/" + "x" * 300 + "\n" + "长" * 900,
        "language": "zh-hans",
    }
    return Letter(**(known | fields))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def keys() -> SigningKeys:
    found = keys_from(new_keys(), domain="borealis.example", selector="wd1")
    assert found is not None
    return found


def verify_ed25519(message: bytes, public: bytes) -> None:
    """An oracle of its own: RFC 8463 by hand. Raises InvalidSignature."""
    headers, body = dkim.rfc822_parse(message)
    name, value = next(
        h for h in headers if h[0].lower() == b"dkim-signature" and b"ed25519" in h[1]
    )
    tags = {
        k.strip(): re.sub(rb"\s+", b"", v)
        for k, v in (part.split(b"=", 1) for part in value.split(b";"))
    }
    policy = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    digest = hashlib.sha256(policy.canonicalize_body(body)).digest()
    if base64.b64encode(digest) != tags[b"bh"]:
        raise InvalidSignature
    rest = [h for h in headers if h[1] != value]
    hasher = hashlib.sha256()
    dkim.hash_headers(
        hasher, policy, policy.canonicalize_headers(rest), tags[b"h"].split(b":"),
        [name, value], tags,
    )  # fmt: skip
    key = Ed25519PublicKey.from_public_bytes(public)
    key.verify(base64.b64decode(tags[b"b"]), hasher.digest())


def by_rsa(mail: bytes, dns: Callable[..., bytes]) -> bool:
    """Have dkimpy check the second signature; the first one it cannot."""
    try:
        return bool(dkim.DKIM(mail).verify(idx=1, dnsfunc=dns))
    except dkim.ValidationError:
        return False


def test_both_signatures_hold_and_break_with_one_byte(keys: SigningKeys) -> None:
    mail = signed(bytes_of(letter(files=(File("图.png", "image/png", b"\x89PNG" * 99),))), keys)
    published = dict(records(keys))
    answers = {f"{name}.".encode(): text.encode() for name, text in published.items()}

    def dns(name: bytes, timeout: int = 5) -> bytes:
        return answers[name]

    assert by_rsa(mail, dns)
    ed25519 = base64.b64decode(published["wd1e._domainkey.borealis.example"].rpartition("p=")[2])
    verify_ed25519(mail, ed25519)
    for changed in (
        mail.replace(b"image/png", b"image/gif"),
        mail.replace(b"To: ana@", b"To: eve@"),
        b"Subject: another\r\n" + mail,
    ):
        assert not by_rsa(changed, dns)
        with pytest.raises(InvalidSignature):
            verify_ed25519(changed, ed25519)
    assert all(len(line) <= 998 for line in mail.split(b"\r\n"))


def test_the_example_of_the_rfc() -> None:
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(SECRET))
    fields = [(b"d", b"football.example.com"), (b"i", b"@football.example.com"),
              (b"q", b"dns/txt"), (b"s", b"brisbane"), (b"t", b"1528637909")]  # fmt: skip
    names = [b"from", b"to", b"subject", b"date", b"message-id", b"from", b"subject", b"date"]
    made = sign_ed25519(EXAMPLE, key, fields, names)
    assert BODY_HASH in made
    assert re.sub(rb"\s+", b"", made).endswith(SIGNATURE)
    verify_ed25519(made + EXAMPLE, key.public_key().public_bytes_raw())


@pytest.mark.parametrize("field", ["sender_name", "subject", "to", "reply_to", "in_reply_to"])
@pytest.mark.parametrize("bad", ["x\r\nBcc: y@z.example", "x\ny", "x\r\n\r\nbody"])
def test_a_line_break_in_a_header_is_refused(field: str, bad: str) -> None:
    with pytest.raises(ValueError, match=r"newline|line break"):
        bytes_of(letter(**{field: bad}))


def test_automatic_mails_say_so() -> None:
    raw = bytes_of(letter(automatic="auto-replied"))
    assert b"\r\nAuto-Submitted: auto-replied\r\n" in raw
    assert b"\r\nX-Auto-Response-Suppress: All\r\n" in raw
    assert b"\r\nList-Id: <automatic.borealis.example>\r\n" in raw
