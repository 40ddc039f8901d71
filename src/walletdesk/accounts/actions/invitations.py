"""Invitations: the only way to become a member of staff.

The link carries 256 random bits, of which only the hash is stored; it counts once, for 72 hours.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.actions.names import PERSON_LENGTH, checked_name
from walletdesk.accounts.actions.own_account import require_strength
from walletdesk.accounts.actions.people import checked_email
from walletdesk.accounts.models import Invitation, Membership, Team, User
from walletdesk.accounts.rules import may_change, may_give
from walletdesk.accounts.types import Role
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed

LIFE = timedelta(hours=72)


class AlreadyThere(DomainError):
    """Somebody with this e-mail address works here already."""

    code: ClassVar[str] = "already_there"


class InvitationOver(DomainError):
    """The invitation was used, replaced, or is older than 72 hours."""

    code: ClassVar[str] = "invitation_over"
    status: ClassVar[int] = 410


def invite_member(
    *,
    actor: Membership,
    email: str,
    name: str,
    role: Role,
    team: Team | None,
    languages: Sequence[str],
) -> tuple[Membership, str]:
    """Make a person who cannot sign in yet. Return their place and the token of their link.

    Raises NotAllowed for a role above the actor's, BadEmail, BadName, BadInput, AlreadyThere.
    """
    if not may_give(actor.role, role):
        raise NotAllowed
    brand = actor.brand
    if not set(languages) <= set(brand.languages) or (team and team.brand_id != brand.pk):
        raise BadInput(languages="unknown")
    user = User(email=checked_email(email), name=checked_name(name, PERSON_LENGTH))
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
            place = Membership.objects.create(
                brand=brand, user=user, role=role, team=team, languages=list(languages)
            )
            token = _renewed(user)
            _note(actor, place, "member.invited", role=role)
    except IntegrityError:
        raise AlreadyThere from None
    return place, token


@transaction.atomic
def renew_invitation(*, membership: Membership, actor: Membership) -> str:
    """Return a new link; the old one is worth nothing. Raises NotAllowed, InvitationOver."""
    if actor.brand_id != membership.brand_id or not may_change(actor.role, membership.role):
        raise NotAllowed
    if not Invitation.objects.select_for_update().filter(user=membership.user_id).exists():
        raise InvitationOver
    token = _renewed(membership.user)
    _note(actor, membership, "member.invited_again")
    return token


def accept_invitation(*, token: str, name: str, password: str) -> User:
    """Give an invited person their name and password, once. The caller signs nobody in.

    Raises InvitationOver, BadName, WeakPassword, LongPassword.
    """
    user = invited_user(token)
    user.name = checked_name(name, PERSON_LENGTH)
    require_strength(password, user)
    user.set_password(password)  # outside of the transaction: hashing takes a third of a second
    with transaction.atomic():
        taken, _ = _open().filter(token_hash=ids.token_hash(token)).delete()
        if not taken:
            raise InvitationOver
        User.objects.filter(pk=user.pk).update(name=user.name, password=user.password)
        for place in Membership.objects.filter(user=user).select_related("brand", "user"):
            _note(place, place, "member.joined", way="password")
    return user


@transaction.atomic
def accept_by_identity(*, user: User) -> None:
    """Take an invitation as accepted: an identity provider has vouched for the person."""
    taken, _ = Invitation.objects.filter(user=user).delete()
    if taken:
        for place in Membership.objects.filter(user=user).select_related("brand", "user"):
            _note(place, place, "member.joined", way="identity_provider")


def invited_user(token: str) -> User:
    """Return whom a link invites. Raises InvitationOver."""
    try:
        token_hash = ids.token_hash(token)
    except UnicodeEncodeError:
        raise InvitationOver from None
    found = _open().filter(token_hash=token_hash).select_related("user").first()
    if found is None:
        raise InvitationOver
    return found.user


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(expires_at__gt=clock.now(), user__is_active=True)


def _renewed(user: User) -> str:
    token = ids.new_token()
    Invitation.objects.update_or_create(
        user=user,
        defaults={"token_hash": ids.token_hash(token), "expires_at": clock.now() + LIFE},
    )
    return token


def _note(actor: Membership, about: Membership, action: str, **detail: object) -> None:
    record_audit(
        brand=about.brand,
        actor=actor,
        action=action,
        subject=f"member:{about.pk}",
        detail=detail,
    )
