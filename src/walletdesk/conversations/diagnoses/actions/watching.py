"""Watching a transaction: begin, look again, tell, end."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import translation

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.chain.types import Diagnosis as Found
from walletdesk.chain.types import Kind as RefKind
from walletdesk.conversations.actions.bot import post_bot_message
from walletdesk.conversations.actions.staff import act
from walletdesk.conversations.actions.timeline import CHAT, append_one
from walletdesk.conversations.diagnoses.actions.recording import raise_by_facts, remember, renew
from walletdesk.conversations.diagnoses.actions.refusals import NothingToWatch, TooManyWatches
from walletdesk.conversations.diagnoses.models import Diagnosis, Watch
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.conversations.diagnoses.queries import get_diagnosis_in
from walletdesk.conversations.diagnoses.records import from_record
from walletdesk.conversations.diagnoses.rules import (
    FIRST_PAUSE,
    WATCH_LIFE,
    WATCHES_PER_BRAND,
    WATCHES_PER_CONVERSATION,
    is_news,
    is_settled,
    pause_after,
    urgency_of,
)
from walletdesk.conversations.diagnoses.types import Looked, Outcome, Step
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation, lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.kit.jobs import later
from walletdesk.safety import guard

WATCH_JOB = "diagnoses.watch"
SHOWN = (8, 6)
_LOCK = 7_263_001  # the class of our advisory locks that count the watches of a brand


@transaction.atomic
def watch_by_customer(*, conversation: Conversation, seq: int, reference: str) -> Watch:
    """Have a transaction watched, as the customer asks. Raises as `_begin` does."""
    return _begin(lock_conversation(conversation.pk), seq, reference, None)


@transaction.atomic
def watch_by_staff(
    *, conversation: Conversation, membership: Membership, seq: int, reference: str
) -> Watch:
    """Have a transaction watched, as a member of staff asks. Raises as `_begin` does."""
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_conversation(conversation.pk)
    if locked.brand_id != membership.brand_id:
        raise NotFound
    return _begin(locked, seq, reference, membership)


@transaction.atomic
def stop_watch(
    *, conversation: Conversation, reference: str, membership: Membership | None
) -> None:
    """Watch a transaction no longer: the customer (no membership) or staff. Twice is no error."""
    if membership is not None:
        require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_conversation(conversation.pk)
    watch = _active(locked, reference)
    if watch is not None:
        _end(watch, Outcome.STOPPED)
        _append(locked, Step.STOPPED, watch, membership)


def _begin(conversation: Conversation, seq: int, reference: str, by: Membership | None) -> Watch:
    """Begin a watch in a locked conversation; one that runs already is returned.

    Raises NotFound, NothingToWatch when the transaction is unknown or settled, TooManyWatches.
    """
    if conversation.status in (Status.NEW, Status.MERGED):
        raise NotFound
    found = _found(get_diagnosis_in(conversation, seq), reference)
    known = _active(conversation, reference)
    if known is not None:
        return known
    _count(conversation)
    now = clock.now()
    watch = Watch.objects.create(
        conversation=conversation,
        seq=seq,
        reference=reference,
        network=found.network,
        by=by,
        verdict=found.verdict,
        next_at=now + FIRST_PAUSE,
        ends_at=now + WATCH_LIFE,
    )
    _append(conversation, Step.WATCHING, watch, by)
    later(WATCH_JOB, at=watch.next_at, watch_id=watch.pk)
    return watch


def _found(row: Diagnosis, reference: str) -> Found:
    for each in map(from_record, row.report):
        is_this = each.ref.text == reference and each.ref.kind is RefKind.TRANSACTION
        if is_this and not is_settled(each.verdict):
            return each
    raise NothingToWatch


def _active(conversation: Conversation, reference: str) -> Watch | None:
    rows = Watch.objects.filter(conversation=conversation, ended_at=None)
    return rows.filter(reference=reference[:120].replace("\0", "")).first()


def _count(conversation: Conversation) -> None:
    """Raise TooManyWatches at a limit. The lock makes those of a brand count one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, conversation.brand_id])
    active = Watch.objects.filter(ended_at=None)
    if active.filter(conversation=conversation).count() >= WATCHES_PER_CONVERSATION:
        raise TooManyWatches(limit=WATCHES_PER_CONVERSATION)
    if active.filter(conversation__brand=conversation.brand_id).count() >= WATCHES_PER_BRAND:
        raise TooManyWatches(limit=WATCHES_PER_BRAND)


