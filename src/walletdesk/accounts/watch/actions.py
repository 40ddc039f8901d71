"""Raises alarms and locks people out; supervisors settle the ones and lift the others."""

from typing import ClassVar

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.actions.people import deactivate_user
from walletdesk.accounts.models import Membership, User
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.accounts.watch.models import Alarm, Lock
from walletdesk.accounts.watch.queries import ASKED, activity_of, askings_lately, overseers_of
from walletdesk.accounts.watch.rules import judge
from walletdesk.accounts.watch.types import AlarmKind, Verdict
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed, NotFound
from walletdesk.kit.wake import signal
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

REASON_LENGTH = range(10, 501)


class BadReason(BadInput):
    """The reason is missing, too short or too long: 10 to 500 characters."""

    code: ClassVar[str] = "bad_reason"


class OwnAlarm(DomainError):
    """Nobody settles an alarm about themselves, or lifts their own lock."""

    code: ClassVar[str] = "own_alarm"
    status: ClassVar[int] = 403


@transaction.atomic
def look_at(*, membership: Membership) -> None:
    """Judge what a person did lately: called after each reveal, opening and search is recorded."""
    verdicts = judge(activity_of(membership))
    raised = [verdict for verdict in verdicts if _raise_alarm(membership, verdict)]
    if any(verdict.lock for verdict in verdicts):
        _lock_out(membership)
    if raised:
        _tell(membership.brand_id)


@transaction.atomic
def report_asking(*, membership: Membership, conversation_ref: str, asked: str) -> None:
    """Note that a person tried to ask a customer for a secret, and alarm those who oversee.

    `asked` is a code: phrase, key, password, code. What was written is kept nowhere.
    """
    record_audit(
        brand=membership.brand,
        actor=membership,
        action=ASKED,
        subject=f"conversation:{conversation_ref}",
        detail={"asked": asked},
    )
    _raise_alarm(membership, Verdict(AlarmKind.ASKING, askings_lately(membership), 1, lock=False))
    _tell(membership.brand_id)


def _tell(brand_id: int) -> None:
    """Have the open desks of those who oversee the brand look at its alarms, and nobody else's."""
    for user_id in overseers_of(brand_id):
        signal(f"desk:{brand_id}", {"what": "alarm"}, to=f"staff:{user_id}")


def _raise_alarm(membership: Membership, verdict: Verdict) -> bool:
    """Make an alarm unless one of this kind waits already: that one gets the new count."""
    alarm, made = Alarm.objects.get_or_create(
        member=membership,
        kind=verdict.kind,
        settled_at=None,
        defaults={"brand_id": membership.brand_id, "count": verdict.count, "bar": verdict.bar},
    )
    if made:
        _note(membership, None, "alarm.raised", kind=verdict.kind, count=verdict.count)
    elif alarm.count < verdict.count:
        Alarm.objects.filter(pk=alarm.pk).update(count=verdict.count)
    return made


def _lock_out(membership: Membership) -> None:
    """End a person's sessions and streams, unless nobody were left to let them in again."""
    if set(overseers_of(membership.brand_id)) <= {membership.user_id}:
        return
    _lock, made = Lock.objects.get_or_create(
        user_id=membership.user_id,
        opened_at=None,
        defaults={"brand_id": membership.brand_id, "member": membership},
    )
    # who was let in again by other ways than by lifting the lock is locked out once more
    if made or User.objects.filter(pk=membership.user_id, is_active=True).exists():
        _note(membership, None, "member.locked")
        deactivate_user(user=membership.user)


@transaction.atomic
def settle_alarm(*, alarm: Alarm, membership: Membership, note: SafeText) -> None:
    """Say that one has looked at an alarm. Settling what is settled is no error."""
    note = guard.impersonal(note)
    _require(membership, alarm.brand_id, alarm.member, note)
    settled = Alarm.objects.filter(pk=alarm.pk, settled_at=None).update(
        settled_at=clock.now(), settled_by=membership, note=note.text
    )
    if settled:
        _note(alarm.member, membership, "alarm.settled", kind=alarm.kind, reason=note.text)
        _tell(alarm.brand_id)


@transaction.atomic
def lift_lock(*, lock: Lock, membership: Membership, reason: SafeText) -> None:
    """Let a person in again. Lifting a lock twice is no error."""
    reason = guard.impersonal(reason)
    _require(membership, lock.brand_id, lock.member, reason)
    lifted = Lock.objects.filter(pk=lock.pk, opened_at=None).update(
        opened_at=clock.now(), opened_by=membership, reason=reason.text
    )
    if lifted:
        _note(lock.member, membership, "member.unlocked", reason=reason.text)
        User.objects.filter(pk=lock.user_id).update(is_active=True)


def _require(membership: Membership, brand_id: int, about: Membership, reason: SafeText) -> None:
    if membership.brand_id != brand_id:
        raise NotFound
    if not may(membership.role, Permission.AUDIT_READ):
        raise NotAllowed
    if about.user_id == membership.user_id:
        raise OwnAlarm
    if len(reason.text) not in REASON_LENGTH:
        raise BadReason(reason="length")


def _note(about: Membership, actor: Membership | None, action: str, **detail: object) -> None:
    record_audit(
        brand=about.brand,
        actor=actor,
        action=action,
        subject=f"member:{about.pk}",
        detail={"name": about.user.name, **{name: str(value) for name, value in detail.items()}},
    )
