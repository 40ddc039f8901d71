"""What a telephone call does to its conversation. The call belongs to a room above.

Here its name and codes are only passed on.
"""

from datetime import datetime
from typing import Any

from walletdesk.accounts.models import Membership, Team
from walletdesk.contacts.models import Contact
from walletdesk.conversations import events
from walletdesk.conversations.actions.bot import close, note_triage, queue
from walletdesk.conversations.actions.staff import act
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import ids
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.types import SafeText

CHANNEL = "voice"


def begin_call(*, contact: Contact, language: str) -> Conversation:
    """Open the conversation of a call, locked: the menu talks for now."""
    made = Conversation.objects.create(
        ref=ids.new_ref(),
        brand=contact.brand,
        contact=contact,
        language=language,
        channel=CHANNEL,
        unverified=contact.verified_at is None,
        status=Status.BOT,
    )
    return lock_conversation(made.pk)


def note_call(
    *,
    conversation: Conversation,
    call: str,
    state: str,
    text: SafeText | None = None,
    by: Membership | None = None,
    **staff_data: Any,
) -> int:
    """Tell staff in a locked conversation what became of a call; return the event's number.

    `state` is a stable code: see docs/develop/events.md.
    """
    told: dict[str, Any] = {"staff_data": {"call": call, "state": state, **staff_data}}
    if by is None:
        event = NewEvent(kind=Kind.CALL, author=Author.SYSTEM, text=text, **told)
    else:
        event = act(Kind.CALL, by, text=text, **told)
    return append_one(conversation, event).seq


def let_wait(
    *,
    conversation: Conversation,
    topic: str,
    urgency: int,
    team: Team | None,
    since: datetime | None = None,
) -> None:
    """Have the caller of a locked conversation wait for a person, from `since` on: their place.

    Whoever has it keeps it.
    """
    if conversation.status == Status.OPEN:
        note_triage(conversation=conversation, topic=topic, urgency=urgency)
        return
    if team is not None and team.brand_id == conversation.brand_id:
        conversation.team = team
    if conversation.status == Status.QUEUED:
        note_triage(conversation=conversation, topic=topic, urgency=urgency)
    else:
        conversation.resolved_at = None
        conversation.assignee = None  # who had it before: now anybody may take it
        queue(conversation, reason="called", author=Author.CUSTOMER, urgency=urgency, topic=topic)
    if since is not None:
        conversation.queued_at = since
    conversation.save(update_fields=["queued_at", "team", "resolved_at"])


def put_back(*, conversation: Conversation, since: datetime) -> None:
    """Have a caller wait again at their old place: who took the call did not come."""
    if conversation.status != Status.OPEN:
        return
    append_one(
        conversation,
        NewEvent(kind=Kind.RELEASED, author=Author.SYSTEM),
        status=Status.QUEUED,
        assignee=None,
        queued_at=since,
    )
    publish(
        name=events.CONVERSATION_QUEUED,
        key=str(conversation.pk),
        payload={"conversation_id": conversation.pk},
    )


def move_call(*, conversation: Conversation, by: Membership, to: Membership) -> None:
    """Give a locked conversation to who talks with the caller now."""
    if conversation.assignee_id == to.pk and conversation.status == Status.OPEN:
        return
    event = act(Kind.ASSIGNED, by, data={"to": to.user.name}, staff_data={"to_id": to.pk})
    append_one(conversation, event, status=Status.OPEN, assignee=to, queued_at=None)


def settle_call(*, conversation: Conversation) -> None:
    """Close a locked conversation that nobody has to do with; one that somebody has stays."""
    if conversation.status in (Status.BOT, Status.QUEUED):
        close(conversation, author=Author.SYSTEM)
