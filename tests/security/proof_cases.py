"""Valid addresses and bodies of the bot's proof and of the assistance, for the access matrix."""

from typing import Any

from django.urls import reverse

from tests.cast import Cast
from walletdesk.bot.assist.models import Writing
from walletdesk.bot.assist.types import Kind
from walletdesk.bot.replays.actions import ask_replay
from walletdesk.bot.replays.models import Replay
from walletdesk.bot.replays.types import Span

WRITTEN = {"desk:assist_written", "desk:assist_cancel"}


def writing(cast: Cast) -> Writing:
    """Return a text that the agent had written in the first customer's conversation."""
    found = Writing.objects.filter(membership=cast.agent).first()
    return found or Writing.objects.create(
        conversation=cast.customer.now(), membership=cast.agent, kind=Kind.SUMMARY, language="en"
    )


def a_replay(cast: Cast) -> list[object]:
    """Return the number of a replay with one group of questions without an answer."""
    found = Replay.objects.filter(brand=cast.brand).first()
    if found is None:
        found = ask_replay(membership=cast.owner, span=Span())
        gap = {"topic": "fees", "questions": 1, "languages": {"en": 1}, "examples": []}
        Replay.objects.filter(pk=found.pk).update(report={"missing": [gap]})
    return [found.pk]


def address_of(name: str, cast: Cast, ref: str) -> str | None:
    """Return the address of a text under way, else None."""
    return reverse(name, args=[ref, writing(cast).pk]) if name in WRITTEN else None


def body_of(name: str) -> dict[str, Any] | None:
    """Return a valid body, None for an address that has none of these."""
    bodies: dict[str, dict[str, Any]] = {
        "desk:assist_write": {"kind": "summary"},
        "desk:assist_written": {},
        "desk:assist_cancel": {},
    }
    return bodies.get(name)


ARGS = {"bot_progress": a_replay, "bot_cancel": a_replay, "bot_write": a_replay}
FORMS: dict[str, Any] = {
    "bot": {"days": "7", "limit": "100", "language": ""},
    "bot_cancel": {},
    "bot_write": {"gap": "0"},
}
