"""Replies that get lost on the way, to the client and from the database (R05)."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.installation import Installation, running
from tests.reliability.cutting import CuttingProxy, cutting
from tests.reliability.load import Load, Writer, customers, settle_accounts

CUTS = 30
LONG_CUTS = 1_000
COMMIT_CUTS = 6
LONG_COMMIT_CUTS = 300

MAKE_BRAND = """
from walletdesk.site.commands.prepare import load_django
load_django()
from walletdesk.accounts.actions.brands import create_brand
create_brand(slug="cut", name="Cut Wallet", languages=["en"], default_language="en",
             accent="#5b5bd6")
"""


def _tried_again(writers: Iterable[Writer]) -> bool:
    return any(message.tries > 1 for writer in writers for message in writer.sent)


async def _write_until(url: str, place: Installation, proxy: CuttingProxy, cuts: int) -> None:
    async with customers(place.url, 10) as writers:
        for writer in writers:
            writer.url = url
        goal = proxy.cuts + cuts
        proxy.calm = False
        async with Load(writers) as load:
            # of the database's answers the worker gets most: some must be lost to customers
            while proxy.cuts < goal or (not _tried_again(writers) and proxy.cuts < 50 * goal):
                await load.go_on(1)
            proxy.calm = True
        assert _tried_again(writers)
        await asyncio.to_thread(settle_accounts, place, writers)


def _between_client_and_server(place: Installation, cuts: int) -> None:
    with cutting(
        lambda: asyncio.open_connection("127.0.0.1", place.port),
        mark=b"POST /live/messages",
        chance=0.7,
    ) as proxy:
        asyncio.run(_write_until(f"http://127.0.0.1:{proxy.port}", place, proxy, cuts))


def test_acknowledgements_that_get_lost(installation: Installation) -> None:
    _between_client_and_server(installation, CUTS)


@pytest.mark.long
def test_a_thousand_acknowledgements_that_get_lost(installation: Installation) -> None:
    _between_client_and_server(installation, LONG_CUTS)


@pytest.fixture
def outside_database(database_url: str) -> Iterator[str]:
    """A database beside the one of the other tests, with one brand in it."""
    name = f"walletdesk_cut_{uuid4().hex[:8]}"
    own = sql.Identifier(name)
    parts = urlsplit(database_url)
    with psycopg.connect(database_url.replace(parts.path, "/walletdesk", 1)) as connection:
        connection.autocommit = True
        template = sql.Identifier("walletdesk_template")
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(own, template))
        url = parts._replace(path=f"/{name}").geturl()
        try:
            subprocess.run(
                [sys.executable, "-c", MAKE_BRAND],
                env={**os.environ, "DATABASE_URL": url},
                check=True,
            )
            yield url
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))


def _between_server_and_database(database: str, data: Path, cuts: int) -> None:
    parts = urlsplit(database)
    socket = Path(parse_qs(parts.query)["host"][0], ".s.PGSQL.5432")
    with cutting(
        lambda: asyncio.open_unix_connection(socket), mark=b"COMMIT\x00", chance=0.25
    ) as proxy:
        through = f"postgresql://walletdesk@127.0.0.1:{proxy.port}{parts.path}?sslmode=disable"
        with running(data, DATABASE_URL=through, WALLETDESK_DEMO="false") as place:
            place.settings["DATABASE_URL"] = database  # the test itself asks directly
            asyncio.run(_write_until(place.url, place, proxy, cuts))
            place.await_ready()


def test_commits_whose_answer_gets_lost(outside_database: str, tmp_path: Path) -> None:
    _between_server_and_database(outside_database, tmp_path / "data", COMMIT_CUTS)


@pytest.mark.long
def test_many_commits_whose_answer_gets_lost(outside_database: str, tmp_path: Path) -> None:
    _between_server_and_database(outside_database, tmp_path / "data", LONG_COMMIT_CUTS)
