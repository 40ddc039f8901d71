"""A new database is made from a file: it is the one that all migrations would have made."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import psycopg
import pytest

from tests.conftest import CLUSTER, TEMPLATE

# Each migration makes hundreds of models anew; to look for what is left of them takes a quarter of
# the time.
MIGRATE = """
import gc

import django
from django.core.management import call_command

gc.disable()
django.setup()
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
"""
LOOKS = {
    "columns": """SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod),
        a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE n.nspname = 'public' AND NOT c.relispartition""",
    "indexes": """SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x
        JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND NOT c.relispartition""",
    "constraints": """SELECT c.relname, o.conname, pg_get_constraintdef(o.oid)
        FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND NOT c.relispartition""",
    "triggers": """SELECT c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND NOT t.tgisinternal AND NOT c.relispartition""",
    "functions": """SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN pg_depend d
        ON d.objid = p.oid AND d.deptype = 'e' WHERE n.nspname = 'public' AND d.objid IS NULL
        AND p.prokind = 'f'""",
    "types": """SELECT t.typname, e.enumlabel FROM pg_type t JOIN pg_namespace n
        ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
        WHERE n.nspname = 'public'""",
    "options": """SELECT c.relname, c.reloptions FROM pg_class c JOIN pg_namespace n
        ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.reloptions IS NOT NULL
        AND NOT c.relispartition""",
    "extensions": "SELECT extname, extversion FROM pg_extension",
    "migrations": "SELECT app, name FROM django_migrations",
    "content types": "SELECT app_label, model FROM django_content_type",
    "permissions": """SELECT c.app_label, p.codename FROM auth_permission p
        JOIN django_content_type c ON c.id = p.content_type_id""",
}


@pytest.mark.usefixtures("django_db_setup")
def test_the_file_makes_what_all_migrations_make(request: pytest.FixtureRequest) -> None:
    cluster = request.config.stash[CLUSTER]
    name = f"{cluster.database}_migrated"
    cluster.execute("CREATE DATABASE {}", name)
    try:
        subprocess.run(
            [sys.executable, "-P", "-c", MIGRATE],
            env={
                **os.environ,
                "DATABASE_URL": cluster.dsn(name),
                "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings",
            },
            check=True,
        )
        migrated, made = seen(cluster.dsn(name)), seen(cluster.dsn(TEMPLATE))
    finally:
        cluster.execute("DROP DATABASE {} WITH (FORCE)", name)
    assert len(migrated["columns"]) > 500
    for look in LOOKS:
        assert made[look] == migrated[look], f"{look}: run `make schema`"


def seen(dsn: str) -> dict[str, list[Any]]:
    with psycopg.connect(dsn) as connection:
        return {
            look: sorted(connection.execute(query).fetchall(), key=repr)
            for look, query in LOOKS.items()
        }
