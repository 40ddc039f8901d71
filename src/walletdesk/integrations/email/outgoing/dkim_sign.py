"""Our own signatures: DKIM by RSA-2048 (RFC 6376, dkimpy) and by Ed25519 (RFC 8463).

Both stand in every mail; who cannot read the second checks the first. dkimpy signs Ed25519 only
with a library that we do not have otherwise, so its canonical forms are signed here with
`cryptography`; the result is checked against the RFC's own example.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from dkim.canonicalization import CanonicalizationPolicy

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"auto-submitted",
    b"list-id",
)  # fmt: skip
TWICE = (b"from", b"subject", b"to", b"date", b"reply-to")  # nobody can add a second one
RSA_BITS = 2_048
_C = (b"relaxed", b"relaxed")


@dataclass(frozen=True, slots=True, repr=False)
class SigningKeys:
    """The private keys of an account: RSA as PEM, Ed25519 as its 32 bytes."""

    domain: str
    selector: str
    rsa: bytes
    ed25519: bytes


def new_keys() -> dict[str, str]:
    """Return a fresh pair of private keys as text, for sealing."""
    rsa_key = rsa.generate_private_key(public_exponent=65_537, key_size=RSA_BITS)
    pem = rsa_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    raw = ed25519.Ed25519PrivateKey.generate().private_bytes_raw()
    return {"rsa": pem.decode(), "ed25519": base64.b64encode(raw).decode()}


def keys_from(fields: dict[str, Any], *, domain: str, selector: str) -> SigningKeys | None:
    """Return what was sealed as keys, None when there are none."""
    if not (fields.get("rsa") and fields.get("ed25519") and selector):
        return None
    raw = base64.b64decode(fields["ed25519"])
    return SigningKeys(domain, selector, fields["rsa"].encode(), raw)


def records(keys: SigningKeys) -> list[tuple[str, str]]:
    """Return the DNS records to publish, as (name, text)."""
    public = serialization.load_pem_private_key(keys.rsa, None).public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(keys.ed25519).public_key()
    return [
        (
            f"{keys.selector}._domainkey.{keys.domain}",
            f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}",
        ),
        (
            f"{keys.selector}e._domainkey.{keys.domain}",
            f"v=DKIM1; k=ed25519; p={base64.b64encode(edwards.public_bytes_raw()).decode()}",
        ),
    ]


def signed(message: bytes, keys: SigningKeys) -> bytes:
    """Return a message (CRLF) with both signatures before its header."""
    present = [name for name in SIGNED if _has(message, name)]
    names = present + [name for name in TWICE if name in present]
    domain, selector = keys.domain.encode("idna"), keys.selector.encode()
    by_rsa = dkim.sign(message, selector, domain, keys.rsa, canonicalize=_C, include_headers=names)
    key = ed25519.Ed25519PrivateKey.from_private_bytes(keys.ed25519)
    fields = [(b"d", domain), (b"s", selector + b"e")]
    return sign_ed25519(message, key, fields, names) + bytes(by_rsa) + message


def sign_ed25519(
    message: bytes,
    key: ed25519.Ed25519PrivateKey,
    fields: list[tuple[bytes, bytes]],
    names: list[bytes],
) -> bytes:
    """Return the header field of an Ed25519 signature. `fields` are its tags besides v, a, c, h, b.

    RFC 8463 section 3: what is signed is the SHA-256 of the canonical header.
    """
    headers, body = dkim.rfc822_parse(message)
    policy = CanonicalizationPolicy.from_c_value(b"/".join(_C))
    digest = base64.b64encode(hashlib.sha256(policy.canonicalize_body(body)).digest())
    tags = [
        (b"v", b"1"), (b"a", b"ed25519-sha256"), (b"c", b"/".join(_C)), *fields,
        (b"h", b" : ".join(names)), (b"bh", digest), (b"b", b""),
    ]  # fmt: skip
    value = b"; ".join(name + b"=" + text for name, text in tags)
    hasher = hashlib.sha256()
    dkim.hash_headers(
        hasher,
        policy,
        policy.canonicalize_headers(headers),
        names,
        [b"DKIM-Signature", b" " + value],
        {},
    )
    signature = base64.b64encode(key.sign(hasher.digest()))
    return _folded(b"DKIM-Signature: " + value + signature)


def _folded(line: bytes) -> bytes:
    """Fold between tags and header names; relaxed canonical form does not see it."""
    return re.sub(rb"(; |(?<= ): )", lambda m: m.group().rstrip() + b"\r\n ", line) + b"\r\n"


def _has(message: bytes, name: bytes) -> bool:
    head = message.partition(b"\r\n\r\n")[0]
    return re.search(rb"(?:^|\r\n)" + re.escape(name) + rb":", head, re.IGNORECASE) is not None
