"""Statements of the hot ways: their text is the same each time, so the database plans them once.

Django's own cursors write parameters into the text, which is then planned anew at each call: 2 ms
for what finds articles by words. And arrays travel better as parameters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from django.db import connection

RawCursor = psycopg.Cursor[Any]


@contextmanager
def pipeline() -> Iterator[None]:
    """Have `execute` return at once: the database works until somebody fetches."""
    connection.ensure_connection()
    with connection.connection.pipeline():
        yield


def raw_cursor() -> RawCursor:
    """Return a cursor of the present transaction that sends parameters apart from the text."""
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    if connection.queries_logged:  # tests count statements
        return cast("RawCursor", connection.make_debug_cursor(cursor))  # type: ignore[arg-type] # any will do
    return cursor
