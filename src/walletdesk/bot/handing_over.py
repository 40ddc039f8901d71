"""The bot calls a person, and tells them what it knows: one way for answers, look-ups and flows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from walletdesk.bot.summary import Part, summary_parts
from walletdesk.bot.types import Reason
from walletdesk.conversations.actions.bot import hand_over_to_people
from walletdesk.conversations.models import Conversation
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

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
    *, conversation: Conversation, call: Call, known: Callable[[], Iterable[Part]]
) -> None:
    """Put a locked conversation of the bot into the queue, with a summary for staff.

    The summary is in the brand's language, in which `known` is asked for what else is known.
    """
    with translation.override(conversation.brand.default_language):
        parts = summary_parts(
            reason=call.reason,
            language=conversation.language,
            topic=call.topic,
            urgency=max(conversation.urgency, call.urgency),
            asked=call.asked[:ASKED_LENGTH],
            shown=list(call.shown),
        )
        parts += known()
    summary, told = written(parts, conversation)
    hand_over_to_people(
        conversation=conversation,
        reason=call.reason,
        summary=summary,
        urgency=call.urgency,
        topic=call.topic,
        staff_data={
            "language": conversation.language,
            "urgency": max(conversation.urgency, call.urgency),
            **told,
            **call.staff_data,
        },
    )


def written(parts: Iterable[Part], conversation: Conversation) -> tuple[SafeText, dict[str, Any]]:
    """Return a summary's text, and what lets a reader of another language read it in theirs.

    `parts` are [code, lines, characters of the label]; `in` is the language of the text.
    """
    parts = list(parts)
    # Once more through the guard: messages that stand side by side here stood apart before.
    text = guard.check("\n".join(part.text for part in parts)).safe
    told = [[part.code, part.text.count("\n") + 1, part.label] for part in parts]
    return text, {"parts": told, "in": conversation.brand.default_language}
