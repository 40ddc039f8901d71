"""The keys with which a brand's wallet signs, and what the brand allows."""

import secrets
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Brand, Membership
from walletdesk.contacts.identity import SECRET_BYTES, read_public_key
from walletdesk.contacts.identity_models import IdentityKey, IdentityPolicy
from walletdesk.contacts.models import ContactSession
from walletdesk.contacts.queries import policy_of
from walletdesk.contacts.types import Algorithm, ProofOfWork
from walletdesk.contacts.vault import seal_secret
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, DomainError, NotFound
from walletdesk.kit.wake import revoke

KEYS = 10  # active ones of a brand: enough for a rotation in every app
KID_LENGTH = 12
CHAINS = 20
HIGHEST_CHAIN = 2**53 - 1  # what a number in JavaScript holds


class TooManyKeys(DomainError):
    """The brand has as many active keys as one may have. Revoke one first."""

    code: ClassVar[str] = "too_many_keys"


@transaction.atomic
def create_identity_key(
    *,
    brand: Brand,
    membership: Membership | None,
    algorithm: Algorithm,
    public_key: str = "",
    kid: str = "",
) -> tuple[IdentityKey, str]:
    """Make a key. Return it with the secret of an HS256 key, which is shown this once.

    For EdDSA the wallet makes its key pair itself and gives the public key only: PEM or base64.
    Raises BadPublicKey or TooManyKeys.
    """
    Brand.objects.select_for_update().get(pk=brand.pk)
    if IdentityKey.objects.filter(brand=brand, active=True).count() >= KEYS:
        raise TooManyKeys
    kid = kid or ids.new_ref()[:KID_LENGTH]
    key = IdentityKey(brand=brand, kid=kid, algorithm=algorithm, created_by=membership)
    secret = ""
    if algorithm == Algorithm.HS256:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        key.secret = seal_secret(secret.encode(), brand_id=brand.pk, kid=kid)
    else:
        key.public_key = read_public_key(public_key)
    key.save()
    record_audit(
        brand=brand,
        actor=membership,
        action="identity_key.created",
        subject=f"identity_key:{kid}",
        detail={"algorithm": algorithm},
    )
    return key, secret


@transaction.atomic
def revoke_identity_key(*, brand: Brand, membership: Membership, kid: str) -> int:
    """Let a key vouch for nobody any more, and end every session that it opened.

    Returns how many sessions ended. Raises NotFound for a key that is not an active one here.
    """
    key = (
        IdentityKey.objects.select_for_update().filter(brand=brand, kid=kid, active=True).first()
        if ids.may_name(kid)
        else None
    )
    if key is None:
        raise NotFound
    key.active = False
    key.revoked_at = clock.now()
    key.save(update_fields=["active", "revoked_at"])
    sessions = ContactSession.objects.filter(key=key)
    contacts = set(sessions.values_list("contact_id", flat=True))
    ended, _ = sessions.delete()
    for contact_id in sorted(contacts):
        revoke(f"customer:{contact_id}")
    record_audit(
        brand=brand,
        actor=membership,
        action="identity_key.revoked",
        subject=f"identity_key:{kid}",
        detail={"customers": len(contacts)},
    )
    return ended


@transaction.atomic
def change_policy(
    *,
    brand: Brand,
    membership: Membership | None,
    wallet_sign_in: bool,
    chains: Sequence[int],
    proof_of_work: ProofOfWork,
) -> None:
    """Say whether wallets may sign in by signature, on which chains, and when browsers compute.

    Raises BadInput.
    """
    wanted = sorted(set(chains))
    if len(wanted) > CHAINS or any(not 0 < chain <= HIGHEST_CHAIN for chain in wanted):
        raise BadInput(chains="unusable")
    if wallet_sign_in and not wanted:
        raise BadInput(chains="required")
    new: dict[str, Any] = {
        "wallet_sign_in": wallet_sign_in,
        "chains": wanted,
        "proof_of_work": proof_of_work,
    }
    before = policy_of(brand)
    changed = {name: value for name, value in new.items() if getattr(before, name) != value}
    if not changed:
        return
    IdentityPolicy.objects.update_or_create(brand=brand, defaults=new)
    record_audit(
        brand=brand,
        actor=membership,
        action="identity_policy.changed",
        subject=f"brand:{brand.slug}",
        detail=changed,
    )
