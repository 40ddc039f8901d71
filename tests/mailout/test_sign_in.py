"""Mail that leaves under TLS, signed in, and at servers that stop answering."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.mailout.far_side import HOST, FarSide
from walletdesk.channels.delivery.types import Accepted, Postponed, Result, Unclear
from walletdesk.integrations.email.outgoing.transports import smtp
from walletdesk.integrations.email.outgoing.transports.types import Parcel
from walletdesk.integrations.email.outgoing.types import Letter
from walletdesk.kit import clock


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key with a certificate for this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "far.example")])
    now = clock.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .sign(key, hashes.SHA256())
    )
    place = tmp_path_factory.mktemp("tls") / "far.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    place.write_bytes(private + made.public_bytes(Encoding.PEM))
    return place


@pytest.fixture(params=["starttls", "tls"])
def server(request: pytest.FixtureRequest, certificate: Path) -> Iterator[FarSide]:
    with FarSide(security=request.param, certificate=certificate) as far:
        yield far


def hand_over(far: FarSide, told: Callable[[], object] = lambda: None, **fields: str) -> Result:
    letter = Letter(
        message_id="<a@b.example>",
        sender="support@borealis.example",
        sender_name="Borealis",
        to="ana@customer.example",
        language="en",
        subject="Hello",
        text="Hello",
        envelope="",
    )
    asked = {"host": HOST, "port": far.port, "security": far.security, **fields}
    where = smtp.SmtpSettings.from_fields(asked)
    return smtp.send(Parcel(letter, b"Subject: Hello\r\n\r\nHello\r\n", told), where)


def test_under_tls_and_signed_in_it_arrives(server: FarSide, certificate: Path) -> None:
    known = {"ca_file": str(certificate), "user": "desk"}
    assert hand_over(server, password="right", **known) == Accepted()
    assert server.credentials == (b"desk", b"right")
    refused = hand_over(server, password="wrong", **known)
    assert isinstance(refused, Postponed)
    assert refused.reason == "sign_in"
    assert len(server.taken) == 1


def test_by_a_token_too(server: FarSide, certificate: Path) -> None:
    known = {"ca_file": str(certificate), "user": "desk@borealis.example"}
    assert hand_over(server, token="access for right", **known) == Accepted()
    assert server.credentials is not None
    assert server.credentials[1].startswith(b"user=desk@borealis.example\x01auth=Bearer ")
    refused = hand_over(server, token="an old one", **known)
    assert isinstance(refused, Postponed)
    assert (refused.reason, len(server.taken)) == ("sign_in", 1)


def test_a_server_that_nobody_vouches_for_learns_no_password(server: FarSide) -> None:
    refused = hand_over(server, user="desk", password="right")
    assert isinstance(refused, Postponed)
    assert refused.reason == "tls"
    assert server.credentials is None


def test_a_server_that_stalls_is_left_and_gets_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before the end it is tried again later; after it nobody can know, and a person decides."""
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "LAST_SECONDS", 0.3)
    handed: list[int] = []
    with FarSide() as far:
        far.answers = {"DATA": ["stall"], "DONE": ["stall"]}
        slow = hand_over(far, lambda: handed.append(1))
        assert isinstance(slow, Postponed)
        assert (slow.reason, handed) == ("too_slow", [])
        unclear = hand_over(far, lambda: handed.append(2))
        assert isinstance(unclear, Unclear)
        assert (handed, len(far.taken)) == ([2], 1)
