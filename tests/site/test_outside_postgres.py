"""A whole desk on a PostgreSQL that somebody else runs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.installation import Installation
from walletdesk.kit.postgres import EmbeddedPostgres

pytestmark = pytest.mark.long


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server beside the desk, with a database that is still empty."""
    server = EmbeddedPostgres(tmp_path / "theirs", {"listen_addresses": ""})
    server.init()
    server.start()
    server.wait_ready()
    yield server
    server.stop()


def test_a_desk_on_an_outside_database_answers_and_keeps_its_data(
    outside: EmbeddedPostgres, tmp_path: Path
) -> None:
    data = tmp_path / "desk"
    desk = Installation(data, DATABASE_URL=outside.dsn()).start()
    assert not (data / "postgres").exists()
    desk.await_indexed()
    said = _ask(desk)
    assert said["reply"]
    assert said["source"]
    assert desk.stop() == 0

    with psycopg.connect(outside.dsn()) as theirs:
        assert theirs.execute("SELECT count(*) FROM conversations_conversation").fetchone() == (1,)

    again = Installation(data, DATABASE_URL=outside.dsn()).start()
    outside.stop(fast=False)
    outside.start()
    outside.wait_ready()
    again.await_ready()
    assert _ask(again)["reply"]
    assert again.stop() == 0


def _ask(desk: Installation) -> dict[str, object]:
    ask = [sys.executable, "-m", "walletdesk.site.cli", "ask", "--url", desk.url, "--json"]
    done = subprocess.run(
        [*ask, "How do I create a wallet?"],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))
