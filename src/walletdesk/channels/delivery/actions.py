"""All writes to the ledger. Who delivers asks for a claim, tells when it hands over, and settles.

The order makes each delivery happen once: a claim is committed before anything is sent; right
before the far side could accept, `note_handing_over` is committed; an attempt that was cut off
before that begins anew, one that was cut off after it is `unknown` and waits for a person or for
news from outside.
"""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Q

from walletdesk.channels.delivery import events
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.rules import (
    AGAIN,
    CODE_LENGTH,
    GIVE_UP,
    HANDING_LEASE,
    LEASE,
    OPEN,
    PAUSES,
    may_report,
    retry_at,
)
from walletdesk.channels.delivery.types import (
    HELD,
    Accepted,
    Claim,
    NewDelivery,
    Phase,
    Postponed,
    Refused,
    Result,
    State,
)
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError
from walletdesk.kit.jobs import later
from walletdesk.kit.outbox.actions import publish

AT_ONCE = 200


class Overtaken(DomainError):
    """The lease ran out and another attempt may be under way: nothing may be handed over."""

    code: ClassVar[str] = "overtaken"


class NotAgain(DomainError):
    """Only what failed, came back or is unclear can be sent once more."""

    code: ClassVar[str] = "not_again"


# --- planning -----------------------------------------------------------------------------


@transaction.atomic
def plan_delivery(*, new: NewDelivery) -> Delivery:
    """Write a delivery and its job in the caller's transaction."""
    now = clock.now()
    row = Delivery.objects.create(
        brand_id=new.brand_id,
        contact_id=new.contact_id,
        channel=new.channel,
        purpose=new.purpose,
        job=new.job,
        conversation_id=new.conversation_id,
        first_seq=new.first_seq,
        seq=new.seq,
        recipient=new.recipient,
        reason=HELD if new.held else "",
        next_at=None if new.held else new.due_at,
        began_at=now,
        changed_at=now,
    )
    if new.held:
        _tell(row)
    else:
        later(new.job, at=new.due_at, delivery_id=row.pk)
    return row


@transaction.atomic
def extend_delivery(
    *, conversation_id: int, channel: str, purpose: str, recipient: bytes, seq: int
) -> Delivery | None:
    """Have a delivery that nobody has begun to make carry one more event; None without one."""
    waiting = Delivery.objects.select_for_update().filter(
        conversation_id=conversation_id,
        channel=channel,
        purpose=purpose,
        recipient=recipient,
        state=State.QUEUED,
        phase=Phase.IDLE,
        attempts=0,
        seq__lt=seq,
    )
    row = waiting.order_by("-pk").first()
    if row is not None:
        row.seq, row.changed_at = seq, clock.now()
        row.save(update_fields=["seq", "changed_at"])
    return row


@transaction.atomic
def release_held(*, contact_id: int) -> int:
    """Let go what waited until a contact confirms an address, whichever. Return how many."""
    rows = list(
        Delivery.objects.select_for_update()
        .filter(contact_id=contact_id, state=State.QUEUED, reason=HELD)
        .order_by("pk")
    )
    now = clock.now()
    for row in rows:
        row.reason, row.next_at, row.began_at, row.changed_at = "", now, now, now
        row.save()
        later(row.job, at=now, delivery_id=row.pk)
        _tell(row)
    return len(rows)


# --- one attempt --------------------------------------------------------------------------


@transaction.atomic
def claim_delivery(*, delivery_id: int) -> Claim | None:
    """Take a delivery that is due, for one attempt. None when there is nothing to do (now).

    A second job, at the end of the lease, takes it up again should this process die.
    """
    row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    now = clock.now()
    if row is None or row.state not in OPEN or row.next_at is None:
        return None
    if row.phase != Phase.IDLE and (row.lease_until or now) > now:
        return None
    if row.phase == Phase.HANDING:
        _become(row, State.UNKNOWN, "cut_off")
        return None
    if row.next_at > now:
        return None
    if row.phase == Phase.STARTED and _never_ends(row, now):
        _become(row, State.FAILED, "gave_up")
        return None
    row.attempts += 1
    row.phase, row.lease_until = Phase.STARTED, now + LEASE
    row.save(update_fields=["attempts", "phase", "lease_until"])
    later(row.job, at=row.lease_until, delivery_id=row.pk)
    return Claim(row.pk, row.attempts)


def _never_ends(row: Delivery, now: datetime) -> bool:
    """Tell whether attempts were cut off for too long: not by a standstill of ours alone."""
    return row.attempts > len(PAUSES) and now > row.began_at + GIVE_UP


