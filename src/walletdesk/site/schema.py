"""A new database in one go: `schema.sql` is what all migrations execute, recorded by `make schema`.

Running them one by one takes ten seconds, most of it Django's own book-keeping. Migrations that are
newer than the file run after it as always, so a file that is behind only costs time.
"""

import re
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from walletdesk.kit.vectors import BYTES, in_process

FILE = Path(__file__).with_name("schema.sql")
APPLIED = "-- applied: "
VECTOR_TYPE = re.compile(r"\b(?:half)?vec(?:tor)?\(512\)")  # bytes where there is no pgvector


def install_schema() -> bool:
    """Fill the database, if it is empty. Returns whether it was; then nothing was done otherwise.

    All or nothing: it is one transaction.
    """
    if connection.introspection.table_names():
        return False
    text = FILE.read_text(encoding="utf-8")
    if in_process():
        text = VECTOR_TYPE.sub(BYTES, text)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(text)
        recorder = MigrationRecorder(connection)
        recorder.migration_qs.bulk_create(
            recorder.Migration(app=app, name=name) for app, name in applied_in(text)
        )
    return True


def applied_in(text: str) -> list[tuple[str, str]]:
    """Return the migrations, (app, name), that a schema file holds, in their order."""
    lines = [line for line in text.splitlines() if line.startswith(APPLIED)]
    return [(app, name) for app, name in (line[len(APPLIED) :].split(".", 1) for line in lines)]
