"""The index of the timelines. Nothing here is the truth: a refill makes all of it anew.

The migration adds what models cannot say: a trigger that takes a text out of the index in the
transaction that overwrites or removes it, whoever does so.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F

from walletdesk.accounts.models import Brand

PAGE_MESSAGES = 8_192  # of one page: half of the best ones' time is spent within two of them


class Page(models.Model):
    """A stretch of time of one brand that holds about PAGE_MESSAGES messages.

    Its number stands as a word in each of its entries. So "usdt in the newest two pages" is a
    question to the inverted index alone, and costs the same whatever the number of years.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    messages = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "starts_at"], name="search_page_begins_once")
        ]

    def __str__(self) -> str:
        return f"{self.brand_id} from {self.starts_at:%F}"


class Entry(models.Model):
    """The words of one message, note or summary, and of the names of its files.

    Words have positions, pairs of Chinese characters have none. File names carry weight A. Marks
    that no text can hold say what else is asked for: `@b3` brand, `@p12` page, `@customer`,
    `@agent`, `@bot` or `@note`, `@by7` author, `@file`, `@picture`, `@link`.
    """

    pk = models.CompositePrimaryKey("conversation_id", "seq")
    conversation_id = models.BigIntegerField()
    seq = models.IntegerField()
    created_at = models.DateTimeField()
    tokens = SearchVectorField()

    class Meta:
        # kB of words still to be sorted into the index. Sorting in touches thousands of pages, so
        # a thread of its own does it (actions.indexing.sort_in) and nobody who writes waits for it.
        indexes = [GinIndex(fields=["tokens"], name="search_tokens", gin_pending_list_limit=8192)]

    def __str__(self) -> str:
        return f"{self.conversation_id}#{self.seq}"


class Word(models.Model):
    """A word of letters that messages of a brand hold: for beginnings and typing mistakes."""

    pk = models.CompositePrimaryKey("brand_id", "word")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(max_length=24, db_collation="C")
    messages = models.IntegerField()

    class Meta:
        indexes = [
            GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="search_word_likeness"),
        ]

    def __str__(self) -> str:
        return self.word


class Progress(models.Model):
    """Up to which event a conversation is in the index."""

    conversation_id = models.BigIntegerField(primary_key=True)
    seq = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.conversation_id} to {self.seq}"


class Stale(models.Model):
    """An event whose text was overwritten: out of the index, and to be read again."""

    pk = models.CompositePrimaryKey("conversation_id", "seq")
    conversation_id = models.BigIntegerField()
    seq = models.IntegerField()
    version = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.conversation_id}#{self.seq}"


class State(models.Model):
    """How far the index is, in one row.

    `cursor`: changes of conversations before this transaction are in it. `below`: older
    conversations are still to be filled in, those below this number; null when all are.
    """

    cursor = models.BigIntegerField()
    below = models.BigIntegerField(null=True)
    highest = models.BigIntegerField()  # where filling in began: for telling how far it is

    def __str__(self) -> str:
        return f"{self.cursor}, below {self.below}"