@transaction.atomic
def note_handing_over(*, claim: Claim) -> None:
    """Tell that from now on the far side may have it. Raises Overtaken when the lease is over."""
    now = clock.now()
    changed = Delivery.objects.filter(
        pk=claim.delivery_id,
        attempts=claim.attempt,
        phase=Phase.STARTED,
        state__in=OPEN,
        lease_until__gt=now,
    ).update(phase=Phase.HANDING, lease_until=now + HANDING_LEASE)
    if not changed:
        raise Overtaken
    row = Delivery.objects.get(pk=claim.delivery_id)
    later(row.job, at=now + HANDING_LEASE, delivery_id=row.pk)


@transaction.atomic
def settle_delivery(*, claim: Claim, result: Result) -> Delivery | None:
    """Write what an attempt came to. One that was overtaken writes nothing, unless it succeeded."""
    row = Delivery.objects.select_for_update().filter(pk=claim.delivery_id).first()
    if row is None or row.attempts != claim.attempt or row.state not in (*OPEN, State.UNKNOWN):
        return None
    row.phase, row.lease_until = Phase.IDLE, None
    match result:
        case Accepted():
            row.provider_id, row.sent_at = result.provider_id[:250], clock.now()
            _become(row, State.SENT)
        case Postponed():
            _postpone(row, result)
        case Refused():
            after = State.BOUNCED if result.by_recipient else State.FAILED
            _become(row, after, result.reason, result.code)
        case _:
            _become(row, State.UNKNOWN, result.reason)
    return row


def _postpone(row: Delivery, result: Postponed) -> None:
    now = clock.now()
    chance = secrets.randbelow(1_000) / 1_000
    at = retry_at(row.attempts, began=row.began_at, now=now, chance=chance)
    if at is None:
        _become(row, State.FAILED, "gave_up", result.code)
        return
    row.next_at = max(at, _after(now, result.retry_after))
    later(row.job, at=row.next_at, delivery_id=row.pk)
    _become(row, State.DEFERRED, result.reason, result.code)


def _after(now: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(now.timestamp() + min(seconds, 86_400), tz=now.tzinfo)


# --- news and second tries ----------------------------------------------------------------


@transaction.atomic
def report_delivery(*, delivery_id: int, state: State, reason: str = "", code: str = "") -> bool:
    """Write news from outside. Return whether it was news: old or impossible ones are dropped."""
    row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is None or not may_report(State(row.state), state):
        return False
    row.phase, row.lease_until, row.next_at = Phase.IDLE, None, None
    _become(row, state, reason, code)
    return True


@transaction.atomic
def note_delay(*, delivery_id: int, code: str = "") -> None:
    """Write that the recipient's side still tries: the state stays, staff read of it once."""
    row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is not None and row.state == State.SENT and not row.reason:
        _become(row, State.SENT, "delayed", code)


@transaction.atomic
def fail_delivery(*, delivery_id: int, reason: str) -> None:
    """Give up a delivery that cannot be made, before it is attempted."""
    row = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is not None and row.state in OPEN:
        row.phase, row.lease_until = Phase.IDLE, None
        _become(row, State.FAILED, reason)


@transaction.atomic
def retry_delivery(*, delivery_id: int) -> Delivery:
    """Send once more what failed, came back or is unclear, under the same name. Raises NotAgain."""
    row = Delivery.objects.select_for_update().get(pk=delivery_id)
    if row.state not in AGAIN:
        raise NotAgain
    now = clock.now()
    row.next_at, row.began_at, row.phase, row.lease_until = now, now, Phase.IDLE, None
    _become(row, State.QUEUED)
    later(row.job, at=now, delivery_id=row.pk)
    return row


def take_up_lost() -> int:
    """Give a new job to what is due and has none: jobs are not the truth, rows are.

    Return how many there were.
    """
    now = clock.now()
    late = now - LEASE
    lost = Q(next_at__lt=late, phase=Phase.IDLE) | ~Q(phase=Phase.IDLE) & Q(lease_until__lt=late)
    with transaction.atomic():
        rows = list(
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(lost, state__in=OPEN)
            .order_by("pk")[:AT_ONCE]
        )
        for row in rows:
            later(row.job, at=now, delivery_id=row.pk)
    return len(rows)


def forget_deliveries(*, delivery_ids: Collection[int]) -> int:
    """Remove rows whose matter is no longer kept. Return how many."""
    return Delivery.objects.filter(pk__in=delivery_ids).delete()[0]


def _become(row: Delivery, state: State, reason: str = "", code: str = "") -> None:
    row.state, row.changed_at = state, clock.now()
    row.reason, row.code = reason[:CODE_LENGTH], code[:CODE_LENGTH]
    if state not in OPEN:
        row.next_at, row.phase, row.lease_until = None, Phase.IDLE, None
    row.save()
    _tell(row)


def _tell(row: Delivery) -> None:
    payload = {
        "delivery_id": row.pk,
        "state": str(row.state),
        "reason": row.reason,
        "code": row.code,
    }
    key = str(row.conversation_id or f"delivery {row.pk}")
    publish(name=events.DELIVERY_CHANGED, key=key, payload=payload)
