"""What going up does to a conversation: lines that staff see, and a place in the queue.

Why it goes up belongs to a room above; here its codes are only passed on.
"""

from collections.abc import Sequence

from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions.bot import note_triage, queue
from walletdesk.conversations.actions.mentions import mention
from walletdesk.conversations.actions.staff import act
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status, Urgency
from walletdesk.safety.types import SafeText


def note_escalation(
    *,
    conversation: Conversation,
    level: str,
    cause: str,
    told: Sequence[Membership] = (),
    by: Membership | None = None,
    note: SafeText | None = None,
) -> int:
    """Tell staff in a locked conversation where it went and why; call `told` to it.

    `cause` is a stable code; "ended" says that it is no longer escalated. Returns the number.
    """
    data = {"level": level, "state": cause, "told": [one.user.name for one in told]}
    fields = {"staff_data": data, "text": note if note and note.text else None}
    if by is None:
        event = NewEvent(kind=Kind.ESCALATED, author=Author.SYSTEM, **fields)  # type: ignore[arg-type]
    else:
        event = act(Kind.ESCALATED, by, **fields)
    # Whoever sorts by the last event looks for people, not for what the desk notes.
    row = append_one(conversation, event, last_event_at=conversation.last_event_at)
    mention(
        conversation=conversation,
        seq=row.seq,
        people=[one for one in told if by is None or one.pk != by.pk],
        by=by.user.name if by else level,
    )
    return row.seq


def call_people(conversation: Conversation) -> None:
    """Have a locked conversation be urgent, and wait for people where the bot had it."""
    note_triage(conversation=conversation, topic="", urgency=Urgency.HIGH)
    if conversation.status == Status.BOT:
        queue(conversation, reason="escalated", author=Author.SYSTEM)
