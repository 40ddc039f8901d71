"""Spoofed senders against a table of DNS answers (S12, S16): who is believed, and who is not."""

from collections.abc import Callable
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from walletdesk.integrations.email.parsing.authentication import (
    authenticate,
    authentication_results,
)
from walletdesk.integrations.email.parsing.message import parse_mail
from walletdesk.integrations.email.parsing.resolver import (
    Answer,
    DnsUnavailable,
    HurriedResolver,
    Kind,
)
from walletdesk.integrations.email.parsing.types import Mailbox, SenderState, SenderVerdict

PEER = "192.0.2.10"
GOOD, NONE, BAD = SenderState.AUTHENTICATED, SenderState.UNAUTHENTICATED, SenderState.FAILED
SIGNED = [b"from", b"to", b"subject"]


@cache
def key() -> tuple[bytes, bytes]:
    """Return a private key as PEM and its public half as a record."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - short is quick
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = made.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])


class Table:
    """A resolver that knows a few names; `broken` ones never answer."""

    def __init__(self, texts: dict[str, bytes], *broken: str) -> None:
        self.texts = texts
        self.broken = broken
        self.asked: list[str] = []

    def lookup(self, name: str, kind: Kind) -> Answer:
        self.asked.append(name)
        if name in self.broken:
            raise DnsUnavailable(name)
        if kind == "TXT" and name in self.texts:
            return Answer((self.texts[name],))
        known = any(each == name or each.endswith(f".{name}") for each in self.texts)
        return Answer(exists=known)


def dns(domain: str, *, policy: bytes = b"", spf: bytes = b"", **more: bytes) -> dict[str, bytes]:
    texts = {f"s._domainkey.{domain}": key()[1]}
    if policy:
        texts[f"_dmarc.{domain}"] = b"v=DMARC1; " + policy
    if spf:
        texts[domain] = b"v=spf1 " + spf
    return texts | {name.replace("_dot_", "."): value for name, value in more.items()}


def letter(sender: str = "ana@customer.example", body: str = "hi") -> bytes:
    return (
        f"From: {sender}\r\nTo: support@wallet.example\r\nSubject: Help\r\n\r\n{body}\r\n".encode()
    )


def signed(raw: bytes, domain: str, **how: object) -> bytes:
    made = dkim.sign(raw, b"s", domain.encode(), key()[0], include_headers=SIGNED, **how)
    return bytes(made) + raw


def verdict(
    raw: bytes, table: Table | dict[str, bytes], mail_from: str = "x@relay.example"
) -> SenderVerdict:
    resolver = table if isinstance(table, Table) else Table(table)
    return authenticate(
        raw, peer=PEER, helo="mx.relay.example", mail_from=mail_from, resolver=resolver
    )


CUSTOMER = "customer.example"
Case = tuple[Callable[[], bytes], dict[str, bytes], str, SenderState, str]
CASES: dict[str, Case] = {
    "signed": (
        lambda: signed(letter(), CUSTOMER),
        dns(CUSTOMER, policy=b"p=reject"),
        "x@relay.example",
        GOOD,
        "aligned",
    ),
    "signed, no policy": (
        lambda: signed(letter(), CUSTOMER),
        dns(CUSTOMER),
        "x@relay.example",
        GOOD,
        "aligned",
    ),
    "SPF alone": (
        letter,
        dns(CUSTOMER, policy=b"p=reject", spf=b"ip4:192.0.2.10 -all"),
        "ana@customer.example",
        GOOD,
        "aligned",
    ),
    "SPF of a relative": (
        letter,
        dns("mail.customer.example", spf=b"ip4:192.0.2.10 -all")
        | dns(CUSTOMER, policy=b"p=reject"),
        "ana@mail.customer.example",
        GOOD,
        "aligned",
    ),
    "SPF of a relative, strict": (
        letter,
        dns("mail.customer.example", spf=b"ip4:192.0.2.10 -all")
        | dns(CUSTOMER, policy=b"p=reject; aspf=s"),
        "ana@mail.customer.example",
        BAD,
        "dmarc_reject",
    ),
    "signature of a relative, strict": (
        lambda: signed(letter(), "mail.customer.example"),
        dns("mail.customer.example") | dns(CUSTOMER, policy=b"p=quarantine; adkim=s"),
        "",
        BAD,
        "dmarc_quarantine",
    ),
    "signature of the attacker": (
        lambda: signed(letter(), "attacker.example"),
        dns("attacker.example", spf=b"ip4:192.0.2.10 -all") | dns(CUSTOMER, policy=b"p=reject"),
        "a@attacker.example",
        BAD,
        "dmarc_reject",
    ),
    "signature of the attacker, p=none": (
        lambda: signed(letter(), "attacker.example"),
        dns("attacker.example") | dns(CUSTOMER, policy=b"p=none"),
        "a@attacker.example",
        NONE,
        "dmarc_none",
    ),
    "tampered": (
        lambda: signed(letter(), CUSTOMER).replace(b"\r\nhi", b"\r\nsend me the coins"),
        dns(CUSTOMER, policy=b"p=reject"),
        "",
        BAD,
        "dmarc_reject",
    ),
    "signed in part only": (
        lambda: signed(letter(), CUSTOMER, length=True) + b"and send me the coins\r\n",
        dns(CUSTOMER, policy=b"p=reject"),
        "",
        BAD,
        "dmarc_reject",
    ),
    "nothing at all": (letter, {}, "", NONE, "nothing_aligned"),
    "SPF says no": (
        letter,
        dns(CUSTOMER, spf=b"ip4:198.51.100.1 -all"),
        "ana@customer.example",
        BAD,
        "spf_fail",
    ),
    "SPF does not know": (
        letter,
        dns(CUSTOMER, spf=b"ip4:198.51.100.1 ~all"),
        "ana@customer.example",
        NONE,
        "nothing_aligned",
    ),
    "sp counts below": (
        lambda: letter("ana@shop.customer.example"),
        dns(CUSTOMER, policy=b"p=none; sp=reject") | {"shop.customer.example": b"x"},
        "",
        BAD,
        "dmarc_reject",
    ),
    "np counts for names that do not exist": (
        lambda: letter("ana@nowhere.customer.example"),
        dns(CUSTOMER, policy=b"p=none; sp=none; np=reject"),
        "",
        BAD,
        "dmarc_reject",
    ),
    "two records are none": (
        letter,
        {"_dmarc.customer.example": b"v=DMARC1; x v=DMARC2"},
        "",
        NONE,
        "nothing_aligned",
    ),
    "look-alike": (
        lambda: signed(letter("ana@cust0mer.example"), CUSTOMER),
        dns(CUSTOMER, policy=b"p=reject"),
        "",
        NONE,
        "nothing_aligned",
    ),
    "a public suffix is nobody's": (
        lambda: signed(letter("ana@one.co.uk"), "two.co.uk"),
        dns("two.co.uk"),
        "",
        NONE,
        "nothing_aligned",
    ),
    "two From fields": (
        lambda: signed(letter(), CUSTOMER).replace(b"To:", b"From: x@y.example\r\nTo:"),
        dns(CUSTOMER),
        "",
        BAD,
        "sender_defect",
    ),
    "several senders": (
        lambda: letter("ana@customer.example, x@attacker.example"),
        dns(CUSTOMER),
        "",
        BAD,
        "sender_defect",
    ),
    "no sender": (lambda: b"Subject: x\r\n\r\nhi", {}, "", BAD, "no_sender"),
    "spaces that never end": (
        lambda: signed(letter(body=" " * 300_000 + "x"), CUSTOMER),
        dns(CUSTOMER, policy=b"p=reject"),
        "",
        BAD,
        "dmarc_reject",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_senders(name: str) -> None:
    raw, texts, mail_from, state, reason = CASES[name]
    found = verdict(raw(), texts, mail_from)
    assert (found.state, found.reason) == (state, reason)


def test_a_domain_in_another_script_is_compared_in_ascii() -> None:
    raw = signed(letter("ana@correo.españa.example"), "xn--espaa-rta.example")
    found = verdict(raw, dns("xn--espaa-rta.example"))
    assert (found.state, found.domain) == (GOOD, "correo.xn--espaa-rta.example")


def test_without_dns_nobody_is_believed_and_nobody_blamed() -> None:
    silent = Table(
        {}, "_dmarc.customer.example", "customer.example", "s._domainkey.customer.example"
    )
    found = verdict(signed(letter(), CUSTOMER), silent, "ana@customer.example")
    assert (found.state, found.reason) == (NONE, "dns")


def test_an_spf_record_cannot_make_us_ask_without_end() -> None:
    texts = {f"d{n}.example": f"v=spf1 include:d{n + 1}.example -all".encode() for n in range(50)}
    table = Table(texts)
    found = verdict(letter("x@d0.example"), table, "x@d0.example")
    assert found.spf == "permerror"
    assert len(table.asked) < 20


def test_slow_servers_are_not_waited_for_without_end() -> None:
    assert HurriedResolver(Table({}), 60).lookup("a.example", "A") == Answer(exists=False)
    table = Table({})
    with pytest.raises(DnsUnavailable):
        HurriedResolver(table, -1).lookup("a.example", "A")
    assert table.asked == []


def test_a_huge_key_is_not_even_tried() -> None:
    texts = dns(CUSTOMER) | {"s._domainkey.customer.example": key()[1] + b"A" * 5_000}
    assert verdict(signed(letter(), CUSTOMER), texts).dkim != "pass"


@pytest.mark.parametrize("peer", ["", "not an address", "::1", "fe80::1%lo", "256.1.1.1"])
def test_any_peer(peer: str) -> None:
    found = authenticate(
        letter(), peer=peer, helo="", mail_from="a@b@c", resolver=Table({"c": b"v=spf1 -all"})
    )
    assert found.state != GOOD


RESULTS = "Authentication-Results: mx.desk.example; "
FETCHED = {
    "dmarc passed": ("dmarc=pass (p=REJECT) header.from=customer.example", GOOD, "dmarc"),
    "dmarc of another domain": ("dmarc=pass header.from=attacker.example", NONE, "nothing_aligned"),
    "dmarc failed": ("spf=pass smtp.mailfrom=a@customer.example; dmarc=fail", BAD, "dmarc"),
    "dkim alone": ("dkim=pass header.d=customer.example header.s=s", GOOD, "aligned"),
    "dkim by identity": ("dkim=pass header.i=@mail.customer.example", GOOD, "aligned"),
    "dkim of another": ("dkim=pass header.d=attacker.example", NONE, "nothing_aligned"),
    "spf alone": ("spf=pass (ok; really) smtp.mailfrom=ana@customer.example", GOOD, "aligned"),
    "quoted": ('dmarc=pass reason="a; b" header.from="customer.example"', GOOD, "dmarc"),
    "results in an address": (
        'spf=pass smtp.mailfrom="x;dmarc=pass header.from=customer.example "@attacker.example',
        NONE,
        "nothing_aligned",
    ),
    "an address in an address": (
        'spf=pass smtp.mailfrom="x smtp.mailfrom=ana@customer.example "@attacker.example',
        NONE,
        "nothing_aligned",
    ),
    "results in an address in a comment": (
        'spf=pass (of "x);dmarc=pass header.from=customer.example ("@attacker.example); dmarc=fail',
        BAD,
        "dmarc",
    ),
    "quotation marks in an address": (
        r'spf=pass smtp.mailfrom="x\";dmarc=pass header.from=customer.example "@attacker.example',
        NONE,
        "nothing_aligned",
    ),
    "only in a comment": (
        "x=none (dmarc=pass header.from=customer.example)",
        NONE,
        "nothing_aligned",
    ),
    "nothing": ("none", NONE, "nothing_aligned"),
    "failed dkim": ("dkim=fail header.d=customer.example", NONE, "nothing_aligned"),
}


@pytest.mark.parametrize("name", FETCHED)
def test_results_of_the_server_that_is_trusted(name: str) -> None:
    results, state, reason = FETCHED[name]
    found = authentication_results(
        (RESULTS + results + "\r\n").encode() + letter(), "MX.desk.example"
    )
    assert (found.state, found.reason) == (state, reason)


def test_only_the_topmost_field_of_the_trusted_server_counts() -> None:
    forged = RESULTS.encode() + b"dmarc=pass header.from=customer.example\r\n"
    honest = RESULTS.encode() + b"dmarc=fail header.from=customer.example\r\n"
    other = forged.replace(b"mx.desk.example", b"mx.attacker.example")
    longer = forged.replace(b"mx.desk.example", b"mx.desk.example.attacker.example")
    found = authentication_results(other + honest + forged + letter(), "mx.desk.example")
    assert found.state == BAD
    for raw in (other + letter(), longer + letter(), letter()):
        found = authentication_results(raw, "mx.desk.example")
        assert (found.state, found.reason) == (NONE, "no_results")
    assert authentication_results(forged + letter(), "").state == NONE
    two = forged + letter().replace(b"To:", b"From: x@y.example\r\nTo:")
    assert authentication_results(two, "mx.desk.example").state == BAD


LONG = b"A" * 101


def test_a_signature_that_only_we_see_lends_its_domain_to_nobody() -> None:
    texts = dns("attacker.example") | dns(CUSTOMER, policy=b"p=none")
    raw = signed(letter(), "attacker.example")
    hidden = b"X-A: a\rDKIM-Signature: v=1; d=customer.example\r\n" + raw
    longer = raw.replace(b"From:", LONG + b": ; d=customer.example\r\nFrom:", 1)
    for each in (raw, hidden, longer):
        found = verdict(each, texts, "")
        assert (found.state, found.dkim, found.reason) == (NONE, "pass", "dmarc_none")


SHOWN_FROM = {
    "after a lone carriage return": b"X-A: a\rFrom: ana@customer.example\r\rx\r\n",
    "glued to another field": (
        b"Received: from x (y)From: ana@customer.example\r\nX-A: a\r\n \r\n" + LONG + b": x\r\n"
    ),
}


@pytest.mark.parametrize("name", SHOWN_FROM)
def test_a_neighbour_whose_address_only_we_see_is_not_believed(name: str) -> None:
    own = signed(letter("thief@customer.example"), CUSTOMER)
    raw = own.replace(b"From:", SHOWN_FROM[name] + b"From:", 1)
    assert parse_mail(raw).sender == Mailbox("", "ana@customer.example")
    found = verdict(raw, dns(CUSTOMER), "")
    assert (found.state, found.reason) == (BAD, "sender_defect")
    results = RESULTS.encode() + b"dmarc=pass header.from=customer.example\r\n"
    assert authentication_results(results + raw, "mx.desk.example").state == BAD


def test_what_stands_below_the_field_of_the_server_does_not_go_on_with_it() -> None:
    honest = RESULTS.encode() + b"dmarc=fail header.from=customer.example\r\n"
    more = b"; dmarc=pass header.from=customer.example\r\n"
    for first in (LONG + b": x" + more, more, b"x" + more + b" x" + more):
        found = authentication_results(honest + first + letter(), "mx.desk.example")
        assert found.state == BAD
