"""What the bot said so far."""

from walletdesk.bot.types import History
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Author, Kind

_LOOK_BACK = 20  # messages; far more than a talk with the bot has


def bot_history(conversation: Conversation) -> History:
    """Return what the bot said and was asked in this conversation. One statement."""
    events = list(events_of(conversation).filter(kind=Kind.MESSAGE).order_by("-seq")[:_LOOK_BACK])[
        ::-1
    ]
    said = [event for event in events if event.author == Author.BOT]
    sources = [source for event in said for source in event.data.get("sources", [])]
    return History(
        asked=tuple(event.text for event in events if event.author == Author.CUSTOMER),
        urls=frozenset(source["url"] for source in sources),
        titles=tuple(f"{source['title']} ({source['url']})" for source in sources),
        offered=bool(said and said[-1].data.get("offer_person")),
        misses=conversation.bot_misses,
    )
