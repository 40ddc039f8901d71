"""Optimistic versions: two people who change the same row never overwrite each other unseen."""

from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

from walletdesk.kit.errors import ChangedMeanwhile, NotFound

M = TypeVar("M", bound=Model)


def change_row(row: QuerySet[M], *, version: int, **fields: Any) -> None:
    """Change the one row of a queryset if it still has this version, and count the version up.

    Raises ChangedMeanwhile with the version that stands now, or NotFound when the row is gone.
    For actions: the caller's transaction holds the row from here on.
    """
    if row.filter(version=version).update(version=F("version") + 1, **fields):
        return
    found = row.values_list("version", flat=True).first()
    if found is None:
        raise NotFound
    raise ChangedMeanwhile(version=found)
