"""What the bot and the system do with a conversation. Callers hold the row's lock."""

from typing import Any

from walletdesk.conversations import events
from walletdesk.conversations.actions.timeline import append_one, current_xid, wake_screens
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.types import SafeText

BOT_NAME = "bot"  # the front ends show the brand's word for it


def post_bot_message(*, conversation: Conversation, text: SafeText, data: dict[str, Any]) -> int:
    """Append an answer of the bot to a locked conversation and return its number."""
    event = append_one(
        conversation,
        NewEvent(kind=Kind.MESSAGE, author=Author.BOT, name=BOT_NAME, text=text, data=data),
    )
    return event.seq


def hand_over_to_people(
    *,
    conversation: Conversation,
    reason: str,
    summary: SafeText,
    urgency: int,
    topic: str,
    staff_data: dict[str, Any] | None = None,
) -> None:
    """Put a locked conversation of the bot into the queue with all that the bot knows.

    Urgency only rises. `reason` is a stable code: asked, anger, unsure, funds,
    security, not_helped.
    """
    add_summary(
        conversation=conversation,
        summary=summary,
        staff_data={"reason": reason, "topic": topic, **(staff_data or {})},
    )
    queue(conversation, reason=reason, author=Author.BOT, urgency=urgency, topic=topic)


def add_summary(
    *, conversation: Conversation, summary: SafeText, staff_data: dict[str, Any]
) -> None:
    """Tell staff what the bot knows of a locked conversation."""
    append_one(
        conversation,
        NewEvent(
            kind=Kind.SUMMARY,
            author=Author.BOT,
            name=BOT_NAME,
            text=summary,
            staff_data=staff_data,
        ),
    )


def queue(
    conversation: Conversation,
    *,
    reason: str,
    author: Author,
    urgency: int = 0,
    topic: str = "",
) -> None:
    """Have a locked conversation wait for a person."""
    now = clock.now()
    append_one(
        conversation,
        NewEvent(kind=Kind.HANDED_OVER, author=author, data={"reason": reason}),
        status=Status.QUEUED,
        queued_at=now,
        waiting_since=conversation.waiting_since or now,
        urgency=max(conversation.urgency, urgency),
        topic=topic or conversation.topic,
    )
    publish(
        name=events.CONVERSATION_QUEUED,
        key=str(conversation.pk),
        payload={"conversation_id": conversation.pk},
    )


def close(conversation: Conversation, *, author: Author) -> None:
    """Resolve a locked conversation without a member of staff."""
    append_one(
        conversation,
        NewEvent(kind=Kind.RESOLVED, author=author),
        status=Status.RESOLVED,
        resolved_at=clock.now(),
        queued_at=None,
        waiting_since=None,
    )
    publish(
        name=events.CONVERSATION_RESOLVED,
        key=str(conversation.pk),
        payload={"conversation_id": conversation.pk},
    )


def set_language(*, conversation: Conversation, language: str) -> None:
    """Note the language in which a locked conversation is held."""
    if conversation.language != language:
        conversation.language = language
        conversation.save(update_fields=["language"])


def note_triage(*, conversation: Conversation, topic: str, urgency: int) -> None:
    """Note what a locked conversation is about; "" leaves the topic, and urgency only rises."""
    before = (conversation.topic, conversation.urgency)
    conversation.topic = topic or conversation.topic
    conversation.urgency = max(conversation.urgency, urgency)
    if before != (conversation.topic, conversation.urgency):
        conversation.change_xid = current_xid()
        conversation.save(update_fields=["topic", "urgency", "change_xid"])
        wake_screens([conversation])
    if before[0] != conversation.topic:
        publish(
            name=events.TOPIC_CHANGED,
            key=str(conversation.pk),
            payload={"conversation_id": conversation.pk},
        )


def set_bot_misses(*, conversation: Conversation, misses: int) -> None:
    """Note how often in a row the bot did not find an answer."""
    conversation.bot_misses = misses
    conversation.save(update_fields=["bot_misses"])
