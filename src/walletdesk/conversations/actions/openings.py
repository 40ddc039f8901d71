"""Which member of staff opened which conversation: one entry in ten minutes at most."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.watch.actions import look_at
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock

AGAIN_AFTER = timedelta(minutes=10)

# Already noted: then there is nothing to write.
NOTED = """
SELECT FROM disclosures_opening
WHERE membership_id = %(member)s AND conversation_id = %(conversation)s AND at >= %(noted_since)s
"""

# One statement decides, so that two tabs that open at once leave one entry.
_OPENED = """
INSERT INTO disclosures_opening AS o (membership_id, conversation_id, at)
SELECT %s, w.*, %s FROM unnest(%s::bigint[]) AS w
ON CONFLICT (membership_id, conversation_id) DO UPDATE SET at = excluded.at WHERE o.at < %s
RETURNING conversation_id
"""


def noted_since() -> datetime:
    """Return the moment from which on an entry stands for a look of now."""
    return clock.now() - AGAIN_AFTER


def record_openings(*, membership: Membership, conversations: Sequence[Conversation]) -> None:
    """Note that a person reads conversations: a page, a part of a timeline, or a live stream."""
    now = clock.now()
    ids = sorted({conversation.pk for conversation in conversations})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_OPENED, [membership.pk, now, ids, now - AGAIN_AFTER])
            fresh = {row[0] for row in cursor.fetchall()}
        for conversation in conversations:
            if conversation.pk in fresh:
                record_audit(
                    brand=membership.brand,
                    actor=membership,
                    action="conversation.opened",
                    subject=f"conversation:{conversation.ref}",
                    detail={
                        "mine": conversation.assignee_id == membership.pk,
                        "status": conversation.status,
                    },
                )
        if fresh:
            look_at(membership=membership)
