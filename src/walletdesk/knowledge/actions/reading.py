"""What readers leave behind: counts, comments without names, and questions without an answer."""

import re
from datetime import timedelta
from typing import Any

from django.db import connection

from walletdesk.accounts.models import Brand
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge.models import Translation
from walletdesk.knowledge.reader_models import MissedSearch, ReaderComment
from walletdesk.safety import guard

COMMENT_LENGTH = 500
SEARCH_LENGTH = 80
SEARCHES_KEPT = timedelta(days=180)
MOST_SEARCHES = 5_000  # of a brand: a flood of nonsense must not grow without end
COMMENTS_KEPT = timedelta(days=365)

_COUNT_VIEW = """
    INSERT INTO knowledge_opinion AS o (translation_id, day, helped, not_helped, views)
    SELECT %s, %s, 0, 0, 1 FROM set_config('synchronous_commit', 'off', true)
    ON CONFLICT (translation_id, day) DO UPDATE SET views = o.views + 1
"""
_COUNT_SEARCH = """
    INSERT INTO knowledge_missedsearch AS m (brand_id, language, text, count, first_at, last_at)
    SELECT %(brand)s, %(language)s, %(text)s, 1, %(now)s, %(now)s
    WHERE (SELECT count(*) FROM knowledge_missedsearch WHERE brand_id = %(brand)s) < %(most)s
       OR EXISTS (SELECT FROM knowledge_missedsearch
                  WHERE brand_id = %(brand)s AND language = %(language)s AND text = %(text)s)
    ON CONFLICT (brand_id, language, text)
    DO UPDATE SET count = m.count + 1, last_at = excluded.last_at
"""
# Addresses, hashes, order numbers: whoever holds one of them could be found by it.
_NUMBERS = re.compile(r"[0-9a-z]{2,}:\S+|(?=\S*[0-9])\S{12,}|[0-9]{5,}|\S+@\S+|@\w+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def count_view(translation: Translation) -> None:
    """Count a reader. Who it was is not kept. A count that a power cut takes is no loss."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_VIEW, [translation.pk, clock.now().date()])


def take_comment(*, translation: Translation, helped: bool, text: str) -> None:
    """Keep what a reader said, without secrets and personal data. Raises BadInput (text)."""
    clean = " ".join(_CONTROL.sub(" ", text[: 4 * COMMENT_LENGTH]).split())
    if not clean:
        raise BadInput(text="required")
    safe = guard.impersonal(guard.check(clean).safe).text
    ReaderComment.objects.create(
        translation=translation,
        helped=helped,
        text=safe[:COMMENT_LENGTH],
        created_at=clock.now(),
    )


def remember_missed_search(*, brand: Brand, language: str, text: str) -> bool:
    """Count a question that no article answers. Tell whether it was kept.

    One that holds a secret or a personal datum, or anything that looks like an address, a hash or
    an account number, is not kept at all, not even masked.
    """
    clean = searchable(text)
    if not clean:
        return False
    values: dict[str, Any] = {
        "brand": brand.pk,
        "language": language,
        "text": clean,
        "now": clock.now(),
        "most": MOST_SEARCHES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SEARCH, values)
        return bool(cursor.rowcount)


def searchable(text: str) -> str:
    """Return a question as it may be kept: one form of it, "" when it may not."""
    clean = " ".join(_CONTROL.sub(" ", text).split()).casefold()
    if not 0 < len(clean) <= SEARCH_LENGTH or _NUMBERS.search(clean):
        return ""
    checked = guard.check(text)
    if checked.findings or guard.impersonal(checked.safe).text != text:
        return ""
    return clean


def forget_missed_search(*, brand: Brand, search_id: int) -> None:
    """Take a question off the list: it was answered, or is none of ours."""
    MissedSearch.objects.filter(brand=brand, pk=search_id).delete()


def forget_old_readings() -> int:
    """Delete questions and comments that nobody needs any more. Return how many."""
    now = clock.now()
    searches = MissedSearch.objects.filter(last_at__lt=now - SEARCHES_KEPT).delete()[0]
    return searches + ReaderComment.objects.filter(created_at__lt=now - COMMENTS_KEPT).delete()[0]
