"""Columns of sentence vectors: pgvector's types, or bytes in a database that lacks pgvector.

Which of the two a database has is settled when its tables are made and does not change with an
extension that comes later. Where it is bytes (half precision, 2 for each number), whoever searches
compares in this process; `in_process` says so.
"""

from typing import Any

import numpy as np
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from numpy.typing import NDArray
from pgvector.django import HalfVectorField, VectorExtension, VectorField

Floats = NDArray[np.float32]
BYTES = "bytea"

_KIND = """
    SELECT coalesce(
        (SELECT atttypid = 'bytea'::regtype FROM pg_attribute
         WHERE attrelid = to_regclass('knowledge_passage') AND attname = 'embedding'),
        to_regtype('halfvec') IS NULL)
"""


class _Known:
    """What each database said, by its address; asked once in the life of a process."""

    bytes: dict[tuple[object, ...], bool] = {}


def in_process(connection: BaseDatabaseWrapper | None = None) -> bool:
    """Whether the database keeps vectors as bytes, so that this process has to compare them."""
    at = connection or default_connection
    key = tuple(at.settings_dict[name] for name in ("HOST", "PORT", "NAME"))
    if key not in _Known.bytes:
        with at.cursor() as cursor:
            cursor.execute(_KIND)
            _Known.bytes[key] = bool(cursor.fetchone()[0])
    return _Known.bytes[key]


def forget() -> None:
    """Ask anew what the database keeps: its tables or extensions have changed."""
    _Known.bytes.clear()


def stored(vector: Floats, *, as_bytes: bool | None = None) -> str:
    """Return a vector as the text that a cast to the column's type reads."""
    if in_process() if as_bytes is None else as_bytes:
        return f"\\x{vector.astype(np.float16).tobytes().hex()}"
    return f"[{','.join(map(str, vector.tolist()))}]"


def numbers(value: Any) -> Floats:
    """Return a stored vector, whatever the column is."""
    if isinstance(value, str):
        return np.fromstring(value[1:-1], np.float32, sep=",")
    return np.frombuffer(value, np.float16).astype(np.float32)


class _Either:
    """A column that is bytes where the database lacks pgvector. Read as an array of numbers."""

    def db_type(self, connection: Any) -> str:
        return BYTES if in_process(connection) else str(super().db_type(connection))  # type: ignore[misc]

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Floats | None:
        return None if value is None else numbers(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002, ARG002 - Django's signature
        if value is None:
            return None
        vector = np.asarray(value, np.float32)
        if in_process(connection):
            return vector.astype(np.float16).tobytes()
        return stored(vector, as_bytes=False)

    def get_prep_value(self, value: Any) -> Any:
        return value


class HalfVectors(_Either, HalfVectorField):  # type: ignore[misc]
    """A vector in half precision: half the room, and near enough for likeness."""


class Vectors(_Either, VectorField):  # type: ignore[misc]
    """A vector in single precision where the database has pgvector."""


_CREATE = {
    "vector": "CREATE EXTENSION IF NOT EXISTS vector",
    "pg_trgm": "CREATE EXTENSION IF NOT EXISTS pg_trgm",
}
_MAY = """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = %(name)s),
           EXISTS (SELECT FROM pg_available_extension_versions AS version
                   WHERE version.name = %(name)s
                     AND ((SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                          OR (version.trusted
                              AND has_database_privilege(current_database(), 'CREATE'))))
"""


def create_extension(name: str, connection: BaseDatabaseWrapper | None = None) -> bool:
    """Create an extension unless it is there; return whether it is now.

    It is not when the server does not offer it or this user may not create it.
    """
    with (connection or default_connection).cursor() as cursor:
        cursor.execute(_MAY, {"name": name})
        there, may = cursor.fetchone()
        if may and not there:
            cursor.execute(_CREATE[name])
    return bool(there or may)


class OfferVectors(VectorExtension):
    """Create pgvector where the server offers it and this user may; do without elsewhere."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        """Try, and go on in any case."""
        if create_extension(self.name, schema_editor.connection):
            super().database_forwards(app_label, schema_editor, *states)
        forget()
