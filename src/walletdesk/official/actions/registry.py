"""The registry is changed by two people: one asks, another one agrees. Then it is signed anew."""

from collections.abc import Iterable
from typing import ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.vault import open_secret, seal_secret
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, DomainError, NotFound
from walletdesk.official.models import Entry, Publication, RegistryChange
from walletdesk.official.rules import LABEL, REASON, canonical, document, tidy_value
from walletdesk.official.types import Change, ChangeState, Kind
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText


class OwnChange(DomainError):
    """Nobody decides about their own change, whatever their role has become."""

    code: ClassVar[str] = "own_change"
    status: ClassVar[int] = 403


class ChangeOver(DomainError):
    """It was decided already, or the same change waits."""

    code: ClassVar[str] = "change_over"


class KeyUnreadable(DomainError):
    """The signing key was sealed by another installation: restore its secret key."""

    code: ClassVar[str] = "official_key_unreadable"


@transaction.atomic
def request_change(  # noqa: PLR0913 - a request is made in one go
    *,
    membership: Membership,
    change: Change,
    kind: Kind,
    value: str,
    reason: SafeText,
    label: SafeText | None = None,
    ordinary: bool = False,
) -> RegistryChange:
    """Ask that something be official from now on, or no more.

    `ordinary` (names only): the name is a word of everyday language too, so that alone it makes
    nothing suspicious. Raises NotAllowed, ChangeOver when the same waits, or BadInput: `value`,
    `reason`, `label`.
    """
    require_right(membership.role, Permission.OFFICIAL_REQUEST)
    reason = guard.impersonal(reason)  # it stays in the trail
    if len(reason.text) not in REASON:
        raise BadInput(reason="length")
    name = label.text if label else ""
    if len(name) > LABEL:
        raise BadInput(label="length")
    value = tidy_value(kind, value)
    known = Entry.objects.filter(brand=membership.brand_id, kind=kind, value=value).exists()
    if known != (change == Change.REMOVE):
        raise BadInput(value="there" if known else "not_there")
    try:
        with transaction.atomic():
            row = RegistryChange.objects.create(
                ref=ids.new_ref(),
                brand=membership.brand,
                change=change,
                kind=kind,
                value=value,
                label=name,
                ordinary=ordinary and kind == Kind.NAME,
                reason=reason.text,
                requested_by=membership,
                requester_id=membership.user_id,
            )
    except IntegrityError:
        raise ChangeOver from None
    _note(row, membership, "official.requested", reason=reason.text)
    return row


@transaction.atomic
def decide_change(*, change: RegistryChange, membership: Membership, approve: bool) -> None:
    """Agree to somebody else's change, or refuse it. An agreed one is published at once.

    Raises NotAllowed, NotFound, OwnChange or ChangeOver.
    """
    require_right(membership.role, Permission.OFFICIAL_APPROVE)
    if change.brand_id != membership.brand_id:
        raise NotFound
    if change.requester_id == membership.user_id:
        raise OwnChange
    decided = RegistryChange.objects.filter(pk=change.pk, state=ChangeState.REQUESTED).update(
        state=ChangeState.APPROVED if approve else ChangeState.REFUSED,
        decided_by=membership,
        decided_at=clock.now(),
    )
    if not decided:
        raise ChangeOver
    _note(change, membership, "official.approved" if approve else "official.refused")
    if approve:
        _apply(change)
        publish_registry(brand=change.brand)


def _apply(change: RegistryChange) -> None:
    if change.change == Change.REMOVE:
        Entry.objects.filter(brand=change.brand, kind=change.kind, value=change.value).delete()
        return
    Entry.objects.update_or_create(
        brand=change.brand,
        kind=change.kind,
        value=change.value,
        defaults={"label": change.label, "ordinary": change.ordinary},
    )


@transaction.atomic
def load_registry(*, brand: Brand, entries: Iterable[tuple[Kind, str, str, bool]]) -> int:
    """Fill the registry of a brand that has none: (kind, value, label, ordinary). Return how many.

    For the demo and for whoever sets a desk up; a registry that stands is changed by two people.
    Raises ChangeOver when there is one, BadInput for a value.
    """
    if Entry.objects.filter(brand=brand).exists():
        raise ChangeOver
    rows = [
        Entry(brand=brand, kind=kind, value=tidy_value(kind, value), label=label, ordinary=ordinary)
        for kind, value, label, ordinary in entries
    ]
    Entry.objects.bulk_create(rows)
    record_audit(brand=brand, actor=None, action="official.loaded", detail={"entries": len(rows)})
    publish_registry(brand=brand)
    return len(rows)


@transaction.atomic
def publish_registry(*, brand: Brand) -> Publication:
    """Sign what stands in the registry now, under a key that is made at the first time."""
    row = Publication.objects.select_for_update().filter(brand=brand).first()
    row = row or _first_publication(brand)
    now = clock.now()
    row.serial += 1
    row.issued_at = now
    row.document = document(
        brand=brand.slug,
        name=brand.name,
        serial=row.serial,
        issued=now.isoformat(timespec="seconds"),
        entries=Entry.objects.filter(brand=brand).values_list("kind", "value", "label"),
    )
    row.signature = _private_key(row).sign(canonical(row.document))
    row.save()
    return row


def _first_publication(brand: Brand) -> Publication:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    sealed = seal_secret(key.private_bytes_raw(), brand_id=brand.pk, kid=_kid(public))
    fresh = {"public_key": public, "sealed_key": sealed, "signature": b""}
    Publication.objects.get_or_create(brand=brand, defaults=fresh)
    return Publication.objects.select_for_update().get(brand=brand)


def _private_key(row: Publication) -> Ed25519PrivateKey:
    kid = _kid(bytes(row.public_key))
    raw = open_secret(bytes(row.sealed_key), brand_id=row.brand_id, kid=kid)
    if raw is None:
        raise KeyUnreadable
    return Ed25519PrivateKey.from_private_bytes(raw)


def _kid(public: bytes) -> str:
    return f"official-{public.hex()}"


def _note(row: RegistryChange, actor: Membership, action: str, **detail: str) -> None:
    told = {"change": row.change, "kind": row.kind, "value": row.value, "label": row.label}
    record_audit(
        brand=row.brand,
        actor=actor,
        action=action,
        subject=f"official:{row.ref}",
        detail={**told, **detail},
    )
