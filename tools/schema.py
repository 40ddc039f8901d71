"""`make schema`: record what all migrations execute on an empty database, as site/schema.sql.

Run it when a migration was added, and commit both. A test compares a database made from the file
with one that went through all migrations.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from walletdesk.kit.postgres import EmbeddedPostgres
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import ensure_secret_key, load_config
from walletdesk.site.schema import APPLIED, FILE

# Reading, and the transactions around it: what a fresh database needs is the rest.
# That a migration was applied is noted with the time of each installation.
PASSED_OVER = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", 'INSERT INTO "DJANGO_MIGRATIONS"')
HEAD = "-- Written by `make schema`. What every migration executes on an empty database.\n"


def recorded() -> str:
    """Run all migrations on the database that Django is set to, which is empty."""
    statements: list[str] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, *context: Any) -> Any:
        said = execute(sql, params, *context)
        if not sql.lstrip().upper().startswith(PASSED_OVER):
            mogrify = psycopg.ClientCursor(connection.connection).mogrify
            whole = mogrify(sql, params) if params else sql
            statements.append(whole.strip().rstrip(";").replace(" CONCURRENTLY", "") + ";\n")
        return said

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    with connection.execute_wrapper(record):
        executor.recorder.ensure_schema()
        executor.migrate([(migration.app_label, migration.name) for migration, _back in plan])
    names = [f"{APPLIED}{migration.app_label}.{migration.name}\n" for migration, _back in plan]
    return "".join([HEAD, *names, *statements])


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="walletdesk-schema-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", {"fsync": "off"})
        server.init()
        server.start()
        try:
            server.wait_ready()
            os.environ["WALLETDESK_DATA"] = folder
            os.environ["DATABASE_URL"] = server.dsn()
            ensure_secret_key(load_config(os.environ))
            load_django()
            text = recorded()
            FILE.write_text(text, encoding="utf-8")
        finally:
            server.stop()
    print(f"{FILE}: {len(text.splitlines()):,} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
