"""What the bot may look up for a customer. Each tool only reads, and says where it read.

Which one is used is decided by `wishes`, in code. Who asks is the conversation's contact, never
what somebody writes that they are: a ticket is told of to a customer whom the wallet vouches for,
and only their own. Diagnoses of the chain (`diagnosing`) and the search of articles are the others.
"""

from collections.abc import Callable

from django.utils import translation

from walletdesk.accounts.models import Brand
from walletdesk.bot import texts
from walletdesk.bot.ports import official_words
from walletdesk.bot.types import Source, Told, Tool
from walletdesk.bot.wishes import ticket_number, tool_for
from walletdesk.conversations.authenticity.queries import code_answers
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.tickets.queries import step_now, tickets_of
from walletdesk.conversations.tickets.rules import spoken
from walletdesk.kit import clock
from walletdesk.official.queries import fakes_of, registry_of
from walletdesk.official.types import Verdict
from walletdesk.official.verify import verify
from walletdesk.routing.forecast import in_minutes
from walletdesk.routing.queries import expected_wait

Asker = Conversation | None  # None: a question that nobody asks in a conversation, as in a replay
PARTS = 5  # verdicts that are told of one message


def told_by_tool(*, brand: Brand, question: str, language: str, asker: Asker) -> Told | None:
    """Return what the tool that a message asks for finds, None when it asks for none."""
    tool = tool_for(question)
    if tool is None:
        return None
    with translation.override(language):
        return _TOOLS[tool](brand, question, asker)


def _identity(brand: Brand, _question: str, _asker: Asker) -> Told:
    return Told(Tool.IDENTITY, texts.i_am_a_bot(brand.name), offers_person=True)


def _queue(brand: Brand, _question: str, asker: Asker) -> Told:
    wait = expected_wait(
        brand,
        channel=asker.channel if asker else "chat",
        language=translation.get_language() or brand.default_language,
    )
    if wait is None:
        text = texts.nobody_there()
    else:
        text = texts.queue(ahead=wait.place - 1, minutes=in_minutes(wait))
    source = Source(texts.queue_source(clock.now().strftime("%H:%M UTC")))
    return Told(Tool.QUEUE, text, source, offers_person=True)


def _ticket(_brand: Brand, question: str, asker: Asker) -> Told:
    known = asker is not None and not asker.unverified and asker.contact.verified_at is not None
    if asker is None or not known:
        return Told(Tool.TICKET, texts.ticket_unknown_asker(), offers_person=True)
    number = ticket_number(question)
    found = tickets_of(asker.contact, number)
    if not found:
        return Told(Tool.TICKET, texts.no_such_ticket(), offers_person=True)
    lines = [texts.ticket_line(spoken(each.number), step_now(each)) for each in found]
    source = Source(texts.ticket_source(clock.now().strftime("%H:%M UTC")))
    return Told(Tool.TICKET, "\n".join(lines), source, offers_person=True)


def _official(brand: Brand, question: str, asker: Asker) -> Told:
    registry, fakes = registry_of(brand), fakes_of(brand)
    answers = verify(question, registry, fakes, code_answers(brand, asker))
    told = list(dict.fromkeys(map(official_words, answers)))[:PARTS]
    worst = answers[0].verdict
    return Told(
        Tool.OFFICIAL,
        "\n".join(told),
        Source(texts.register_source(brand.name), f"/official/{brand.slug}/"),
        alarming=worst in (Verdict.FAKE, Verdict.LOOKALIKE),
        offers_person=worst != Verdict.OFFICIAL,
    )


_TOOLS: dict[Tool, Callable[[Brand, str, Asker], Told]] = {
    Tool.IDENTITY: _identity,
    Tool.QUEUE: _queue,
    Tool.TICKET: _ticket,
    Tool.OFFICIAL: _official,
}
