"""What time does to conversations."""

from datetime import timedelta

from django.db import transaction

from walletdesk.contacts.actions import SESSION_LIFE
from walletdesk.conversations.actions.bot import close
from walletdesk.conversations.models import Conversation, Receipt
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Status
from walletdesk.kit import clock

# A client that was offline retries as long as its session lives.
RECEIPTS_KEPT = SESSION_LIFE + timedelta(days=1)
NEW_KEPT = timedelta(days=1)
BOT_SILENCE = timedelta(hours=24)
AT_ONCE = 200


def remove_old_receipts() -> int:
    """Delete receipts that no retry can ask for, and conversations in which nobody ever spoke."""
    now = clock.now()
    Conversation.objects.filter(status=Status.NEW, created_at__lt=now - NEW_KEPT).delete()
    return Receipt.objects.filter(created_at__lt=now - RECEIPTS_KEPT).delete()[0]


def close_idle() -> int:
    """Resolve conversations that were left with the bot for a day. Returns how many."""
    idle = Conversation.objects.filter(
        status=Status.BOT, last_event_at__lt=clock.now() - BOT_SILENCE
    ).values_list("pk", "last_event_at")[:AT_ONCE]
    closed = 0
    for pk, last_event_at in idle:
        with transaction.atomic():
            locked = lock_conversation(pk)
            if locked.status == Status.BOT and locked.last_event_at == last_event_at:
                close(locked, author=Author.SYSTEM)
                closed += 1
    return closed
