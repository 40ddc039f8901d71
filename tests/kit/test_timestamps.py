"""Times are read as Django reads them, only faster."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

from tests.cast import Cast
from walletdesk.conversations.models import Conversation
from walletdesk.kit.timestamps import TimeLoader

pytestmark = pytest.mark.django_db


def read(literal: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [literal])
        (found,) = cursor.fetchone()
    assert isinstance(found, datetime)
    return found


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("2026-11-23 15:36:45.865124+00", datetime(2026, 11, 23, 15, 36, 45, 865124, tzinfo=UTC)),
        ("2026-11-23 23:36:45.5+08", datetime(2026, 11, 23, 15, 36, 45, 500000, tzinfo=UTC)),
        ("0001-01-01 00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59+00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_utc(literal: str, expected: datetime) -> None:
    found = read(literal)
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize("literal", ["infinity", "12026-01-01 00:00+00", "0044-03-15 12:00 BC"])
def test_what_python_has_no_date_for_is_an_error(literal: str) -> None:
    with pytest.raises(DataError):
        read(literal)


def test_models_are_read_by_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    usual = TimeLoader.load

    def counted(self: TimeLoader, data: object) -> datetime:
        asked.append(data)
        return usual(self, data)

    monkeypatch.setattr(TimeLoader, "load", counted)
    found = Conversation.objects.get(pk=cast.customer.conversation.pk)
    assert found.created_at.tzinfo is UTC
    assert asked
