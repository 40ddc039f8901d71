"""What a conversation is about: topic, urgency and language, as a person sets them."""

from typing import Literal

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations import events
from walletdesk.conversations.actions.staff import act, lock_for
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import first_customer_texts
from walletdesk.conversations.types import Kind, Status, Urgency
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.knowledge.actions.topics import propose_example
from walletdesk.knowledge.topic_queries import is_topic
from walletdesk.safety import guard

DescribedBy = Literal["topic", "urgency", "language"]
URGENCIES = {str(level): level for level in range(Urgency.LOW, Urgency.CRITICAL + 1)}


@transaction.atomic
def describe_conversation(
    *, conversation: Conversation, membership: Membership, field: DescribedBy, value: str
) -> Conversation:
    """Set the topic, urgency (0 to 3) or language of a conversation; the timeline tells who did.

    Setting what is set already is no error. Raises BadInput for a value that does not exist.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    if locked.status == Status.NEW:
        raise NotFound
    wanted = _checked(locked, field, value)
    before = getattr(locked, field)
    if before != wanted:
        data = {"field": field, "from": str(before), "to": str(wanted)}
        append_one(
            locked,
            act(Kind.CHANGED, membership, staff_data=data),
            last_event_at=locked.last_event_at,  # sorting moves nothing to the top of a list
            **{field: wanted},
        )
        if field == "topic":
            _learn(locked, was=str(before))
            publish(
                name=events.TOPIC_CHANGED,
                key=str(locked.pk),
                payload={"conversation_id": locked.pk},
            )
    return locked


def _learn(conversation: Conversation, *, was: str) -> None:
    """Propose the customer's first words as an example of the topic that a person has set."""
    asked = " ".join(first_customer_texts(conversation))
    propose_example(
        brand=conversation.brand,
        topic=conversation.topic,
        was=was,
        language=conversation.language,
        text=guard.impersonal(guard.check(asked).safe),
        origin=conversation.ref,
    )


def _checked(conversation: Conversation, field: DescribedBy, value: str) -> str | int:
    if field == "urgency" and value in URGENCIES:
        return URGENCIES[value]
    if field == "topic" and is_topic(conversation.brand, value):
        return value
    if field == "language" and value in conversation.brand.languages:
        return value
    raise BadInput(**{field: "unknown"})
