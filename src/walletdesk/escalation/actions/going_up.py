"""A conversation goes to a higher level, once for each cause, and back."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import translation

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.bot import post_bot_message
from walletdesk.conversations.actions.escalations import call_people, note_escalation
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Status
from walletdesk.escalation import events, texts
from walletdesk.escalation.models import Escalation, Level, Told
from walletdesk.escalation.queries import LIVE, level_for, levels_above, people_of, standing
from walletdesk.escalation.types import NOTE_LENGTH, UNTOLD, Cause
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, DomainError, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.routing.actions.routes import route_to
from walletdesk.routing.types import GENERAL, HIGHEST_LEVEL
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

AT_ONCE = 20  # overdue ones of one turn of the worker


class NoHigherLevel(DomainError):
    """The conversation stands at this level or above it, or is over."""

    code = "no_higher_level"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a conversation goes up. `key` tells one occasion of a cause from another."""

    cause: Cause
    key: str = ""
    by: Membership | None = None
    note: SafeText | None = None


@transaction.atomic
def escalate_by_hand(
    *, conversation: Conversation, membership: Membership, level: Level, note: SafeText
) -> Escalation:
    """Send a conversation to a higher level with a note for them. Raises NoHigherLevel, BadInput.

    A double click finds it there already, which is no error.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    kept = guard.impersonal(note)
    if len(kept.text) > NOTE_LENGTH:
        raise BadInput(note="too_long")
    locked = lock_conversation(conversation.pk)
    if membership.brand_id not in {locked.brand_id} & {level.brand_id}:
        raise NotFound
    now = standing(locked)
    if now and now.level_id == level.pk and now.by_id == membership.pk:
        return now
    count = Escalation.objects.filter(conversation=locked, cause=Cause.BY_HAND).count()
    made = go_up(locked, level, Why(Cause.BY_HAND, str(count + 1), membership, kept))
    if made is None:
        raise NoHigherLevel
    record_audit(
        brand=membership.brand,
        actor=membership,
        action="conversation.escalated",
        subject=f"conversation:{locked.ref}",
        detail={"level": level.name},
    )
    return made


def go_up_for(conversation: Conversation, cause: Cause, *, key: str = "", topic: str = "") -> bool:
    """Send a locked conversation where the brand's rules say; tell whether it went."""
    level = level_for(conversation.brand, cause, topic)
    return level is not None and go_up(conversation, level, Why(cause, key or topic)) is not None


def go_up(conversation: Conversation, level: Level, why: Why) -> Escalation | None:
    """Send a locked conversation to a level and tell everybody; None when there is nothing to do.

    Nothing is to do when it is over, stands there or higher, or went up for this occasion before:
    a unique row decides, whatever happens beside it.
    """
    now = standing(conversation)
    if conversation.status not in LIVE or (now and now.position >= level.position):
        return None
    made = _record(conversation, level, why)
    if made is None:
        return None
    call_people(conversation)
    _route(conversation, level)
    people = people_of(level)
    made.seq = note_escalation(
        conversation=conversation,
        level=level.name,
        cause=why.cause,
        told=people,
        by=why.by,
        note=why.note,
    )
    made.save(update_fields=["seq"])
    told = [Told(escalation=made, who="staff", membership=p, name=p.user.name) for p in people]
    if level.address:
        told.append(Told(escalation=made, who="outside", name=level.address[:120]))
    if why.cause not in UNTOLD:
        seq = _tell_customer(conversation, why.cause)
        told.append(Told(escalation=made, who="customer", seq=seq))
    for one in told:
        one.at = clock.now()
    Told.objects.bulk_create(told)
    ids = {"escalation_id": made.pk}
    key = str(conversation.pk)
    publish(name=events.ESCALATED, key=key, payload=ids | {"conversation_id": conversation.pk})
    if level.address:
        publish(name=events.ESCALATED_OUTSIDE, key=key, payload=ids)
    return made


def _route(conversation: Conversation, level: Level) -> None:
    """Put it into the level's queue. Whoever has it keeps it unless the level takes it."""
    if conversation.status == Status.QUEUED or (level.moves and level.team):
        wanted = min(GENERAL + level.position, HIGHEST_LEVEL)
        route_to(conversation=conversation, team=level.team, level=wanted)
        conversation.refresh_from_db()


def _record(conversation: Conversation, level: Level, why: Why) -> Escalation | None:
    at = clock.now()
    due = at + timedelta(minutes=level.minutes) if level.minutes else None
    try:
        with transaction.atomic():
            return Escalation.objects.create(
                conversation=conversation,
                level=level,
                level_name=level.name,
                position=level.position,
                cause=why.cause,
                key=why.key,
                by=why.by,
                note=why.note.text if why.note else "",
                due_at=due,
                created_at=at,
            )
    except IntegrityError:
        return None


def _tell_customer(conversation: Conversation, cause: Cause) -> int:
    with translation.override(conversation.language or conversation.brand.default_language):
        text = guard.check(texts.to_customer(cause)).safe
    return post_bot_message(conversation=conversation, text=text, data={})


def untell_outside(*, escalation_id: int) -> None:
    """Take back that somebody outside was told: no mail could leave."""
    Told.objects.filter(escalation_id=escalation_id, who="outside").delete()


# --- back, and on ----------------------------------------------------------------------------


@transaction.atomic
def end_escalation(*, conversation: Conversation, membership: Membership, note: SafeText) -> None:
    """Bring a conversation back down. What led up does not do so again in this matter.

    Doing it twice is no error.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_conversation(conversation.pk)
    if locked.brand_id != membership.brand_id:
        raise NotFound
    now = standing(locked)
    if now is None:
        return
    _end(locked.pk)
    note_escalation(
        conversation=locked,
        level=now.level_name,
        cause="ended",
        by=membership,
        note=guard.impersonal(note),
    )


def settle_escalations(*, conversation_id: int) -> None:
    """End what a settled conversation had, so that a new matter counts anew.

    The handler of `conversation_resolved`.
    """
    rows = Escalation.objects.filter(conversation_id=conversation_id, settled=False)
    if rows.exists():
        _end(conversation_id)
        rows.update(settled=True)


def _end(conversation_id: int) -> None:
    rows = Escalation.objects.filter(conversation_id=conversation_id, ended_at=None)
    rows.update(ended_at=clock.now(), due_at=None)


def call_next_levels() -> bool:
    """Call the next level where nobody answered in time. For the worker: more waits when True."""
    due = Escalation.objects.filter(due_at__lte=clock.now()).order_by("due_at")
    found = list(due.values_list("pk", "conversation_id")[:AT_ONCE])
    for escalation_id, conversation_id in found:
        _call_next(escalation_id, conversation_id)
    return len(found) == AT_ONCE


@transaction.atomic
def _call_next(escalation_id: int, conversation_id: int) -> None:
    locked = lock_conversation(conversation_id)
    # Another worker may have been here while the lock was waited for.
    row = Escalation.objects.filter(pk=escalation_id, due_at__isnull=False)
    if not row.update(due_at=None):
        return
    escalation = row.model.objects.get(pk=escalation_id)
    answers = locked.events.filter(
        seq__gt=escalation.seq, created_at__gte=escalation.created_at, author=Author.AGENT,
        kind="message",
    )  # fmt: skip
    above = levels_above(locked)
    if above and not answers.exists():
        go_up(locked, above[0], Why(Cause.UNANSWERED, str(escalation_id)))
