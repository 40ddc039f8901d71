"""A database that lacks pgvector: it is made, indexed and searched, and answers as one that has it.

Its columns hold bytes and this process compares. A database made from PostgreSQL's own template has
no extension; the role is no superuser, so it cannot create pgvector.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from walletdesk.kit.postgres import EmbeddedPostgres
from walletdesk.site.commands.database import inspect_database

SCRIPT = Path(__file__).with_name("searching.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("lacking") / "postgres", {"fsync": "off"})
    server.init()
    server.start()
    server.wait_ready()
    with psycopg.connect(server.dsn(user="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE lacking TEMPLATE template0 OWNER walletdesk")
        for limit in ("idle_in_transaction_session_timeout", "statement_timeout"):
            connection.execute(
                sql.SQL("ALTER ROLE walletdesk SET {} = 0").format(sql.Identifier(limit))
            )
    yield server
    server.stop()


def searched(server: EmbeddedPostgres, folder: Path, *database: str) -> dict[str, object]:
    """Return what `searching.py` finds on a database of this server."""
    done = subprocess.run(
        [sys.executable, "-P", str(SCRIPT)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "DATABASE_URL": server.dsn(*database),
            "WALLETDESK_DATA": str(folder),
            "WALLETDESK_DEMO": "false",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.long
def test_the_same_is_found_with_and_without(server: EmbeddedPostgres, tmp_path: Path) -> None:
    state = inspect_database(server.dsn("lacking"))
    assert state.refusals == ()
    assert "extension vector" in state.warnings[0].message
    assert "meaning is compared in this program" in state.warnings[0].way_out
    lacking = searched(server, tmp_path / "lacking", "lacking")
    having = searched(server, tmp_path / "having")
    assert (lacking.pop("in_process"), having.pop("in_process")) == (True, False)
    assert lacking["first"] == having["first"] != []
    assert lacking["taught"] == having["taught"] == "own_vault"
    assert lacking["similar"] == having["similar"] == 1
    assert lacking["fresh"] == having["fresh"] == "forgot-password"
    for one, other in zip(lacking["scores"], having["scores"], strict=True):  # type: ignore[call-overload]
        assert one == pytest.approx(other, abs=0.01)
