"""Passkeys: a person with a real browser and a virtual authenticator, and what strangers send."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from tests.accounts.browsers import LOGIN, be_strict, signed_in
from tests.browser import PATIENCE_MS, launched
from tests.cast import PASSWORD, Cast
from tests.server import Server, serve
from walletdesk.accounts.models import AuditEntry, StaffSession
from walletdesk.accounts.second_factor import passkeys_possible
from walletdesk.accounts.types import Role

PASSKEY = "/accounts/login/passkey/"


@pytest.fixture
def named_server(django_db_setup: None, tmp_path: Any) -> Iterator[Server]:
    """A server under a name: browsers make no passkeys for a bare address."""
    database_url = str(settings.WALLETDESK.database_url)
    with serve(database_url, tmp_path, WALLETDESK_URL="http://localhost") as running:
        yield running


@contextmanager
def opened() -> Iterator[Page]:
    """Open a browser with a virtual authenticator. Within, Django's ORM cannot be used."""
    with launched() as browser:
        context = browser.new_context(locale="en")
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield page
        context.close()


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, url: str) -> None:
    page.goto(f"{url}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()


def set_up(page: Page) -> None:
    page.wait_for_url("**/accounts/second-factor/")
    page.get_by_role("link", name="Passkey").click()
    page.wait_for_load_state()  # its script listens
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/accounts/second-factor/codes/")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert all(code in saved.value.path().read_text() for code in codes)
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/desk/settings/account/")
    assert page.get_by_text("Work laptop").first.is_visible()


def rename_and_remove(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/settings/account/")
    page.get_by_role("link", name=re.compile("^Rename")).click()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/desk/settings/account/")
    page.get_by_role("link", name=re.compile("^Remove.*Old laptop")).click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/accounts/second-factor/")


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_set_up_and_signs_in_by_itself(
    named_server: Server, cast: Cast, settings: Any
) -> None:
    """An agent whose role must have a second factor makes a passkey and never needs a code."""
    settings.PASSWORD_HASHERS = ["walletdesk.accounts.hashers.BoundedArgon2"]
    cast.agent.user.set_password(PASSWORD)
    cast.agent.user.save()
    be_strict(cast.brand, Role.AGENT)
    url = f"http://localhost:{named_server.port}"
    refusals: list[str] = []
    with opened() as page:
        page.on("pageerror", lambda error: refusals.append(str(error)))
        page.on("console", lambda said: said.type == "error" and refusals.append(said.text))
        page.goto(f"{url}/desk/")
        sign_in(page, cast.agent.user.email)
        set_up(page)
        sign_out(page, url)
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/desk/queue/")
        sign_out(page, url)
        sign_in(page, cast.agent.user.email)
        page.wait_for_url("**/accounts/login/code/")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/desk/queue/")
        rename_and_remove(page, url)
    assert refusals == []
    assert not Authenticator.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "second_factor.passkey_added",
        "second_factor.passkey_renamed",
        "second_factor.passkey_removed",
    ]
    assert StaffSession.objects.filter(user=cast.agent.user).exists()


CREDENTIALS = (
    "",
    "null",
    "1",
    "[]",
    "{}",
    "[" * 16_000,
    '{"a":' * 3_000,
    json.dumps({"id": "x", "rawId": "x", "type": "public-key", "response": {}}),
    json.dumps({"id": "QQ", "rawId": "QQ", "type": "public-key", "response": []}),
    json.dumps(
        {
            "id": "QQ",
            "rawId": "QQ",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "QUFBQQ",
                "signature": "QQ",
                "userHandle": "MQ",
            },
        }
    ),
    json.dumps(
        {"id": 7, "rawId": {}, "response": {"userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"}}
    ),
    '{"id": "\\ud800", "rawId": "\\u0000"}',
)


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_what_is_no_passkey_is_refused_everywhere(cast: Cast, credential: str) -> None:
    stranger = Client()
    assert stranger.post("/accounts/login/passkey/options").status_code == 200
    answer = stranger.post(PASSKEY, {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert stranger.get("/desk/queue/").status_code == 302
    agent = signed_in(cast.agent)
    agent.get("/accounts/second-factor/passkeys/add/")
    added = agent.post("/accounts/second-factor/passkeys/add/", {"credential": credential})
    assert added.status_code == 200
    assert not Authenticator.objects.exists()


def test_the_challenge_is_for_the_public_name_whatever_the_host(cast: Cast) -> None:
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = Client().post("/accounts/login/passkey/options", headers=evil)
    options = answer.json()["publicKey"]
    assert options["rpId"] == "127.0.0.1"
    assert options["userVerification"] == "required"
    assert len(options["challenge"]) >= 43
    other = Client().post("/accounts/login/passkey/options").json()["publicKey"]
    assert other["challenge"] != options["challenge"]


def test_tries_without_a_passkey_are_limited(cast: Cast) -> None:
    client = Client()
    pages = [client.post(PASSKEY, {"credential": "{}"}) for _ in range(30)]
    assert {page.status_code for page in pages} == {302}
    many = [client.post("/accounts/login/passkey/options").status_code for _ in range(61)]
    assert many == [200] * 60 + [429]


@pytest.mark.parametrize(
    ("base_url", "possible"),
    [
        ("https://help.example.com", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.1", False),
        ("http://help.example.com", False),
        ("https://[::1]:8000", False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(
    settings: Any, base_url: str, possible: bool
) -> None:
    settings.WALLETDESK = replace(settings.WALLETDESK, base_url=base_url)
    assert passkeys_possible() is possible
