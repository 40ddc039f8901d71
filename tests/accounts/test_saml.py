"""SAML 2.0: the whole way with assertions that a test signs, and what is refused."""

import base64
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from allauth.socialaccount import providers
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.test import Client

from tests.accounts.browsers import LOGIN
from tests.cast import Cast
from walletdesk.accounts.models import User
from walletdesk.kit import clock
from walletdesk.site.config.sign_in import OutsideConfig
from walletdesk.site.outside_identity import outside_identities

pytest.importorskip("onelogin", reason="the extra `saml` is not installed")
BASE = "https://help.aurora.example"
ACS = f"{BASE}/accounts/saml/saml/acs/"
METADATA_URL = f"{BASE}/accounts/saml/saml/metadata/"
IDP = "https://idp.example/saml"
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"


def make_key() -> tuple[str, str]:
    """Return a private key and a certificate for it, both PEM."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class Idp:
    """A provider that signs what it is told to say."""

    key: str
    certificate: str

    def metadata(self) -> str:
        body = "".join(self.certificate.splitlines()[1:-1])
        return (
            '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
            f' entityID="{IDP}"><md:IDPSSODescriptor'
            ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<md:KeyDescriptor use="signing">'
            '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
            f"<ds:X509Certificate>{body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
            "</md:KeyDescriptor><md:SingleSignOnService"
            ' Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"'
            f' Location="{IDP}/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>'
        )

    def response(self, request_id: str, email: str, **changes: Any) -> str:
        """Return a response as a browser posts it."""
        from onelogin.saml2.utils import OneLogin_Saml2_Utils  # noqa: PLC0415 - an extra

        given = {"audience": METADATA_URL, "recipient": ACS, "sign": True, "age": 0} | changes
        now = clock.now() - timedelta(seconds=int(given["age"]))
        answer = f' InResponseTo="{request_id}"' if request_id else ""
        assertion = (
            '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1"'
            f' Version="2.0" IssueInstant="{_moment(now)}"><saml:Issuer>{IDP}</saml:Issuer>'
            '<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:'
            'persistent">p1</saml:NameID><saml:SubjectConfirmation'
            ' Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData'
            f' NotOnOrAfter="{_moment(now + timedelta(minutes=5))}"'
            f' Recipient="{given["recipient"]}"{answer}/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{_moment(now - timedelta(minutes=1))}"'
            f' NotOnOrAfter="{_moment(now + timedelta(minutes=5))}"><saml:AudienceRestriction>'
            f"<saml:Audience>{given['audience']}</saml:Audience></saml:AudienceRestriction>"
            f'</saml:Conditions><saml:AuthnStatement AuthnInstant="{_moment(now)}"'
            ' SessionIndex="_s1"><saml:AuthnContext><saml:AuthnContextClassRef>'
            "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
            "</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>"
            f'<saml:Attribute Name="{EMAIL}"><saml:AttributeValue>{email}</saml:AttributeValue>'
            "</saml:Attribute></saml:AttributeStatement></saml:Assertion>"
        )
        if given["sign"]:
            signed = OneLogin_Saml2_Utils.add_sign(assertion, self.key, self.certificate)
            assertion = signed.decode() if isinstance(signed, bytes) else signed
            assertion = assertion.partition("?>")[2] if assertion.startswith("<?xml") else assertion
        for old, new in given.get("forged", {}).items():
            assertion = assertion.replace(old, new)
        whole = (
            '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
            ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0"'
            f' IssueInstant="{_moment(now)}" Destination="{ACS}"{answer}>'
            f"<saml:Issuer>{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode"
            ' Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{assertion}</samlp:Response>"
        )
        return base64.b64encode(whole.encode()).decode()


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def idp(settings: Any, tmp_path: Path) -> Iterator[Idp]:
    """A provider that this desk is configured for."""
    found = Idp(*make_key())
    (tmp_path / "idp.xml").write_text(found.metadata())
    outside = OutsideConfig(saml_metadata=tmp_path / "idp.xml", saml_name="Aurora SAML")
    settings.WALLETDESK = replace(settings.WALLETDESK, outside=outside, base_url=BASE)
    settings.SOCIALACCOUNT_PROVIDERS = outside_identities(settings.WALLETDESK)
    settings.ROOT_URLCONF = "tests.accounts.saml_urls"
    providers.registry.load()
    providers.registry.register(SAMLProvider)
    yield found
    del providers.registry.provider_map["saml"]


def start(client: Client) -> str:
    """Go to the provider; return the id of the request that was sent there."""
    there = client.get("/accounts/saml/saml/login/", headers={"Host": "evil.example"})
    assert there["Location"].startswith(f"{IDP}/sso?")
    assert "evil" not in there["Location"]
    packed = parse_qs(urlsplit(there["Location"]).query)["SAMLRequest"][0]
    request = ET.fromstring(zlib.decompress(base64.b64decode(packed), -15))  # noqa: S314 - our own
    assert request.attrib["AssertionConsumerServiceURL"] == ACS
    return request.attrib["ID"]


def back(client: Client, response: str) -> Any:
    answer = client.post("/accounts/saml/saml/acs/", {"SAMLResponse": response})
    assert answer.status_code == 302
    return client.get(answer["Location"])


def is_in(client: Client) -> bool:
    return client.get("/desk/queue/").status_code == 200


def test_a_signed_assertion_signs_its_person_in(cast: Cast, idp: Idp) -> None:
    client = Client()
    assert "Sign in with Aurora SAML" in client.get(LOGIN).content.decode()
    answer = back(client, idp.response(start(client), "alex@borealis.example"))
    assert answer["Location"] == "/desk/", client.get(LOGIN).content.decode()
    assert is_in(client)


def test_the_metadata_names_the_public_address(cast: Cast, idp: Idp) -> None:
    answer = Client().get("/accounts/saml/saml/metadata/", headers={"Host": "evil.example"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert ACS in text
    assert "evil" not in text


@pytest.mark.parametrize(
    ("email", "changes"),
    [
        ("nobody@borealis.example", {}),
        ("alex@borealis.example", {"sign": False}),
        ("mei@borealis.example", {"forged": {"mei@": "alex@"}}),
        ("alex@borealis.example", {"audience": "https://other.example"}),
        ("alex@borealis.example", {"recipient": "https://other.example/acs/"}),
        ("alex@borealis.example", {"age": 3_600}),
        ("alex@borealis.example", {"request": "_unknown"}),
        ("alex@borealis.example", {"request": ""}),
        ("alex@borealis.example", {"stranger": True}),
    ],
)
def test_what_is_not_right_signs_nobody_in(
    cast: Cast, idp: Idp, email: str, changes: dict[str, Any]
) -> None:
    client = Client()
    request_id = changes.pop("request", None)
    signer = Idp(*make_key()) if changes.pop("stranger", False) else idp
    sent = start(client)
    response = signer.response(sent if request_id is None else request_id, email, **changes)
    answer = back(client, response)
    assert answer["Location"] == LOGIN
    page = client.get(LOGIN).content.decode()
    assert "did not work" in page or "Ask an owner" in page
    assert not is_in(client)


def test_an_assertion_counts_once_and_in_its_own_browser_only(cast: Cast, idp: Idp) -> None:
    client, stranger = Client(), Client()
    response = idp.response(start(client), "alex@borealis.example")
    assert back(stranger, response)["Location"] == LOGIN
    assert not is_in(stranger)
    assert back(client, response)["Location"] == "/desk/"
    client.post("/accounts/logout/")
    assert back(client, response)["Location"] == LOGIN
    assert not is_in(client)


@pytest.mark.parametrize(
    "response", ["", "!", "PHg+", base64.b64encode(b"<x>" * 9_000).decode(), "\x00", "é" * 99]
)
def test_rubbish_is_one_sentence(cast: Cast, idp: Idp, response: str) -> None:
    client = Client()
    answer = back(client, response)
    assert answer["Location"] == LOGIN
    assert User.objects.count() == 6


def test_no_log_out_and_no_finish_without_a_beginning(cast: Cast, idp: Idp) -> None:
    client = Client()
    assert client.get("/accounts/saml/saml/sls/").status_code == 404
    assert client.get("/accounts/saml/saml/acs/finish/")["Location"] == LOGIN
    assert client.get("/accounts/saml/other/login/").status_code == 404
