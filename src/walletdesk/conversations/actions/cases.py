"""What a security case does to its conversations: lines that staff see, an alarm, a warning.

The case itself belongs to a room above; here its name and codes are only passed on.
"""

from collections.abc import Sequence

from walletdesk.accounts.models import Membership, Team
from walletdesk.conversations.actions.bot import note_triage, post_bot_message, queue
from walletdesk.conversations.actions.mentions import mention
from walletdesk.conversations.actions.staff import act
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status, Urgency
from walletdesk.kit import clock
from walletdesk.safety.types import SafeText

MOVABLE = (Status.BOT, Status.QUEUED)


def note_case(
    *,
    conversation: Conversation,
    case: str,
    state: str,
    order: str = "",
    by: Membership | None = None,
    people: Sequence[Membership] = (),
) -> int:
    """Tell staff in a locked conversation what became of its case; call `people` to it.

    `state` is a stable code: opened, opened_by_itself, taken, closed, reopened, follow_up,
    wallet_asked, wallet_done, wallet_failed; the last three with the number of their `order`.
    Returns the event's number.
    """
    data = {"case": case, "state": state} | ({"order": order} if order else {})
    return note_record(conversation=conversation, kind=Kind.CASE, data=data, by=by, people=people)


def note_record(
    *,
    conversation: Conversation,
    kind: Kind,
    data: dict[str, str],
    by: Membership | None,
    people: Sequence[Membership],
) -> int:
    """Tell staff in a locked conversation of a record above it, and call `people` to that line."""
    if by is None:
        event = NewEvent(kind=kind, author=Author.SYSTEM, staff_data=data)
    else:
        event = act(kind, by, staff_data=data)
    # Whoever sorts by the last event looks for people, not for what the desk notes.
    told = append_one(conversation, event, last_event_at=conversation.last_event_at)
    mention(
        conversation=conversation,
        seq=told.seq,
        people=[one for one in people if by is None or one.pk != by.pk],
        by=by.user.name if by else "",
    )
    return told.seq


def alarm(*, conversation: Conversation, topic: str, team: Team | None) -> None:
    """Have a locked conversation stand first in the queue, of the security team if there is one.

    Whoever has it keeps it. Urgency only rises; a topic that is set stays.
    """
    note_triage(
        conversation=conversation,
        topic="" if conversation.topic else topic,
        urgency=Urgency.CRITICAL,
    )
    if conversation.status not in MOVABLE:
        return
    if conversation.status == Status.BOT:
        queue(conversation, reason="security", author=Author.SYSTEM)
    if team is None or conversation.team_id == team.pk:
        return
    append_one(
        conversation,
        NewEvent(
            kind=Kind.ROUTED,
            author=Author.SYSTEM,
            data={"to": team.name},
            staff_data={"team_id": team.pk},
        ),
        team=team,
        queued_at=conversation.queued_at or clock.now(),
    )


def warn(*, conversation: Conversation, text: SafeText) -> int:
    """Say a warning to the customer of a locked conversation, in the desk's own name."""
    return post_bot_message(conversation=conversation, text=text, data={})
