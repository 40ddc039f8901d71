"""How far each side has seen the other, and who writes or looks just now.

Marks are columns that only grow; who writes or looks is a signal and stored nowhere.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Least

from walletdesk.accounts.models import Membership
from walletdesk.conversations.models import Conversation, Mention
from walletdesk.conversations.types import Audience, Status
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.kit.wake import signal

TYPING_GAP = timedelta(seconds=3)  # screens forget who types after 6 s
VIEWING_WINDOW = timedelta(seconds=10)
VIEWINGS = 6  # in a window: people go to and fro

_SEEN = """
UPDATE conversations_conversation SET
  customer_delivered_seq = greatest(customer_delivered_seq, least(%(delivered)s, last_seq)),
  customer_read_seq = greatest(customer_read_seq, least(%(read)s, last_seq))
WHERE id = %(id)s AND (customer_delivered_seq < least(%(delivered)s, last_seq)
                       OR customer_read_seq < least(%(read)s, last_seq))
RETURNING customer_delivered_seq, customer_read_seq
"""


@transaction.atomic
def mark_seen_by_customer(*, conversation: Conversation, delivered: int, read: int) -> None:
    """Note how far a customer's device has received and shown. Less than before changes nothing."""
    asked = {"id": conversation.pk, "delivered": max(delivered, read), "read": read}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, asked)
        row = cursor.fetchone()
    if row is not None:
        told = {"what": "seen", "who": "customer", "delivered": row[0], "read": row[1]}
        signal(f"conversation:{conversation.ref}", told)


@transaction.atomic
def mark_read(*, conversation: Conversation, membership: Membership, seq: int) -> None:
    """Remember how far the holder has read. Others may look without changing it.

    What names the reader in a note counts as seen, whoever holds the conversation.
    """
    Mention.objects.filter(
        conversation=conversation, membership=membership, seen=False, seq__lte=seq
    ).update(seen=True)
    mine = Conversation.objects.filter(pk=conversation.pk, assignee=membership)
    changed = mine.filter(staff_read_seq__lt=Least(seq, F("last_seq"))).update(
        staff_read_seq=Least(seq, F("last_seq"))
    )
    if changed:
        tell_staff_read(conversation.ref, mine.values_list("staff_read_seq", flat=True)[0])


def tell_staff_read(ref: str, seq: int) -> None:
    """Have the customer's screen show that a person has read so far."""
    signal(f"conversation:{ref}", {"what": "seen", "who": "agent", "delivered": seq, "read": seq})


def tell_customer_types(*, conversation: Conversation) -> None:
    """Show staff that the customer is writing; at most once in TYPING_GAP."""
    if _may_tell(f"customer {conversation.pk}", 1, TYPING_GAP):
        told = {"what": "typing", "who": "customer", "name": "", "id": None}
        signal(f"conversation:{conversation.ref}:{Audience.STAFF}", told)


def tell_staff_types(*, conversation: Conversation, membership: Membership, reply: bool) -> None:
    """Show colleagues that a member of staff is writing, and the customer when it is for them.

    Only the holder's reply is announced to the customer: nobody else can send one.
    """
    if not _may_tell(f"staff {membership.pk} {conversation.pk} {reply}", 1, TYPING_GAP):
        return
    tell_viewing(conversation=conversation, membership=membership, writing=True)
    holds = conversation.status == Status.OPEN and conversation.assignee_id == membership.pk
    if reply and holds:
        told = {"what": "typing", "who": "agent", "name": membership.user.name, "id": None}
        signal(f"conversation:{conversation.ref}:{Audience.CUSTOMER}", told)


def tell_viewing(
    *,
    conversation: Conversation,
    membership: Membership,
    writing: bool = False,
    hello: bool = False,
    gone: bool = False,
) -> None:
    """Show colleagues who looks at a conversation. With `hello` their screens answer in kind."""
    if not _may_tell(f"viewing {membership.pk} {conversation.pk}", VIEWINGS, VIEWING_WINDOW):
        return
    told = {
        "what": "viewing",
        "id": membership.pk,
        "name": membership.user.name,
        "writing": writing,
        "hello": hello,
        "gone": gone,
    }
    signal(f"conversation:{conversation.ref}:{Audience.STAFF}", told)


def _may_tell(who: str, limit: int, window: timedelta) -> bool:
    """Tell whether this sender may signal again; a signal too many is dropped without a word."""
    try:
        hit(what="signal", who=who, limit=limit, window=window)
    except TooMany:
        return False
    return True
