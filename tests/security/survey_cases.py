"""Valid addresses and bodies of surveys, for the access matrix."""

from typing import Any

from django.urls import reverse

from tests.cast import Cast
from walletdesk.conversations.actions.customer import finish_conversation, rate_conversation
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.safety import guard
from walletdesk.surveys.actions.answering import note_rating
from walletdesk.surveys.actions.asking import ask_in_chat
from walletdesk.surveys.models import FollowUp

PLAIN = {"desk:surveys", "desk:survey_table", "desk:survey_follow_ups"}
UNKNOWN = "A" * 32


def a_follow_up(cast: Cast) -> str:
    """Have the other customer find our help bad."""
    found = FollowUp.objects.filter(brand=cast.brand).first()
    if found is None:
        cast.other_customer.write("Where is my deposit?")
        conversation = finish_conversation(conversation=cast.other_customer.conversation)
        rate_conversation(conversation=conversation, score=1, comment=guard.check("Bad").safe)
        note_rating(conversation_id=conversation.pk, score=1)
        found = FollowUp.objects.get(brand=cast.brand)
    return found.ref


def address_of(name: str, cast: Cast) -> str | None:
    """Return the address of a route that belongs to surveys, else None."""
    if name in PLAIN:
        return reverse(name)
    args = {
        "desk:survey_take": lambda: [a_follow_up(cast)],
        "desk:survey_settle": lambda: [a_follow_up(cast)],
        "survey": lambda: [UNKNOWN],
        "survey-stop": lambda: [cast.brand.slug, UNKNOWN],
        "survey-thanks": lambda: [cast.brand.slug],
        "sms_report": lambda: [UNKNOWN],
    }
    return reverse(name, args=args[name]()) if name in args else None


def body_of(name: str, cast: Cast, ref: str) -> dict[str, Any] | None:
    """Return a valid body, None for an address that has none of these."""
    scores = {"speed": 5, "accuracy": 4, "manner": 5}
    if name == "chat:survey":
        found = Conversation.objects.filter(pk=cast.customer.conversation.pk).get()
        if found.status == Status.RESOLVED:
            ask_in_chat(conversation=found)
        return {"conversation": ref, **scores, "comment": "Fine"}
    form = {"_form": 1}
    bodies: dict[str, dict[str, Any]] = {
        "chat:survey-ask": {"conversation": ref, "language": "en"},
        "desk:survey_take": form,
        "desk:survey_settle": {**form, "note": "I called her"},
        "survey": {**form, **{name: str(score) for name, score in scores.items()}},
        "survey-stop": form,
        "sms_report": form,
    }
    return bodies.get(name)


SETTINGS = {
    "in_chat": "on",
    "delay_hours": "24",
    "quiet_from": "21",
    "quiet_until": "9",
    "every_days": "14",
    "threshold": "2",
    "version": "0",
}
