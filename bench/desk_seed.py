"""Makes many conversations with COPY, spread as on a busy desk: nearly all of them resolved."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

QUEUED, WITH_BOT, OPEN = 300, 200, 800
EVENTS_EACH = 5
SPREAD = timedelta(days=90)
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TEXTS = (
    ("zh-hans", "我转的USDT一个多小时了还在确认中,哈希在下面,请帮我看一下"),
    ("en", "my transfer has been stuck for three hours, it is for rent, please help"),
    ("es", "mi transferencia no sale, dice pendiente hace dos horas, es urgente"),
)
EVENT_COLUMNS = (
    "conversation_id", "seq", "created_at", "brand_id", "kind", "author", "name", "text",
)  # fmt: skip
CONVERSATION_COLUMNS = (
    "id", "ref", "brand_id", "contact_id", "status", "language", "topic", "urgency", "assignee_id",
    "last_seq", "last_customer_seq", "staff_read_seq", "preview", "last_author", "last_event_at",
    "waiting_since", "queued_at", "resolved_at", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Seeded:
    """What the benchmark asks for: some references, places in the list, and who asks."""

    refs: list[str]
    cursors: list[tuple[int, int]]
    user_id: int
    events: int
    member: int
    tag: int


@dataclass
class _Place:
    brand_id: int
    members: list[int]
    user_id: int
    first: int
    dice: random.Random
    now: datetime


# Lists are measured here, not the search: its index takes these rows for known.
INDEXED = """
INSERT INTO conversation_search_state (id, cursor, below, highest)
VALUES (1, pg_current_xact_id()::text::bigint + 1, NULL, 0)
ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor, below = NULL
"""


def seed(connection: "psycopg.Connection[Any]", conversations: int) -> Seeded:
    """Fill the tables and have the planner learn about it."""
    place = _look(connection)
    rows = [_conversation(place, number, conversations) for number in range(conversations)]
    contacts = (
        (row[3], place.brand_id, f"Visitor {row[1][:4].upper()}", row[5], row[-1]) for row in rows
    )
    with connection.transaction():
        _copy(
            connection,
            "contacts_contact",
            ("id", "brand_id", "label", "language", "created_at"),
            contacts,
        )
        _copy(connection, "conversations_conversation", CONVERSATION_COLUMNS, rows)
        tag = _tag(connection, place, rows)
        events = [event for row in rows for event in _events(row)]
        _copy(connection, "conversations_event", EVENT_COLUMNS, events)
        for table in ("contacts_contact", "conversations_conversation"):
            connection.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({name}, 'id'), {last})").format(
                    name=sql.Literal(table), last=sql.Literal(place.first + conversations)
                )
            )
        connection.execute(INDEXED)
    connection.execute("VACUUM ANALYZE")
    sample = place.dice.sample(rows, min(500, len(rows)))
    return Seeded(
        refs=[row[1] for row in sample],
        cursors=[((row[14] - EPOCH) // timedelta(microseconds=1), row[0]) for row in sample],
        user_id=place.user_id,
        events=len(events),
        member=place.members[0],
        tag=tag,
    )


def _tag(connection: "psycopg.Connection[Any]", place: _Place, rows: list[tuple[Any, ...]]) -> int:
    """Put one tag on every fiftieth conversation."""
    found = connection.execute(
        "INSERT INTO conversations_tag (brand_id, name, colour) VALUES (%s, 'bench', 'blue')"
        " RETURNING id",
        [place.brand_id],
    ).fetchone()
    tag = found[0] if found else 0
    _copy(
        connection,
        "conversations_conversationtag",
        ("conversation_id", "tag_id"),
        [(row[0], tag) for row in rows[::50]],
    )
    return tag


def _look(connection: "psycopg.Connection[Any]") -> _Place:
    members = connection.execute(
        "SELECT id, brand_id, user_id FROM accounts_membership WHERE role = 'agent' ORDER BY id"
    ).fetchall()
    first = connection.execute(
        "SELECT greatest((SELECT coalesce(max(id), 0) FROM contacts_contact),"
        " (SELECT coalesce(max(id), 0) FROM conversations_conversation)) + 1"
    ).fetchone()
    return _Place(
        brand_id=members[0][1],
        members=[member for member, _, _ in members],
        user_id=members[0][2],
        first=first[0] if first else 1,
        dice=random.Random(4),
        now=datetime.now(UTC),  # noqa: TID251 - the seed's rows end now
    )


def _status(number: int) -> str:
    if number < QUEUED:
        return "queued"
    if number < QUEUED + WITH_BOT:
        return "bot"
    return "open" if number < QUEUED + WITH_BOT + OPEN else "resolved"


def _conversation(place: _Place, number: int, conversations: int) -> tuple[Any, ...]:
    dice, status = place.dice, _status(number)
    started = place.now - SPREAD * ((number + 1) / conversations)
    ended = started + timedelta(minutes=EVENTS_EACH)
    language, text = TEXTS[number % len(TEXTS)]
    has_person = status in {"open", "resolved"}
    return (
        place.first + number,
        "".join(dice.choices(ALPHABET, k=16)),
        place.brand_id,
        place.first + number,
        status,
        language,
        dice.choice(("tx_pending", "deposit_missing", "phishing_link", "fees")),
        dice.choice((0, 0, 1, 1, 2, 3)),
        dice.choice(place.members) if has_person else None,
        EVENTS_EACH,
        EVENTS_EACH,
        EVENTS_EACH - number % 2,
        text,
        "customer",
        ended,
        None if status == "resolved" else ended,
        ended if status == "queued" else None,
        ended if status == "resolved" else None,
        started,
    )


def _events(row: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for seq in range(1, EVENTS_EACH + 1):
        author = "customer" if seq % 2 else "agent"
        name = "" if seq % 2 else "Alex Moore"
        at = row[-1] + timedelta(minutes=seq)
        yield row[0], seq, at, row[2], "message", author, name, row[12]


def _copy(
    connection: "psycopg.Connection[Any]",
    table: str,
    columns: Sequence[str],
    rows: Iterator[tuple[Any, ...]] | Sequence[tuple[Any, ...]],
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
