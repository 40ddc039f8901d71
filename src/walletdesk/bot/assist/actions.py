"""Remembering what was solved, and having a model write for an agent."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.bot.assist.models import Solved, Writing
from walletdesk.bot.assist.queries import question_in
from walletdesk.bot.assist.types import Kind, State
from walletdesk.bot.ports import current_generator
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError
from walletdesk.kit.jobs import later
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.language.types import EmbedderUnavailable
from walletdesk.safety.types import SafeText

WRITE_JOB = "assist.write"
KEPT = timedelta(hours=1)
AT_ONCE = 3  # of one person
A_NIGHT = 5_000
BATCH = 200


class GeneratorOff(DomainError):
    """No model is configured."""

    code = "generator_off"


class TooManyWritings(DomainError):
    """Somebody has several texts under way already."""

    code = "too_many_writings"
    status = 429


# --- solved conversations -----------------------------------------------------------------


def remember_solved(*, conversation_id: int) -> None:
    """Make a resolved conversation findable: a handler of `conversation_resolved`.

    In the background: nobody waits for it. Without an embedder the nightly run makes up for it.
    """
    found = get_conversation(conversation_id)
    if found is not None and found.status == Status.RESOLVED:
        _remember([found])


def remember_missed() -> int:
    """Take in what was resolved and is not there, the newest first. Returns how many."""
    rows = Conversation.objects.filter(status=Status.RESOLVED, solved=None, last_customer_seq__gt=0)
    found = rows.order_by("-resolved_at")[:A_NIGHT].values_list("pk", flat=True)
    names = list(found)
    for start in range(0, len(names), BATCH):
        chosen = Conversation.objects.filter(pk__in=names[start : start + BATCH])
        if not _remember(list(chosen.select_related("brand"))):
            break
    return len(names)


def forget_solved() -> None:
    """Forget all vectors: another model makes others. The nightly runs take them in again."""
    Solved.objects.all().delete()


def _remember(conversations: Sequence[Conversation]) -> bool:
    asked = [(each, question) for each in conversations if (question := question_in(each))]
    if not asked:
        return True
    try:
        vectors = current_embedder().embed([question for _each, question in asked])
    except EmbedderUnavailable:
        return False
    rows = [
        Solved(
            conversation=each,
            brand_id=each.brand_id,
            topic=each.topic,
            language=each.language,
            embedding=vector,
            resolved_at=each.resolved_at or each.last_event_at,
        )
        for (each, _question), vector in zip(asked, vectors, strict=True)
    ]
    with transaction.atomic():
        there = Conversation.objects.filter(pk__in=[each.pk for each, _ in asked])
        alive = set(there.select_for_update(no_key=True).values_list("pk", flat=True))
        Solved.objects.bulk_create(
            [row for row in rows if row.conversation_id in alive],
            update_conflicts=True,
            unique_fields=["conversation"],
            update_fields=["topic", "language", "embedding", "resolved_at"],
        )
    return True


# --- texts of a model ---------------------------------------------------------------------


@transaction.atomic
def ask_writing(
    *,
    conversation: Conversation,
    membership: Membership,
    kind: Kind,
    text: SafeText,
    language: str,
) -> Writing:
    """Have a model write, by a job. Raises GeneratorOff, NotAllowed, TooManyWritings.

    `text` has tokens in place of personal data: a model gets nothing else.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    if current_generator() is None:
        raise GeneratorOff
    mine = Writing.objects.filter(membership=membership, state__in=(State.WAITING, State.RUNNING))
    if mine.filter(asked_at__gt=clock.now() - timedelta(minutes=2)).count() >= AT_ONCE:
        raise TooManyWritings
    writing = Writing.objects.create(
        conversation=conversation,
        membership=membership,
        kind=kind,
        source=text.text,
        language=language,
        asked_at=clock.now(),
    )
    later(WRITE_JOB, at=clock.now(), writing_id=writing.pk)
    return writing


def cancel_writing(*, writing: Writing) -> None:
    """End a text that is under way: the job stops at the next word."""
    _under_way(writing.pk).update(state=State.CANCELLED)


def begin_writing(*, writing_id: int) -> Writing | None:
    """Take a text for writing, None when it is not wanted any more."""
    rows = Writing.objects.filter(pk=writing_id, state=State.WAITING)
    if not rows.update(state=State.RUNNING):
        return None
    return Writing.objects.select_related("conversation__brand", "membership").get(pk=writing_id)


def note_written(*, writing_id: int, characters: int) -> bool:
    """Note how far it is; False when it is not wanted any more."""
    return bool(_under_way(writing_id).update(characters=characters))


def finish_writing(
    *, writing_id: int, state: State, text: str = "", sources: Sequence[str] = (), reason: str = ""
) -> None:
    """Keep what came of it, unless it was cancelled. A text that was refused is not kept."""
    _under_way(writing_id).update(state=state, text=text, sources=list(sources), reason=reason)


def forget_cut_writings(*, conversation_id: int, kinds: object, seqs: object) -> None:  # noqa: ARG001 - the event's payload
    """Forget copies of what a secret was cut out of later: a handler of `secret_removed`."""
    Writing.objects.filter(conversation=conversation_id).delete()


def forget_writings() -> None:
    """Remove texts that are older than an hour."""
    Writing.objects.filter(asked_at__lt=clock.now() - KEPT).delete()


def _under_way(writing_id: int) -> QuerySet[Writing]:
    return Writing.objects.filter(pk=writing_id, state__in=(State.WAITING, State.RUNNING))
