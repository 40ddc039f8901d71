"""Take back what one has just done: a second action that restores, never a delay of the first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from walletdesk.accounts.models import Membership, Team
from walletdesk.conversations import events
from walletdesk.conversations.actions.merge import merge_conversations
from walletdesk.conversations.actions.refusals import ChangedSince, NothingToUndo
from walletdesk.conversations.actions.snooze import plan_waking
from walletdesk.conversations.actions.staff import act, lock_for
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation, ConversationTag, Tag, UndoStep
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Kind, Status
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.types import SafeText

OFFERED = timedelta(seconds=10)
HONOURED = OFFERED + timedelta(seconds=5)  # a click in the last second travels, too
KEPT = timedelta(hours=1)
MOMENTS = ("queued_at", "waiting_since", "resolved_at", "snoozed_until")
PLAIN = ("status", "assignee_id", "team_id", "urgency", "merged_into_id", "merged_seq")
PUBLIC = {"resolve": Kind.REOPENED}  # what customers saw happen, they see taken back


@dataclass(frozen=True, slots=True)
class Undone:
    """How many conversations stand as before, and the names of those that changed meanwhile."""

    done: int
    changed: tuple[str, ...]


@transaction.atomic
def undoable_merge(
    *,
    token: UUID,
    membership: Membership,
    conversation: Conversation,
    into: Conversation,
    reason: SafeText | None = None,
) -> Conversation:
    """Merge two conversations so that it can be taken back. See `merge_conversations`."""

    def merge(_locked: Conversation) -> None:
        merge_conversations(
            conversation=conversation, into=into, membership=membership, reason=reason
        )

    def around_second(_locked: Conversation) -> None:
        undoable(**shared, conversation=second, perform=merge)

    shared: Any = {"action": "merge", "token": token, "membership": membership}
    first, second = sorted((conversation, into), key=lambda c: c.pk)  # locked in this order
    undoable(**shared, conversation=first, perform=around_second)
    return Conversation.objects.get(pk=into.pk)


@transaction.atomic
def undoable(
    *,
    action: str,
    token: UUID,
    membership: Membership,
    conversation: Conversation,
    perform: Callable[[Conversation], object],
    tag: Tag | None = None,
) -> Conversation:
    """Perform an action on a conversation so that its doer can take it back by the token.

    Nothing is kept when the action changed nothing. One token may stand for many conversations.
    `tag` is the one that the action puts on or takes off.
    """
    if tag is not None:  # before the conversation, as all do who need both
        Tag.objects.select_for_update(no_key=True).filter(pk=tag.pk).first()
    locked = lock_for(membership, conversation)
    before, seq = _snapshot(locked), locked.last_seq
    perform(locked)
    now = Conversation.objects.get(pk=locked.pk)
    if now.last_seq != seq:
        UndoStep.objects.update_or_create(
            membership=membership,
            token=token,
            conversation=now,
            defaults={"action": action, "before": before, "after_seq": now.last_seq},
        )
    return now


def undo(*, membership: Membership, token: UUID) -> Undone:
    """Take back what the token stands for. Raises NothingToUndo, or ChangedSince for all of it.

    A conversation in which something happened since stays as it is. A token serves once.
    """
    steps = UndoStep.objects.filter(
        membership=membership, token=token, created_at__gt=clock.now() - HONOURED
    ).order_by("conversation_id")
    found = list(steps.values_list("pk", "action"))
    done, changed = 0, []
    for group in [found] if ("merge" in dict(found).values()) else [[one] for one in found]:
        taken, refused = _undo_together([pk for pk, _ in group], membership)
        done += taken
        changed += refused
    if changed and not done:
        raise ChangedSince(count=len(changed))
    if not done:
        raise NothingToUndo
    return Undone(done, tuple(changed))


@transaction.atomic
def _undo_together(steps: list[int], membership: Membership) -> tuple[int, list[str]]:
    """Take back all of these steps, or none when one of their conversations changed meanwhile."""
    # a step that somebody takes at this moment (a double click) is theirs
    taken = list(
        UndoStep.objects.select_for_update(skip_locked=True)
        .filter(pk__in=steps)
        .order_by("conversation_id")
    )
    if len(taken) != len(steps):
        return 0, []
    locked = {step.pk: lock_for(membership, step.conversation) for step in taken}
    changed = [locked[s.pk].ref for s in taken if _went_on(s, locked[s.pk])]
    for step in taken:
        if not changed:
            _restore(step, locked[step.pk], membership)
        step.delete()
    return (0, changed) if changed else (len(taken), [])


def _went_on(step: UndoStep, locked: Conversation) -> bool:
    """Tell whether anything happened since, other than news of what had left the desk before."""
    if locked.last_seq == step.after_seq:
        return False
    since = events_of(locked).filter(seq__gt=step.after_seq)
    return since.exclude(kind=Kind.DELIVERY).exists()


def remove_old_steps() -> int:
    """Forget what can no longer be taken back."""
    return UndoStep.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


def _restore(step: UndoStep, locked: Conversation, membership: Membership) -> None:
    before = dict(step.before)
    changes: dict[str, Any] = {name: before[name] for name in PLAIN}
    if not Team.objects.filter(pk=before["team_id"]).exists():
        changes["team_id"] = None  # removed meanwhile
    for name in MOMENTS:
        changes[name] = datetime.fromisoformat(before[name]) if before[name] else None
    if step.action == "tag":
        _restore_tags(locked, before["tags"])
    kind = PUBLIC.get(step.action, Kind.UNDONE)
    append_one(
        locked,
        act(kind, membership, data={"what": step.action} if kind == Kind.UNDONE else {}),
        **changes,
    )
    for pk, seq in before["absorbed"]:
        Conversation.objects.filter(pk=pk).update(merged_into=locked, merged_seq=seq)
    plan_waking(locked)  # its job may have found it settled and be over
    if locked.status == Status.QUEUED:
        publish(
            name=events.CONVERSATION_QUEUED,
            key=str(locked.pk),
            payload={"conversation_id": locked.pk},
        )


def _restore_tags(locked: Conversation, tags: list[int]) -> None:
    now = ConversationTag.objects.filter(conversation=locked)
    now.exclude(tag__in=tags).delete()
    there = set(now.values_list("tag_id", flat=True))
    missing = Tag.objects.filter(pk__in=set(tags) - there)
    ConversationTag.objects.bulk_create(
        [ConversationTag(conversation=locked, tag=tag) for tag in missing], ignore_conflicts=True
    )


def _snapshot(locked: Conversation) -> dict[str, Any]:
    before: dict[str, Any] = {name: getattr(locked, name) for name in PLAIN}
    for name in MOMENTS:
        moment = getattr(locked, name)
        before[name] = moment.isoformat() if moment else None
    joined = Conversation.objects.filter(merged_into=locked).values_list("pk", "merged_seq")
    before["absorbed"] = [list(one) for one in joined]
    tags = ConversationTag.objects.filter(conversation=locked).order_by("tag_id")
    before["tags"] = list(tags.values_list("tag_id", flat=True))
    return before