# --- looking again ------------------------------------------------------------------------


@transaction.atomic
def claim_watch(*, watch_id: int) -> Watch | None:
    """Return a watch that is due and push its next look ahead, so that nobody else takes it."""
    now = clock.now()
    mine = Watch.objects.filter(pk=watch_id, ended_at=None, next_at__lte=now).update(
        next_at=now + pause_after(20), tries=F("tries") + 1
    )
    rows = Watch.objects.select_related("conversation__brand")
    return rows.get(pk=watch_id) if mine else None


@transaction.atomic
def record_watch(*, watch: Watch, looked: Looked) -> None:
    """Tell customer and staff when something changed; plan the next look, or end."""
    remember(sightings=looked.sightings)
    conversation = _where_it_goes_on(watch.conversation_id)
    row = Watch.objects.select_for_update().filter(pk=watch.pk, ended_at=None).first()
    if conversation is None or row is None:
        return
    bare = row.reference.removeprefix("0x")
    found = next((d for d in looked.found if d.ref.text.removeprefix("0x") == bare), None)
    if found is not None and is_news(row.verdict, found.verdict):
        row.verdict, row.tries = found.verdict, 0
        renew(row, found)
        _tell(conversation, row, found)
        raise_by_facts(conversation, urgency_of(found.verdict))
    now = clock.now()
    if found is not None and is_settled(found.verdict):
        _end(row, Outcome.SETTLED)
    elif now >= row.ends_at:
        _end(row, Outcome.EXPIRED)
        _append(conversation, Step.EXPIRED, row, None)
    else:
        _put_off(row, now)


def _put_off(row: Watch, now: datetime) -> None:
    row.next_at = now + pause_after(row.tries)
    row.save(update_fields=["next_at", "tries", "verdict"])
    later(WATCH_JOB, at=row.next_at, watch_id=row.pk)


def _end(row: Watch, outcome: Outcome) -> None:
    row.ended_at, row.outcome = clock.now(), outcome
    row.save(update_fields=["ended_at", "outcome", "verdict", "tries"])


def _tell(conversation: Conversation, row: Watch, found: Found) -> None:
    """Append the news in the customer's language; who reads elsewhere gets a message of the bot."""
    words = Port.words()
    with translation.override(_language(conversation)):
        said, all_of_it = words.summarise(found), words.explain([found])
    _append(conversation, Step.CHANGED, row, None, said=said)
    if conversation.channel != CHAT:
        post_bot_message(
            conversation=conversation,
            text=guard.check(all_of_it).safe,
            data={"verdict": found.verdict.value},
        )


def _append(
    conversation: Conversation, step: Step, watch: Watch, by: Membership | None, *, said: str = ""
) -> None:
    """Append an event line: codes for staff, a sentence in the customer's language for them."""
    head, tail = SHOWN
    short = f"{watch.reference[:head]}…{watch.reference[-tail:]}"
    with translation.override(_language(conversation)):
        text = guard.check(Port.words().line(step, short, said)).safe
    data = {"reason": step, "diagnosis": watch.seq, "reference": short, "verdict": watch.verdict}
    if by is not None:
        event = act(Kind.CHAIN, by, text=text, data=data)
    else:
        asked = step in (Step.WATCHING, Step.STOPPED)
        author = Author.CUSTOMER if asked else Author.SYSTEM
        event = NewEvent(kind=Kind.CHAIN, author=author, text=text, data=data)
    append_one(conversation, event)


def _language(conversation: Conversation) -> str:
    return conversation.language or conversation.brand.default_language


def _where_it_goes_on(conversation_id: int) -> Conversation | None:
    """Lock the conversation, or the one into which it was merged; None when it was erased."""
    seen = get_conversation(conversation_id)
    if seen is None:
        return None
    try:
        return lock_conversation(seen.merged_into_id or seen.pk)
    except Conversation.DoesNotExist:
        return None


@transaction.atomic
def take_up_due() -> int:
    """Give a job to each watch whose job was lost. Returns how many."""
    late = clock.now() - FIRST_PAUSE
    due = Watch.objects.filter(ended_at=None, next_at__lt=late)
    keys = list(due.order_by("next_at").values_list("pk", flat=True)[:200])
    for key in keys:
        later(WATCH_JOB, at=clock.now(), watch_id=key)
    return len(keys)
