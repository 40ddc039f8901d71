"""What became of messages that left by other ways than the chat: told in the timeline, to staff."""

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.delivery.actions import retry_delivery
from walletdesk.channels.delivery.queries import get_delivery, get_delivery_of
from walletdesk.conversations.actions.staff import lock_for
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent


@transaction.atomic
def note_delivery(*, delivery_id: int, state: str, reason: str, code: str) -> None:
    """Tell in the timeline that a delivery changed. Handler of `delivery_changed`."""
    delivery = get_delivery(delivery_id)
    if delivery is None or delivery.conversation_id is None or not delivery.seq:
        return
    try:
        locked = lock_conversation(delivery.conversation_id)
    except Conversation.DoesNotExist:
        return
    append_one(
        locked,
        NewEvent(
            kind=Kind.DELIVERY,
            author=Author.SYSTEM,
            staff_data={
                "id": delivery.pk,
                "first": delivery.first_seq,
                "last": delivery.seq,
                "channel": delivery.channel,
                "state": state,
                "reason": reason,
                "code": code,
            },
        ),
    )


@transaction.atomic
def send_again(*, conversation: Conversation, membership: Membership, delivery_id: int) -> None:
    """Send once more what failed, came back or is unclear. Raises NotFound, NotAgain."""
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    retry_delivery(delivery_id=get_delivery_of(locked.pk, delivery_id).pk)
