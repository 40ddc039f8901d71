"""Orders to the wallet's back end: asked by one, approved by another, done once.

The audit entry is committed before the network is asked. Whoever carries an order out first moves
its time on; when that process dies, the next one sends the same order under the same key.
"""

from dataclasses import asdict
from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.accounts.watch.actions import REASON_LENGTH, BadReason
from walletdesk.cases import rules
from walletdesk.cases.actions.base import (
    lock_both,
    lock_case,
    lock_place,
    plain_note,
    record,
    settle_step,
)
from walletdesk.cases.actions.refusals import IdentityUnchecked, OrderOver, OrderWaits, OwnOrder
from walletdesk.cases.models import IdentityCheck, SecurityCase, WalletOrder
from walletdesk.cases.ports import WalletRefused
from walletdesk.cases.queries import accounts_of, last_check
from walletdesk.cases.types import Answer, CheckMethod, Order, OrderKind, OrderState
from walletdesk.contacts.personal.actions.disclosure import Unreadable, disclose
from walletdesk.conversations.actions.cases import note_case
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.jobs import later
from walletdesk.safety.types import SafeText

ORDER_JOB = "cases.wallet_order"
OVERDUE = timedelta(seconds=20)  # its own job would have begun by now
STEP_OF = {
    OrderKind.FREEZE: "freeze_account",
    OrderKind.UNFREEZE: "unfreeze_account",
    OrderKind.RESET: "reset_access",
}


@transaction.atomic
def check_identity(*, case: SecurityCase, membership: Membership, method: CheckMethod) -> None:
    """Record that one has made sure to speak with the owner. It counts for a day."""
    locked = lock_case(case, membership)
    IdentityCheck.objects.create(
        case=locked, method=method, by=membership, by_name=membership.user.name, at=clock.now()
    )
    record(locked, "identity", membership, method=str(method))
    record_audit(
        brand=locked.brand,
        actor=membership,
        action="case.identity_checked",
        subject=f"case:{locked.ref}",
        detail={"method": str(method)},
    )
    settle_step(locked, "identity", membership)


@transaction.atomic
def request_order(
    *,
    case: SecurityCase,
    membership: Membership,
    kind: OrderKind,
    item: str,
    reason: SafeText,
) -> WalletOrder:
    """Ask for something at the wallet. Looking is done at once; the rest waits for a second person.

    Raises NotAllowed, BadReason, BadInput, OrderWaits, and IdentityUnchecked before an unlock.
    """
    require_right(membership.role, Permission.WALLET_REQUEST)
    locked = lock_case(case, membership)
    four_eyes = kind in rules.FOUR_EYES
    kept = plain_note(reason)
    if four_eyes and len(kept) not in REASON_LENGTH:
        raise BadReason(reason="length")
    if item not in dict(accounts_of(locked)):
        raise BadInput(account="unknown")
    if kind in rules.NEEDS_IDENTITY and last_check(locked) is None:
        raise IdentityUnchecked
    now = clock.now()
    try:
        with transaction.atomic():
            order = WalletOrder.objects.create(
                ref=ids.new_ref(),
                key=uuid4(),
                case=locked,
                kind=kind,
                item=item,
                reason=kept,
                state=OrderState.REQUESTED if four_eyes else OrderState.APPROVED,
                requested_by=membership,
                requested_name=membership.user.name,
                requester_id=membership.user_id,
                due_at=None if four_eyes else now,
                created_at=now,
            )
    except IntegrityError:
        raise OrderWaits from None
    record(locked, "wallet_asked", membership, text=kept, kind=str(kind))
    _audit(order, locked, membership, "requested", reason=kept)
    if not four_eyes:
        later(ORDER_JOB, at=now, order_id=order.pk)
    return order


@transaction.atomic
def decide_order(*, order: WalletOrder, membership: Membership, approve: bool) -> None:
    """Approve or refuse what a colleague asked for. Raises NotAllowed, OwnOrder, OrderOver.

    An unlock also needs an identity check that still counts: IdentityUnchecked.
    """
    require_right(membership.role, Permission.WALLET_APPROVE)
    case, _conversation = lock_both(order.case, membership)
    if order.requester_id == membership.user_id:
        raise OwnOrder
    if approve and order.kind in rules.NEEDS_IDENTITY and last_check(case) is None:
        raise IdentityUnchecked
    now = clock.now()
    decided = WalletOrder.objects.filter(pk=order.pk, state=OrderState.REQUESTED).update(
        state=OrderState.APPROVED if approve else OrderState.REFUSED,
        decided_by=membership,
        decided_name=membership.user.name,
        decided_at=now,
        due_at=now if approve else None,
    )
    if not decided:
        raise OrderOver
    what = "approved" if approve else "refused"
    record(case, f"wallet_{what}", membership, kind=order.kind)
    _audit(order, case, membership, what)
    if approve:
        related = ("case__assignee__user", "requested_by__user")
        row = WalletOrder.objects.select_related(*related).get(pk=order.pk)
        _tell(row, "wallet_asked")
        later(ORDER_JOB, at=now, order_id=order.pk)


