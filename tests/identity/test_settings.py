"""Settings, Identity: keys are shown once, count at once, and every step is in the audit trail."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.identity.wallets import Phone, WalletServer, b64
from walletdesk.accounts.models import AuditEntry
from walletdesk.contacts.identity_models import IdentityKey
from walletdesk.contacts.queries import policy_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/settings/identity/"
KEYS = PAGE + "keys/"
POLICY = {"proof_of_work": "on", "wallet_sign_in": "on", "chains": "1, 56,137"}


@pytest.fixture
def owner(cast: Cast) -> Client:
    return cast.client(cast.owner)


def secret_in(page: Any) -> str:
    found = re.search(r'id="secret" readonly value="([-\w]{43})"', page.content.decode())
    assert found
    return found[1]


def test_a_secret_is_shown_once_and_works(cast: Cast, owner: Client) -> None:
    page = owner.post(KEYS, {"algorithm": "HS256"})
    assert page["Cache-Control"] == "no-store"
    secret = secret_in(page)
    kid = IdentityKey.objects.get().kid
    assert kid in page.content.decode()
    assert secret not in owner.get(PAGE).content.decode()
    Phone().signs_in(WalletServer(cast.brand.slug, kid, "HS256", secret.encode()), "ana")
    entry = AuditEntry.objects.get(action="identity_key.created")
    assert (entry.actor, entry.subject) == (cast.owner, f"identity_key:{kid}")
    assert secret not in str(entry.detail)

    owner.post(f"{KEYS}{kid}/revoke/")
    server = WalletServer(cast.brand.slug, kid, "HS256", secret.encode())
    body = {"token": server.token(), "brand": cast.brand.slug}
    assert Phone().post("identify", body).status_code == 401
    assert AuditEntry.objects.filter(action="identity_key.revoked").exists()
    assert owner.post(f"{KEYS}{kid}/revoke/").status_code == 404


@pytest.mark.parametrize(
    "public_key", ["", "nonsense", b64(b"x" * 31), "-----BEGIN PRIVATE KEY-----", "x" * 1_001]
)
def test_what_is_no_public_key_is_told(cast: Cast, owner: Client, public_key: str) -> None:
    page = owner.post(KEYS, {"algorithm": "EdDSA", "public_key": public_key})
    assert page.status_code == 422
    assert not IdentityKey.objects.exists()


def test_ten_keys_are_enough(cast: Cast, owner: Client) -> None:
    statuses = [owner.post(KEYS, {"algorithm": "HS256"}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [422]


def test_the_rules_are_saved(cast: Cast, owner: Client) -> None:
    assert owner.post(PAGE, POLICY).status_code == 302
    policy = policy_of(cast.brand)
    assert (policy.wallet_sign_in, policy.chains, policy.proof_of_work) == (
        True,
        [1, 56, 137],
        "on",
    )
    entry = AuditEntry.objects.get(action="identity_policy.changed")
    assert entry.detail["chains"] == [1, 56, 137]
    owner.post(PAGE, POLICY)
    assert AuditEntry.objects.filter(action="identity_policy.changed").count() == 1
    assert not policy_of(cast.other_brand).wallet_sign_in


@pytest.mark.parametrize(
    "change",
    [{"chains": ""}, {"chains": "0"}, {"chains": "one"}, {"chains": "-1"}, {"chains": "1e3"},
     {"chains": "9" * 30}, {"chains": "٣"}, {"proof_of_work": "sometimes"},
     {"chains": ",".join(map(str, range(1, 40)))}],
)  # fmt: skip
def test_rules_that_cannot_be(cast: Cast, owner: Client, change: dict[str, str]) -> None:
    assert owner.post(PAGE, POLICY | change).status_code == 422
    assert not policy_of(cast.brand).wallet_sign_in


def test_another_brand_s_keys_are_not_there(cast: Cast) -> None:
    server = WalletServer.with_secret(cast.brand)
    stranger = cast.client(cast.stranger)
    assert server.kid not in stranger.get(PAGE).content.decode()
    assert stranger.post(f"{KEYS}{server.kid}/revoke/").status_code == 404
    Phone().signs_in(server, "ana")


def test_the_list_takes_few_queries(
    cast: Cast, owner: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        WalletServer.with_secret(cast.brand)
    with django_assert_max_num_queries(12):
        owner.get(PAGE)
