"""Asking for a replay, following it, ending it."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.bot.replays.models import ACTIVE, Replay
from walletdesk.bot.replays.queries import KEPT
from walletdesk.bot.replays.rules import DAYS, MOST
from walletdesk.bot.replays.types import Span, State
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.kit.jobs import later

JOB = "replays.run"
LOST_AFTER = timedelta(seconds=90)  # it tells how far it is every second
ATTEMPTS = 3


class ReplayRunning(DomainError):
    """The brand has a replay that has not ended."""

    code = "replay_running"


@transaction.atomic
def ask_replay(*, membership: Membership, span: Span) -> Replay:
    """Have the worker replay past conversations. Raises BadInput, NotAllowed, ReplayRunning."""
    require_right(membership.role, Permission.ARTICLE_EDIT)
    if not DAYS[0] <= span.days <= DAYS[1]:
        raise BadInput(days="range")
    if not MOST[0] <= span.limit <= MOST[1]:
        raise BadInput(limit="range")
    brand = membership.brand
    if span.language and span.language not in brand.languages:
        raise BadInput(language="unknown")
    try:
        with transaction.atomic():
            replay = Replay.objects.create(
                brand=brand,
                asked_by=membership,
                days=span.days,
                language=span.language,
                most=span.limit,
                asked_at=clock.now(),
                beat_at=clock.now(),
            )
    except IntegrityError:
        raise ReplayRunning from None
    told = {"days": span.days, "language": span.language, "limit": span.limit}
    record_audit(
        brand=brand, actor=membership, action="replay.asked", subject=str(replay.pk), detail=told
    )
    later(JOB, at=clock.now(), replay_id=replay.pk)
    return replay


@transaction.atomic
def cancel_replay(*, membership: Membership, replay: Replay) -> None:
    """End a replay that has not ended; the worker stops at the next conversation."""
    require_right(membership.role, Permission.ARTICLE_EDIT)
    _end(replay.pk, State.CANCELLED)


@transaction.atomic
def begin_replay(*, replay_id: int) -> Replay | None:
    """Take a replay for a run, or None when it is not wanted any more, or runs already."""
    now = clock.now()
    taken = Replay.objects.filter(pk=replay_id, state=State.WAITING).update(
        state=State.RUNNING, beat_at=now, done=0, attempts=F("attempts") + 1
    )
    return Replay.objects.select_related("brand").get(pk=replay_id) if taken else None


def note_progress(*, replay_id: int, done: int, total: int) -> bool:
    """Note how far a replay is; False when it has been cancelled."""
    rows = Replay.objects.filter(pk=replay_id, state=State.RUNNING)
    return bool(rows.update(done=done, total=total, beat_at=clock.now()))


@transaction.atomic
def finish_replay(*, replay_id: int, report: dict[str, Any]) -> None:
    """Keep the report, and forget the oldest ones. Does nothing when it has been cancelled."""
    if not _end(replay_id, State.DONE, report=report, done=F("total")):
        return
    brand = Replay.objects.values_list("brand_id", flat=True).get(pk=replay_id)
    rows = Replay.objects.filter(brand_id=brand)
    kept = rows.order_by("-pk").values_list("pk", flat=True)[:KEPT]
    rows.exclude(pk__in=list(kept)).delete()


@transaction.atomic
def fail_replay(*, replay_id: int) -> None:
    """Note that a run could not be finished."""
    _end(replay_id, State.FAILED)


def _end(replay_id: int, state: State, **values: Any) -> int:
    rows = Replay.objects.filter(pk=replay_id, state__in=ACTIVE)
    return rows.update(state=state, ended_at=clock.now(), **values)


@transaction.atomic
def take_up_lost() -> int:
    """Begin anew what a dead worker left; give up what keeps dying. Returns how many."""
    lost = Replay.objects.filter(state__in=ACTIVE, beat_at__lt=clock.now() - LOST_AFTER)
    for row in lost.filter(attempts__gte=ATTEMPTS):
        _end(row.pk, State.FAILED)
    again = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Replay.objects.filter(pk__in=again).update(state=State.WAITING, beat_at=clock.now())
    for pk in again:
        later(JOB, at=clock.now(), replay_id=pk)
    return len(again)
