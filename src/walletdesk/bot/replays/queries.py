"""Reads for a replay: which conversations, what was said in them; and replays themselves."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.bot.replays.models import Replay
from walletdesk.bot.replays.rules import Line, case_of
from walletdesk.bot.replays.types import Case, Span, State
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.queries import events_of, get_conversations_for, was_described
from walletdesk.conversations.types import Author, Kind, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound

KEPT = 20
_TELLING = (Kind.MESSAGE, Kind.FEEDBACK, Kind.HANDED_OVER)
_EVENTS = 200  # of one conversation; what comes later is a person's


def past_names(brand: Brand, span: Span) -> list[int]:
    """Return the conversations of a span in which a customer wrote, the newest first."""
    rows = Conversation.objects.filter(
        brand=brand,
        created_at__gte=clock.now() - timedelta(days=span.days),
        last_customer_seq__gt=0,
    ).exclude(status__in=(Status.NEW, Status.MERGED))
    if span.language:
        rows = rows.filter(language=span.language)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[: span.limit])


def past_cases(names: list[int]) -> Iterator[Case]:
    """Yield what is replayed of each conversation that was not erased meanwhile."""
    for pk in names:
        row = Conversation.objects.filter(pk=pk).first()
        if row is not None:
            yield _case(row)


def _case(row: Conversation) -> Case:
    events = events_of(row).filter(kind__in=_TELLING).order_by("seq")[:_EVENTS]
    lines = [Line(each.kind, each.author, each.text, each.data) for each in events]
    topic = row.topic if was_described(row) else ""
    ended = row.status == Status.RESOLVED
    return case_of(row.ref, row.language, topic, lines, ended=ended)


def first_words(membership: Membership, refs: Collection[str]) -> dict[str, str]:
    """Return ref → what the customer wrote first, of those conversations that one may read.

    Two statements. What was erased or overwritten since a report was made is not shown any more.
    """
    rows = {row.pk: row.ref for row in get_conversations_for(membership, refs)}
    if not rows:
        return {}
    found = (
        Event.objects.filter(conversation__in=rows, kind=Kind.MESSAGE, author=Author.CUSTOMER)
        .order_by("conversation_id", "seq")
        .distinct("conversation_id")
        .values_list("conversation_id", "text")
    )
    return {rows[pk]: text for pk, text in found}


# --- replays ------------------------------------------------------------------------------


def replays_for(membership: Membership) -> list[Replay]:
    """Return the brand's replays, the newest first, at most KEPT. Raises NotAllowed."""
    require_right(membership.role, Permission.ARTICLE_EDIT)
    rows = Replay.objects.filter(brand_id=membership.brand_id).select_related("asked_by__user")
    return list(rows.defer("report").order_by("-pk")[:KEPT])


def get_replay_for(membership: Membership, replay_id: int) -> Replay:
    """Return a replay of the person's brand. Raises NotAllowed, NotFound."""
    require_right(membership.role, Permission.ARTICLE_EDIT)
    rows = Replay.objects.filter(brand_id=membership.brand_id, pk=replay_id)
    found = rows.select_related("asked_by__user", "brand").first()
    if found is None:
        raise NotFound
    return found


def newest_report(membership: Membership) -> Replay | None:
    """Return the newest replay that ended with a report, None when there is none yet."""
    require_right(membership.role, Permission.ARTICLE_EDIT)
    rows = Replay.objects.filter(brand_id=membership.brand_id, state=State.DONE)
    return rows.select_related("asked_by__user").order_by("-pk").first()
