"""The lists of the desk: views, filters, counts. No page of them depends on how long they are."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONArray, Lower

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import Conversation, ConversationTag, Mention
from walletdesk.conversations.types import (
    DeskState,
    Filter,
    PageCursor,
    SavedName,
    Status,
    View,
)
from walletdesk.kit import clock, ids
from walletdesk.kit.compiled import Compiled
from walletdesk.kit.errors import NotFound

PAGE = 30
CHANGED_LIMIT = 200
SAVED_SHOWN = 50
COMPILED = 256  # views and filters whose statement is kept
NAME_BEGINS = 4
NO_FILTER = Filter()
# What a row shows and what the next page begins after: less than half of all columns.
ROW_FIELDS = (
    "ref",
    "brand_id",
    "channel",
    "unverified",
    "status",
    "language",
    "topic",
    "urgency",
    "last_customer_seq",
    "staff_read_seq",
    "preview",
    "last_author",
    "last_event_at",
    "waiting_since",
    "queued_at",
    "snoozed_until",
    "contact__label",
    "contact__verified_at",
    "assignee__user__name",
)

# One statement, so that rail, title and cursor cost a list page one round trip together.
STATE = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       n.*, (SELECT json_build_object({above})),
       (SELECT coalesce(json_agg(json_build_array(v.id, v.name, v.view, v.query, v.owner_id IS NULL)
                                 ORDER BY v.owner_id IS NULL, v.name, v.id), '[]')
        FROM (SELECT * FROM conversations_savedview
              WHERE brand_id = %(brand)s AND (owner_id IS NULL OR owner_id = %(member)s)
              ORDER BY name LIMIT %(saved)s) v),
       (SELECT coalesce(json_agg(json_build_array(part, value, name)), '[]') FROM (
          SELECT 'assignees' AS part, to_json(m.id) AS value, u.name
          FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
          WHERE m.brand_id = %(brand)s AND m.id = ANY(%(assignees)s)
          UNION ALL SELECT 'teams', to_json(id), name FROM accounts_team
          WHERE brand_id = %(brand)s AND id = ANY(%(teams)s)
          UNION ALL SELECT 'tags', to_json(id), name FROM conversations_tag
          WHERE brand_id = %(brand)s AND id = ANY(%(tags)s)
          UNION ALL SELECT 'topics', to_json(code), name FROM knowledge_brandtopic
          WHERE brand_id = %(brand)s AND code = ANY(%(topics)s)) f)
FROM (
  SELECT count(*) FILTER (WHERE status = 'queued') AS queue,
         count(*) FILTER (WHERE status = 'open' AND assignee_id = %(member)s) AS mine,
         count(*) FILTER (WHERE status IN ('queued', 'open') AND team_id = %(team)s) AS team,
         count(*) FILTER (WHERE status = 'open' AND waiting_since IS NULL) AS waiting,
         count(*) FILTER (WHERE status = 'snoozed') AS snoozed,
         count(*) FILTER (WHERE status = 'bot') AS bot,
         count(*) FILTER (WHERE status = 'open') AS open,
         count(*) FILTER (WHERE status = 'open' AND assignee_id = %(member)s
                          AND last_customer_seq > staff_read_seq) AS unread,
         (SELECT count(*) FROM conversations_mention
          WHERE membership_id = %(member)s AND NOT seen) AS mentions
  FROM conversations_conversation
  WHERE brand_id = %(brand)s AND status IN ('bot', 'queued', 'open', 'snoozed')) n
"""
NAMED = ("assignees", "teams", "tags", "topics")  # parts of a filter whose names are rows
COUNTED = (View.QUEUE, View.MINE, View.TEAM, View.WAITING, View.SNOOZED, View.BOT, View.OPEN)


_above: dict[str, str] = {}


def count_above(*, name: str, sql: str) -> None:
    """Have every list tell one more number, of a room above, in the statement it makes anyway.

    `sql` is a statement of a programmer that counts; it may name %(brand)s and %(member)s.
    """
    _above[name] = sql


def _state() -> str:
    counted = ", ".join(f"'{name}', ({sql})" for name, sql in _above.items())
    return STATE.replace("{above}", counted)


def _require_reader(membership: Membership) -> None:
    if not may(membership.role, Permission.CONVERSATION_READ):
        raise NotFound