def resume_orders() -> int:
    """Ask again for jobs of orders that are overdue: their process died. Return how many."""
    now = clock.now()
    rows = WalletOrder.objects.filter(state=OrderState.APPROVED, due_at__lte=now - OVERDUE)
    overdue = list(rows.order_by("due_at").values_list("pk", flat=True)[:50])
    for order_id in overdue:
        later(ORDER_JOB, at=now, order_id=order_id)
    return len(overdue)


@transaction.atomic
def begin_attempt(*, order_id: int) -> Order | None:
    """Return what is to be sent now, None when it is not due or another process is at it.

    Opens the account's name in memory only; the audit entry is committed with this.
    """
    now = clock.now()
    taken = WalletOrder.objects.filter(
        pk=order_id, state=OrderState.APPROVED, due_at__lte=now
    ).update(due_at=now + rules.LEASE)
    if not taken:
        return None
    row = WalletOrder.objects.select_related(
        "case__brand", "case__conversation__contact", "requested_by"
    ).get(pk=order_id)
    try:
        account = _account(row)
    except (Unreadable, NotFound):
        _fail(row, "unreadable")
        return None
    _audit(row, row.case, row.requested_by, "sent", attempt=row.attempts + 1)
    return Order(
        key=str(row.key),
        kind=OrderKind(row.kind),
        account=account,
        brand=row.case.brand.slug,
        case=row.case.ref,
    )


def _account(row: WalletOrder) -> str:
    kind, _colon, name = row.item.partition(":")
    if kind == "address":
        return name
    if row.requested_by is None:
        raise NotFound
    return disclose(
        contact=row.case.customer,
        item=row.item,
        actor=row.requested_by,
        action="wallet.account_used",
        subject=f"case:{row.case.ref}",
        detail={"kind": row.kind, "order": row.ref},
    )


@transaction.atomic
def record_answer(*, order_id: int, answer: Answer) -> None:
    """Keep what the back end said: the order is done. A second answer changes nothing."""
    row = _settled(order_id, OrderState.DONE, answer=asdict(answer))
    if row is None:
        return
    kind = OrderKind(row.kind)
    record(row.case, "wallet_by_hand" if answer.by_hand else "wallet_done", None, kind=row.kind)
    _audit(row, row.case, None, "done", by_hand=answer.by_hand, repeated=answer.repeated)
    if kind in STEP_OF and not answer.by_hand:
        settle_step(row.case, STEP_OF[kind], row.decided_by)
    if kind in rules.FOUR_EYES:
        _tell(row, "wallet_done")


@transaction.atomic
def record_refusal(*, order_id: int, refused: WalletRefused) -> None:
    """Keep that it did not work: tried again later, or failed when that is pointless."""
    row = WalletOrder.objects.select_for_update(of=("self",)).get(pk=order_id)
    if row.state != OrderState.APPROVED:
        return
    attempts = row.attempts + 1
    pause = None if refused.permanent else rules.pause_after(attempts)
    WalletOrder.objects.filter(pk=row.pk).update(attempts=attempts, problem=refused.code[:40])
    if pause is None:
        _fail(row, refused.code)
        return
    due = clock.now() + pause
    WalletOrder.objects.filter(pk=row.pk).update(due_at=due)
    later(ORDER_JOB, at=due, order_id=row.pk)


def _fail(row: WalletOrder, code: str) -> None:
    failed = _settled(row.pk, OrderState.FAILED, problem=code[:40])
    if failed is None:
        return
    record(failed.case, "wallet_failed", None, kind=failed.kind, problem=code[:40])
    _audit(failed, failed.case, None, "failed", problem=code[:40])
    _tell(failed, "wallet_failed")


def _settled(order_id: int, state: OrderState, **changes: object) -> WalletOrder | None:
    """Bring an order to its end, once; None when it was there already.

    Locks the conversation first: see `base.lock_both`.
    """
    row = WalletOrder.objects.select_related("case__conversation").get(pk=order_id)
    lock_place(row.case)
    ended = WalletOrder.objects.filter(pk=order_id, state=OrderState.APPROVED).update(
        state=state, done_at=clock.now(), **changes
    )
    if not ended:
        return None
    related = ("case__brand", "case__assignee__user", "requested_by__user", "decided_by__user")
    return WalletOrder.objects.select_related(*related).get(pk=order_id)


def _tell(row: WalletOrder, state: str) -> None:
    people = {one.pk: one for one in (row.requested_by, row.case.assignee) if one is not None}
    note_case(
        conversation=lock_place(row.case),
        case=row.case.ref,
        state=state,
        order=row.ref,
        people=list(people.values()),
    )


def _audit(
    order: WalletOrder,
    case: SecurityCase,
    actor: Membership | None,
    what: str,
    **detail: object,
) -> None:
    record_audit(
        brand=case.brand,
        actor=actor,
        action=f"wallet.{order.kind}_{what}",
        subject=f"case:{case.ref}",
        detail={"order": order.ref, **detail},
    )
