"""What a complaint does to its conversation: lines that staff see, and letters to the customer.

The complaint itself belongs to a room above; here its name and codes are only passed on.
"""

from collections.abc import Sequence

from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions.bot import note_triage, post_bot_message
from walletdesk.conversations.actions.cases import note_record
from walletdesk.conversations.actions.staff import act
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Kind, Urgency
from walletdesk.safety.types import SafeText

TOPIC = "complaint"


def note_complaint(
    *,
    conversation: Conversation,
    complaint: str,
    state: str,
    by: Membership | None = None,
    people: Sequence[Membership] = (),
) -> int:
    """Tell staff in a locked conversation what became of its complaint; call `people` to it.

    `state` is a stable code: opened, lodged, assigned, added, deadline_near, deadline_missed,
    withdrawn, closed. Returns the event's number.
    """
    data = {"complaint": complaint, "state": state}
    return note_record(
        conversation=conversation, kind=Kind.COMPLAINT, data=data, by=by, people=people
    )


def raise_urgency(*, conversation: Conversation) -> None:
    """Have a locked conversation count as a complaint; a topic that is set stays."""
    topic = "" if conversation.topic else TOPIC
    note_triage(conversation=conversation, topic=topic, urgency=Urgency.HIGH)


def post_letter(
    *, conversation: Conversation, by: Membership | None, text: SafeText, letter: str
) -> int:
    """Say a letter to the customer of a locked conversation, whoever holds it.

    In `text` tokens stand for personal data already. It leaves as mail from the chat too, when the
    customer's address is known. Returns the event's number.
    """
    data = {"letter": letter}
    if by is None:
        return post_bot_message(conversation=conversation, text=text, data=data)
    return append_one(conversation, act(Kind.MESSAGE, by, text=text, data=data)).seq