def desk_state(membership: Membership, chosen: Filter = NO_FILTER) -> DeskState:
    """Return cursor, counts, saved filters and the names in `chosen`.

    Read it before the rows: the rest comes live.
    """
    _require_reader(membership)
    with connection.cursor() as cursor:
        cursor.execute(
            _state(),
            {
                "brand": membership.brand_id,
                "member": membership.pk,
                "team": membership.team_id,
                "saved": SAVED_SHOWN,
                **{part: list(getattr(chosen, part)) for part in NAMED},
            },
        )
        xmin, *numbers, unread, mentions, above, saved, named = cursor.fetchone()
    counts = dict(zip(COUNTED, numbers, strict=True)) | {View.MENTIONS: mentions}
    filters = tuple(SavedName(*row) for row in saved)
    names = {(part, value): name for part, value, name in named}
    return DeskState(xmin, counts, unread + counts[View.QUEUE], filters, names, above)


def queue_by_team(membership: Membership) -> dict[tuple[int | None, str], int]:
    """Return how many conversations wait in the queue: (team or None, language) → number."""
    _require_reader(membership)
    waiting = Conversation.objects.filter(brand_id=membership.brand_id, status=Status.QUEUED)
    rows = waiting.order_by().values_list("team_id", "language").annotate(n=Count("pk"))
    return {(team, language): number for team, language, number in rows}


# --- which rows ---------------------------------------------------------------------------


def _view(membership: Membership, view: View) -> QuerySet[Conversation]:  # noqa: PLR0911 - a table
    rows = Conversation.objects.filter(brand_id=membership.brand_id)
    match view:
        case View.QUEUE:
            return rows.filter(status=Status.QUEUED)
        case View.MINE:
            return rows.filter(status=Status.OPEN, assignee=membership)
        case View.TEAM:
            team = membership.team_id
            return rows.filter(status__in=[Status.QUEUED, Status.OPEN], team_id=team or 0)
        case View.WAITING:
            return rows.filter(status=Status.OPEN, waiting_since=None)
        case View.MENTIONS:
            named = Mention.objects.filter(conversation=OuterRef("pk"), membership=membership)
            return rows.filter(Exists(named))
        case View.SNOOZED | View.BOT | View.OPEN | View.RESOLVED:
            return rows.filter(status=view.value)
        case _:
            return rows.exclude(status=Status.NEW)


def _narrow(
    rows: QuerySet[Conversation], chosen: Filter, long_ago: datetime
) -> QuerySet[Conversation]:
    for field, values in (
        ("channel__in", chosen.channels),
        ("language__in", chosen.languages),
        ("urgency__in", chosen.urgencies),
        ("status__in", chosen.statuses),
        ("topic__in", chosen.topics),
        ("team_id__in", chosen.teams),
        ("ticket__number__in", chosen.tickets),
    ):
        if values:
            rows = rows.filter(**{field: values})
    if chosen.tags:
        tagged = ConversationTag.objects.filter(conversation=OuterRef("pk"), tag__in=chosen.tags)
        rows = rows.filter(Exists(tagged))
    if chosen.assignees:
        somebody = Q(assignee_id__in=[member for member in chosen.assignees if member])
        rows = rows.filter(somebody | Q(assignee=None) if 0 in chosen.assignees else somebody)
    if chosen.verified is not None:
        vouched = {"contact__verified_at__isnull": not chosen.verified}
        rows = rows.filter(**vouched)
    if chosen.waiting is not None:
        rows = rows.filter(waiting_since__lte=long_ago)
    return rows


def _standing(membership: Membership, view: View, chosen: Filter) -> QuerySet[Conversation]:
    return _narrow(_view(membership, view), chosen, _long_ago(chosen))


def _long_ago(chosen: Filter) -> datetime:
    return clock.now() - timedelta(minutes=chosen.waiting or 0)


def readable_conversations(
    membership: Membership, chosen: Filter = NO_FILTER
) -> QuerySet[Conversation]:
    """Return all that this member of staff may read and that a filter leaves, in no order."""
    _require_reader(membership)
    return _standing(membership, View.ALL, chosen)


