"""What the bot said so far."""

from dataclasses import dataclass

from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Author, Kind

_LOOK_BACK = 20  # messages; far more than a talk with the bot has


@dataclass(frozen=True, slots=True)
class BotHistory:
    """The articles that were shown, what was asked last, and whether a person was just offered."""

    urls: frozenset[str]
    titles: tuple[str, ...]
    asked: str
    offered_person: bool


def bot_history(conversation: Conversation) -> BotHistory:
    """Return what the bot said and was asked in this conversation. One statement."""
    events = list(events_of(conversation).filter(kind=Kind.MESSAGE).order_by("-seq")[:_LOOK_BACK])[
        ::-1
    ]
    said = [event for event in events if event.author == Author.BOT]
    sources = [source for event in said for source in event.data.get("sources", [])]
    asked = [event.text for event in events if event.author == Author.CUSTOMER]
    return BotHistory(
        urls=frozenset(source["url"] for source in sources),
        titles=tuple(f"{source['title']} ({source['url']})" for source in sources),
        asked=asked[-1] if asked else "",
        offered_person=bool(said and said[-1].data.get("offer_person")),
    )
