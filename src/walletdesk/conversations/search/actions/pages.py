"""Which stretch of time a message belongs to. New pages begin at the newest end only."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from walletdesk.conversations.search import sql
from walletdesk.conversations.search.models import PAGE_MESSAGES, Page

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Pages:
    """Pages of a brand, the oldest first, and when the newest message in the last one is."""

    brand_id: int
    ids: list[int] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    last_messages: int = 0
    newest: datetime = BEGINNING

    def begin(self, at: datetime) -> None:
        """Begin a page. What carries the same moment as a message before must stay with it."""
        page = Page.objects.create(brand_id=self.brand_id, starts_at=at)
        self.ids.append(page.pk)
        self.starts.append(at)
        self.last_messages = 0

    def place(self, at: datetime) -> int:
        """Return the page of a moment. Moments come in ascending order."""
        if not self.ids:
            self.begin(BEGINNING)
        full = self.last_messages >= PAGE_MESSAGES
        if full and at > max(self.newest, self.starts[-1]):
            self.begin(at)
        index = max(0, bisect_right(self.starts, at) - 1)
        if index == len(self.ids) - 1:
            self.last_messages += 1
            self.newest = max(self.newest, at)
        return self.ids[index]


def place_in_pages(cursor: Any, moments: Sequence[tuple[int, datetime]]) -> list[int]:
    """Return the page of each (brand, moment), in their order; begin one when the last is full."""
    oldest: dict[int, datetime] = {}
    for brand, at in moments:
        oldest[brand] = min(at, oldest.get(brand, at))
    wanted = [{"brand_id": brand, "since": at.isoformat()} for brand, at in oldest.items()]
    cursor.execute(sql.PAGES, [json.dumps(wanted)])
    pages = {brand: _Pages(brand) for brand in oldest}
    for page, brand, starts_at, messages in cursor.fetchall():
        pages[brand].ids.append(page)
        pages[brand].starts.append(starts_at)
        pages[brand].last_messages = messages
    placed = [0] * len(moments)
    for index in sorted(range(len(moments)), key=lambda i: moments[i][1]):
        brand, at = moments[index]
        placed[index] = pages[brand].place(at)
    return placed