def list_conversations(
    membership: Membership,
    view: View,
    *,
    after: PageCursor | None = None,
    chosen: Filter = NO_FILTER,
) -> tuple[list[Conversation], PageCursor | None]:
    """Return one page of a view and the cursor of the next page, or None at the end.

    The queue is sorted by urgency, then by who has waited longest; the others by the last event.
    """
    _require_reader(membership)
    page = _compiled(view, chosen, later=after is not None).fetch(
        brand=membership.brand_id,
        member=membership.pk,
        team=membership.team_id or 0,
        long_ago=_long_ago(chosen),
        **(asdict(after) if after else {}),
    )
    if len(page) <= PAGE:
        return page, None
    last = page[PAGE - 1]
    at = last.queued_at if view == View.QUEUE and last.queued_at else last.last_event_at
    return page[:PAGE], PageCursor(last.urgency, at, last.pk)


def _page(
    membership: Membership,
    view: View,
    after: PageCursor | None,
    chosen: Filter,
    long_ago: datetime,
) -> QuerySet[Conversation]:
    """Return the rows of a page, and one more when there is another."""
    rows = _narrow(_view(membership, view), chosen, long_ago)
    if view == View.QUEUE:
        rows = rows.order_by("-urgency", "queued_at", "id")
        if after:
            rows = rows.filter(
                Q(urgency__lt=after.urgency)
                | Q(urgency=after.urgency, queued_at__gt=after.at)
                | Q(urgency=after.urgency, queued_at=after.at, id__gt=after.id)
            )
    else:
        rows = rows.order_by("-last_event_at", "-id")
        if after:
            # the first condition says nothing new, but lets the index start where the page does
            rows = rows.filter(
                Q(last_event_at__lt=after.at) | Q(id__lt=after.id), last_event_at__lte=after.at
            )
    return with_what_rows_show(rows).only(*ROW_FIELDS)[: PAGE + 1]


@lru_cache(maxsize=COMPILED)
def _compiled(view: View, chosen: Filter, *, later: bool) -> Compiled[Conversation]:
    def build(**of: Any) -> QuerySet[Conversation]:
        membership = Membership(pk=of["member"], brand_id=of["brand"], team_id=of["team"])
        after = PageCursor(of["urgency"], of["at"], of["id"]) if later else None
        return _page(membership, view, after, chosen, of["long_ago"])

    cursor: dict[str, type] = {"urgency": int, "at": datetime, "id": int} if later else {}
    return Compiled(build, brand=int, member=int, team=int, long_ago=datetime, **cursor)


def with_what_rows_show(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Have one statement bring all that a row shows; `tag_list` holds (name, colour) pairs."""
    tags = ConversationTag.objects.filter(conversation=OuterRef("pk")).order_by(Lower("tag__name"))
    pairs = tags.values(pair=JSONArray("tag__name", "tag__colour"))
    return rows.select_related("contact", "assignee__user").annotate(tag_list=ArraySubquery(pairs))


def get_conversations_for(membership: Membership, refs: Collection[str]) -> list[Conversation]:
    """Return those of the named conversations that this member of staff may read, in no order.

    Looks at CHANGED_LIMIT names at most.
    """
    return list(_named(membership, refs))


def _named(membership: Membership, refs: Collection[str]) -> QuerySet[Conversation]:
    _require_reader(membership)
    named = [ref for ref in list(refs)[:CHANGED_LIMIT] if ids.may_name(ref)]
    rows = Conversation.objects.filter(brand_id=membership.brand_id, ref__in=named)
    return with_what_rows_show(rows.exclude(status=Status.NEW))


def changed_conversations(
    membership: Membership, view: View, chosen: Filter, refs: Collection[str]
) -> list[Conversation]:
    """Return the same, each with `stands`: whether the view has it now, by the list's own rule."""
    rows = _named(membership, refs)
    in_view = _standing(membership, view, chosen).filter(pk=OuterRef("pk"))
    return list(rows.annotate(stands=Exists(in_view)))


def conversations_named(membership: Membership, begin: str) -> list[Conversation]:
    """Return conversations whose reference begins so: at least four letters, at most five rows."""
    _require_reader(membership)
    name = begin.lower()
    if not (len(name) >= NAME_BEGINS and name.isascii() and name.isalnum()):
        return []
    rows = Conversation.objects.filter(brand_id=membership.brand_id, ref__startswith=name)
    return list(rows.exclude(status=Status.NEW).select_related("contact").order_by("ref")[:5])
