"""Makes a million messages with COPY: half Chinese, words by Zipf's law, terms of wallets."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import psycopg
from desk_seed import ALPHABET, CONVERSATION_COLUMNS, EVENT_COLUMNS, _copy, _look
from psycopg import sql

SPREAD = timedelta(days=730)
EACH = 6  # messages of a conversation
SYLLABLES, CHINESE, ENGLISH = (
    line.split()
    for line in Path(__file__).with_name("search_words.txt").read_text("utf-8").splitlines()
)
RARE_WORDS = ("zebracorn", "琥珀兔", "quillfish")  # each in ten messages of a million
RARE_EVERY = 100_000


class Words:
    """Words of two languages, the most frequent first."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        common = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]
        dice.shuffle(common)
        self.chinese = CHINESE + [
            "".join(dice.choices(common[:1_500], k=dice.choice((1, 2, 2, 2, 3))))
            for _ in range(20_000)
        ]
        self.english = ENGLISH + [
            "".join(dice.choices(SYLLABLES, k=dice.choice((2, 3, 3, 4)))) for _ in range(40_000)
        ]
        self.weights = {
            len(words): list(accumulate(1 / (rank + 1.5) for rank in range(len(words))))
            for words in (self.chinese, self.english)
        }

    def message(self, number: int) -> str:
        """Return a message: odd ones are Chinese, every 100,000th holds a rare word."""
        words, between = (self.chinese, "") if number % 2 else (self.english, " ")
        weights = self.weights[len(words)]
        chosen = self.dice.choices(words, cum_weights=weights, k=self.dice.randint(4, 24))
        if number % RARE_EVERY < len(RARE_WORDS):
            chosen.insert(1, RARE_WORDS[number % RARE_EVERY])
        return between.join(chosen)


def seed(connection: "psycopg.Connection[Any]", messages: int) -> tuple[int, int]:
    """Fill the tables in the order of time; return the person who searches and the brand."""
    place = _look(connection)
    words = Words(random.Random(11))
    count = messages // EACH
    start = datetime.now(UTC) - SPREAD  # noqa: TID251 - the seed's rows end now
    step = SPREAD / count
    topics = ("tx_pending", "deposit_missing", "phishing_link", "fees")
    statuses = ["resolved"] * 30 + ["open", "queued"]

    def conversations() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            began = start + step * number
            status = place.dice.choice(statuses)
            ended = began + timedelta(minutes=EACH)
            pk = place.first + number
            yield (
                pk, "".join(place.dice.choices(ALPHABET, k=16)), place.brand_id, pk, status,
                ("zh-hans", "en")[number % 2], place.dice.choice(topics), number % 4,
                place.dice.choice(place.members) if status == "open" else None,
                EACH, EACH, EACH, "", "customer", ended,
                None, ended if status == "queued" else None,
                ended if status == "resolved" else None, began,
            )  # fmt: skip

    def events() -> Iterator[tuple[Any, ...]]:
        for number in range(count * EACH):
            pk, seq = place.first + number // EACH, number % EACH + 1
            at = start + step * (number // EACH) + timedelta(minutes=seq)
            author = "customer" if seq % 2 else "agent"
            yield pk, seq, at, place.brand_id, "message", author, "", words.message(number)

    def contacts() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            yield place.first + number, place.brand_id, f"Visitor {number}", "en", start

    _copy(
        connection, "contacts_contact", ("id", "brand_id", "label", "language", "created_at"),
        contacts(),
    )  # fmt: skip
    _copy(connection, "conversations_conversation", CONVERSATION_COLUMNS, conversations())
    _copy(connection, "conversations_event", EVENT_COLUMNS, events())
    for table in ("contacts_contact", "conversations_conversation"):
        connection.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({name}, 'id'), {last})").format(
                name=sql.Literal(table), last=sql.Literal(place.first + count)
            )
        )
    connection.execute("VACUUM ANALYZE")
    return place.user_id, place.brand_id
