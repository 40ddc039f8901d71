"""Reveal: a member of staff sees one value of a customer in clear, for the case that they hold."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.accounts.watch.actions import REASON_LENGTH, BadReason, look_at
from walletdesk.accounts.watch.queries import REVEALED, reveals_since
from walletdesk.accounts.watch.rules import shift_day, zone_of
from walletdesk.contacts.personal.actions.disclosure import disclose
from walletdesk.contacts.personal.actions.sealing import sealed_text
from walletdesk.contacts.personal.queries import kind_of
from walletdesk.conversations.disclosures.types import Revealed
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.safety.types import SafeText

REVEALS_PER_DAY = 20
REVEAL_MINUTES = 10


class NeedsCase(DomainError):
    """Only who has the conversation, while it is open, may see personal data."""

    code: ClassVar[str] = "reveal_needs_case"
    status: ClassVar[int] = 403


class BudgetSpent(DomainError):
    """The reveals of this working day are used up. Fields `limit`, `retry_after` (seconds)."""

    code: ClassVar[str] = "reveal_budget"
    status: ClassVar[int] = 429


def reveal_personal_data(
    *, conversation: Conversation, membership: Membership, item: str, reason: SafeText
) -> Revealed:
    """Return one value in clear. Its audit entry is committed before this returns.

    `item` is as the masked list names it: "identity:12" or "email:K3F97QMT". Raises NotAllowed,
    NeedsCase, BadReason, BudgetSpent, NotFound or Unreadable; then nothing is written. Must not be
    called within a transaction: the value would leave before the entry is safe.
    """
    with transaction.atomic():
        return _reveal(conversation, membership, item, reason)


def _reveal(
    conversation: Conversation, membership: Membership, item: str, reason: SafeText
) -> Revealed:
    require_right(membership.role, Permission.CONTACT_REVEAL)
    if len(reason.text) not in REASON_LENGTH:
        raise BadReason(reason="length")
    case = lock_conversation(conversation.pk)
    if case.brand_id != membership.brand_id:
        raise NotFound
    if case.status != Status.OPEN or case.assignee_id != membership.pk:
        raise NeedsCase
    left = _spend(membership)
    noted = sealed_text(contact=case.contact, text=reason)  # the trail holds no personal data
    kind = kind_of(case.contact, item)
    value = disclose(
        contact=case.contact,
        item=item,
        actor=membership,
        action=REVEALED,
        subject=f"conversation:{case.ref}",
        detail={"kind": kind, "item": item, "reason": noted.text},
    )
    look_at(membership=membership)
    now = clock.now()
    until = now + timedelta(minutes=_setting(membership, "reveal_minutes", REVEAL_MINUTES))
    return Revealed(item, kind, value, membership.user.name, now, until, left)


def _spend(membership: Membership) -> int:
    """Return how many reveals are left after this one, counted under the lock of the person."""
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    start, end = shift_day(clock.now(), zone_of(membership.brand.default_language))
    limit = _setting(membership, "reveals_per_day", REVEALS_PER_DAY)
    left = limit - reveals_since(membership.pk, start)
    if left <= 0:
        seconds = int((end - clock.now()).total_seconds()) + 1
        raise BudgetSpent(limit=limit, retry_after=seconds)
    return left - 1


def _setting(membership: Membership, name: str, default: int) -> int:
    """Return the brand's own limit where it has one (`Brand.privacy`), else ours."""
    rules: Any = getattr(membership.brand, "privacy", None)
    return int(getattr(rules, name, default))
