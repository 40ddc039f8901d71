"""Sign-in through OpenID Connect, against a real provider: whom it lets in, and whom not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from tests.accounts.browsers import CODE, LOGIN, code_at, give_app
from tests.accounts.identity_provider import Provider, provider
from tests.cast import PASSWORD, Cast
from walletdesk.accounts.actions.invitations import invite_member
from walletdesk.accounts.actions.people import deactivate_user
from walletdesk.accounts.models import AuditEntry, Invitation, User
from walletdesk.accounts.types import Role
from walletdesk.kit import clock
from walletdesk.site.config.sign_in import OutsideConfig
from walletdesk.site.outside_identity import outside_identities

START = "/accounts/oidc/sso/login/"
BACK = "/accounts/oidc/sso/callback/"


@pytest.fixture
def idp(settings: Any) -> Iterator[Provider]:
    """A provider that this desk is configured for."""
    with provider() as found:
        outside = OutsideConfig(
            oidc_issuer=found.url,
            oidc_client_id=found.client_id,
            oidc_client_secret=found.client_secret,
            oidc_name="Aurora ID",
        )
        settings.WALLETDESK = replace(
            settings.WALLETDESK, outside=outside, base_url="https://help.aurora.example"
        )
        settings.SOCIALACCOUNT_PROVIDERS = outside_identities(settings.WALLETDESK)
        yield found


def come(idp: Provider, client: Client | None = None, **changes: str) -> tuple[Client, Any]:
    """Go to the provider and back; `changes` replace parts of the way back."""
    client = client or Client()
    there = client.get(START)
    assert there.status_code == 302, there.content
    assert there["Location"].startswith(f"{idp.url}/authorize?")
    return client, client.get(BACK, idp.grant(there["Location"]) | changes)


def is_in(client: Client) -> bool:
    return client.get("/desk/queue/").status_code == 200


def refused(client: Client, answer: Any, words: str) -> None:
    assert answer["Location"] == LOGIN
    assert words in client.get(LOGIN).content.decode()
    assert not is_in(client)


def test_a_verified_address_signs_its_person_in(cast: Cast, idp: Provider) -> None:
    idp.claims = {"email": "Alex@Borealis.example", "email_verified": True, "name": "Root"}
    page = Client().get(LOGIN).content.decode()
    assert "Sign in with Aurora ID" in page
    client, answer = come(idp)
    assert answer["Location"] == "/desk/"
    assert is_in(client)
    # nothing of it is kept: no name, no role, and the password still works
    user = User.objects.get(pk=cast.agent.user_id)
    assert user.name == "Alex"
    assert user.check_password(PASSWORD)


def test_what_is_sent_names_the_public_address_only(cast: Cast, idp: Provider) -> None:
    there = Client().get(START, headers={"Host": "evil.example", "X-Forwarded-Host": "evil"})
    query = parse_qs(urlsplit(there["Location"]).query)
    assert query["redirect_uri"] == [f"https://help.aurora.example{BACK}"]
    assert "evil" not in there["Location"]
    assert len(query["state"][0]) >= 16


def test_it_asks_for_the_second_factor_all_the_same(cast: Cast, idp: Provider) -> None:
    idp.claims = {"email": cast.agent.user.email, "email_verified": True}
    with time_machine.travel(clock.now(), tick=False):
        secret = give_app(cast.agent)
        client, answer = come(idp)
        assert answer["Location"] == CODE
        assert not is_in(client)
        client.post(CODE, {"code": code_at(secret)})
        assert is_in(client)


def test_an_invited_person_comes_in_by_it(cast: Cast, idp: Provider) -> None:
    invite_member(
        actor=cast.owner,
        email="new@borealis.example",
        name="New",
        role=Role.AGENT,
        team=None,
        languages=[],
    )
    idp.claims = {"email": "new@borealis.example", "email_verified": True}
    client, _answer = come(idp)
    assert is_in(client)
    assert not Invitation.objects.exists()
    assert AuditEntry.objects.latest("pk").detail == {"way": "identity_provider"}


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@borealis.example", "email_verified": True},
        {"email": "alex@borealis.example", "email_verified": False},
        {"email": "alex@borealis.example", "email_verified": "true"},
        {"email": "alex@borealis.example", "email_verified": 1},
        {"email": "alex@borealis.example"},
        {"email_verified": True},
        {"email": "", "email_verified": True},
        {"email": ["alex@borealis.example"], "email_verified": True},
        {"email": "alex@borealis.example\x00", "email_verified": True},
        {"email": "ａlex@borealis.example", "email_verified": True},
        {"email": "alex@borealiſ.example", "email_verified": True},
        {"email": " alex@borealis.example", "email_verified": True},
        {"email": "mei@borealis.example", "email_verified": True},  # shut out
    ],
)
def test_nobody_else_comes_in_and_all_hear_the_same(
    cast: Cast, idp: Provider, claims: dict[str, Any]
) -> None:
    deactivate_user(user=cast.colleague.user)
    idp.claims = claims
    before = User.objects.count()
    client, answer = come(idp)
    assert answer["Location"] == LOGIN
    page = client.get(LOGIN).content.decode()
    assert "Ask an owner of this desk" in page or "did not work" in page
    assert not is_in(client)
    assert User.objects.count() == before


GOOD = {"email": "alex@borealis.example", "email_verified": True}
FAILED = "did not work"


@pytest.mark.parametrize("what", ["other_key", "hmac", "none", "aud", "iss", "expired", "future"])
def test_tokens_that_are_not_right_are_refused(cast: Cast, idp: Provider, what: str) -> None:
    idp.claims = dict(GOOD)
    now = int(clock.now().timestamp())
    if what == "other_key":
        idp.signing = (rsa.generate_private_key(public_exponent=65_537, key_size=2_048), "RS256")
    elif what == "hmac":  # signed with what everybody can read
        idp.signing = ("x" * 32 + idp.client_secret, "HS256")
    elif what == "none":
        idp.signing = (None, "none")
    elif what == "future":
        idp.claims["nbf"] = now + 3_600
    else:
        idp.claims |= {
            "aud": {"aud": "another-desk"},
            "iss": {"iss": "https://evil.example"},
            "expired": {"exp": now - 60},
        }[what]
    client, answer = come(idp)
    refused(client, answer, FAILED)


def test_another_issuer_at_the_configured_address_is_refused(cast: Cast, idp: Provider) -> None:
    idp.claims, idp.issuer = dict(GOOD), "https://evil.example"
    client = Client()
    refused(client, client.get(START), FAILED)


def test_an_answer_counts_once_and_in_its_own_browser_only(cast: Cast, idp: Provider) -> None:
    idp.claims = dict(GOOD)
    client = Client()
    back = idp.grant(client.get(START)["Location"])
    stranger = Client()
    stranger.get(START)
    refused(stranger, stranger.get(BACK, back), FAILED)
    assert client.get(BACK, back)["Location"] == "/desk/"
    client.post("/accounts/logout/")
    assert not is_in(client)
    refused(client, client.get(BACK, back), FAILED)
    fresh = Client()
    refused(fresh, come(idp, fresh, state="x" * 16)[1], FAILED)
    refused(fresh, come(idp, fresh, code="guess")[1], FAILED)
    for query in ({}, {"error": "access_denied"}, {"state": "\x00"}, {"code": "x" * 9_000}):
        refused(fresh, fresh.get(BACK, query), FAILED)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize(
    "answer",
    [
        (500, b"oops"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b"\xff"),
        (200, b'"x"'),
        (200, b"[" * 99_999),
    ],
)
def test_a_broken_provider_is_one_sentence(
    cast: Cast, idp: Provider, path: str, answer: tuple[int, bytes]
) -> None:
    idp.claims = dict(GOOD)
    client = Client()
    if path.startswith("/."):
        idp.broken[path] = answer
        refused(client, client.get(START), FAILED)
    else:
        back = idp.grant(client.get(START)["Location"])
        idp.broken[path] = answer
        refused(client, client.get(BACK, back), FAILED)


def test_a_provider_that_is_away_is_one_sentence(cast: Cast, settings: Any) -> None:
    with provider() as found:
        url = found.url
    outside = OutsideConfig(oidc_issuer=url, oidc_client_id="desk", oidc_name="Away")
    settings.WALLETDESK = replace(settings.WALLETDESK, outside=outside)
    settings.SOCIALACCOUNT_PROVIDERS = outside_identities(settings.WALLETDESK)
    client = Client()
    refused(client, client.get(START), FAILED)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_next_leads_nowhere_else(cast: Cast, idp: Provider, target: str) -> None:
    idp.claims = dict(GOOD)
    client = Client()
    there = client.get(START, {"next": target})
    answer = client.get(BACK, idp.grant(there["Location"]))
    assert answer["Location"] == "/desk/"


def test_tries_are_limited(cast: Cast, idp: Provider) -> None:
    client = Client()
    statuses = [client.get(START).status_code for _ in range(61)]
    assert statuses == [302] * 60 + [429]


def test_without_a_provider_there_is_nothing(cast: Cast) -> None:
    for path in (START, BACK, "/accounts/oidc/other/login/", "/accounts/saml/saml/login/"):
        assert Client().get(path).status_code == 404
