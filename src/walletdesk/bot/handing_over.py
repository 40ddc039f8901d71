"""The bot calls a person, and tells them what it knows: one way for answers, look-ups and flows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from walletdesk.bot import texts
from walletdesk.bot.types import Reason
from walletdesk.conversations.actions.bot import hand_over_to_people
from walletdesk.conversations.models import Conversation
from walletdesk.safety import guard

ASKED_LENGTH = 1_500  # of the customer's words in the summary; the thread has them all


@dataclass(frozen=True, slots=True)
class Call:
    """Why a person is called. `asked`: the customer's words; `shown`: titles of articles."""

    reason: Reason
    urgency: int
    topic: str
    asked: str
    shown: tuple[str, ...]
    staff_data: dict[str, Any] = field(default_factory=dict)


def call_person(
    *, conversation: Conversation, call: Call, known: Callable[[], Iterable[str]]
) -> None:
    """Put a locked conversation of the bot into the queue, with a summary for staff.

    The summary is in the brand's language, in which `known` is asked for what else is known.
    """
    with translation.override(conversation.brand.default_language):
        summary = texts.summary(
            reason=call.reason,
            language=conversation.language,
            topic=call.topic,
            urgency=max(conversation.urgency, call.urgency),
            asked=call.asked[:ASKED_LENGTH],
            shown=list(call.shown),
        )
        text = "\n".join([summary, *filter(None, known())])
    hand_over_to_people(
        conversation=conversation,
        reason=call.reason,
        # Once more through the guard: messages that stand side by side here stood apart before.
        summary=guard.check(text).safe,
        urgency=call.urgency,
        topic=call.topic,
        staff_data=call.staff_data,
    )
