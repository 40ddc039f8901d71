"""What time does to conversations."""

from datetime import datetime, timedelta

from django.db import transaction

from walletdesk.contacts.actions import SESSION_LIFE
from walletdesk.conversations.actions.bot import close
from walletdesk.conversations.models import Conversation, Receipt
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Status
from walletdesk.kit import clock
from walletdesk.kit.one_by_one import OneByOne

# A client that was offline retries as long as its session lives.
RECEIPTS_KEPT = SESSION_LIFE + timedelta(days=1)
NEW_KEPT = timedelta(days=1)
BOT_SILENCE = timedelta(hours=24)
AT_ONCE = 200
_idle = OneByOne[int]("idle conversations")


def remove_old_receipts() -> int:
    """Delete receipts that no retry can ask for, and conversations in which nobody ever spoke."""
    now = clock.now()
    _remove_silent(before=now - NEW_KEPT)
    return Receipt.objects.filter(created_at__lt=now - RECEIPTS_KEPT).delete()[0]


@transaction.atomic
def _remove_silent(*, before: datetime) -> None:
    # Whoever writes in one holds its row: it is left alone, or the first message finds it gone.
    silent = Conversation.objects.filter(status=Status.NEW, created_at__lt=before)
    rows = silent.select_for_update(skip_locked=True, of=("self",))
    Conversation.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()


def close_idle() -> int:
    """Resolve conversations that were left with the bot for a day. Returns how many."""
    idle = Conversation.objects.filter(
        status=Status.BOT, last_event_at__lt=clock.now() - BOT_SILENCE
    ).exclude(pk__in=_idle.standing_back())
    closed = 0
    for pk, last_event_at in idle.values_list("pk", "last_event_at")[:AT_ONCE]:
        with _idle.attempt(pk), transaction.atomic():
            locked = lock_conversation(pk)
            if locked.status == Status.BOT and locked.last_event_at == last_event_at:
                close(locked, author=Author.SYSTEM)
                closed += 1
    return closed
