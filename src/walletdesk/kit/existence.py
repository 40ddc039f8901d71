"""Which of many things there are: one statement, where asking each by itself would take as many."""

from datetime import datetime
from typing import LiteralString

from django.db import connection


class Existence:
    """Named conditions, each a constant `SELECT FROM … WHERE …` of the room that owns the rows.

    A page that shows a dozen lists, most of them empty, asks this first and reads what there is.
    """

    def __init__(self, **conditions: LiteralString) -> None:
        self._names = tuple(conditions)
        self._statement = "SELECT " + ", ".join(f"EXISTS ({each})" for each in conditions.values())

    def among(self, **values: int | str | datetime) -> frozenset[str]:
        """Return the names of the conditions that hold. `values` are their parameters."""
        with connection.cursor() as cursor:
            cursor.execute(self._statement, values)
            row = cursor.fetchone()
        return frozenset(name for name, there in zip(self._names, row, strict=True) if there)
