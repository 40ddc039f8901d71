"""One embedded PostgreSQL per run; one database per process, cloned from a migrated template.

The process that was called starts the server and makes the template; under xdist the workers
only clone. Without xdist nothing is started before the first test that needs a database.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from psycopg import sql

from walletdesk.kit.postgres import EmbeddedPostgres, embedded_dsn, socket_folder

pytest_plugins = ["tests.cast", "tests.installation", "tests.server"]

TEMPLATE = "walletdesk_template"
# The data is thrown away, so nothing needs to survive a power cut.
THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
KEPT = {"django_content_type", "auth_permission"}  # of the schema, not of a test
CLUSTER = pytest.StashKey["Cluster"]()


class Cluster:
    """The run's server, in the process that owns it or in one that uses it."""

    def __init__(self, root: Path, worker: str | None) -> None:
        self.root = root
        self.folder = root / "postgres"
        self.database = f"walletdesk_{worker or 'main'}"
        self.owned = worker is None
        self.server: EmbeddedPostgres | None = None

    def dsn(self, database: str) -> str:
        return embedded_dsn(self.folder, database)

    def start(self) -> None:
        """Start the server and migrate the template; does nothing the second time."""
        if self.server is not None or not self.owned:
            return
        self.server = EmbeddedPostgres(self.folder, THROWN_AWAY)
        self.server.init()
        self.server.start()
        self.server.wait_ready()
        self.execute("CREATE DATABASE {}", TEMPLATE)
        environ = {**os.environ, "DATABASE_URL": self.dsn(TEMPLATE), "WALLETDESK_DEMO": "false"}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "walletdesk.site.cli", "_prepare"],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            self.stop()
            pytest.exit(f"the template database cannot be made:\n{done.stdout}\n{done.stderr}", 3)

    def clone(self) -> None:
        self.execute("CREATE DATABASE {} TEMPLATE {}", self.database, TEMPLATE)

    def drop(self) -> None:
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database)

    def execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.dsn("walletdesk"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def stop(self) -> None:
        if self.server is not None:
            self.server.stop(timeout=60)
            self.server = None
        if self.owned:
            shutil.rmtree(self.root, ignore_errors=True)

    def use(self) -> None:
        """Point this process's settings here, before any module can copy them."""
        place = {
            "NAME": self.database,
            "USER": "walletdesk",
            "PASSWORD": "",
            "HOST": str(socket_folder(self.folder)),
            "PORT": "",
        }
        # In place: connections and settings share this dictionary. No pool: its threads would
        # outlive a test; the tests of the pool run a server of their own.
        connections.settings["default"].update(place)
        connections.settings["default"]["OPTIONS"].pop("pool", None)
        settings.WALLETDESK = replace(
            settings.WALLETDESK, data=self.root, database_url=self.dsn(self.database)
        )


def pytest_configure(config: pytest.Config) -> None:
    # A slow machine is no fault of an example. What runs at each commit tries the same examples
    # every time, so that nobody is stopped by what somebody else wrote; other runs try new ones.
    hypothesis.settings.register_profile(
        "walletdesk",
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        derandomize=config.option.markexpr == "not long",
    )
    hypothesis.settings.load_profile("walletdesk")
    given = getattr(config, "workerinput", None)
    worker = given["workerid"] if given else None
    root = Path(given["walletdesk_root"] if given else tempfile.mkdtemp(prefix="walletdesk-tests-"))
    cluster = config.stash[CLUSTER] = Cluster(root, worker)
    os.environ["WALLETDESK_DATA"] = str(root)
    os.environ.pop("DATABASE_URL", None)
    cluster.use()
    if worker is None and getattr(config.option, "numprocesses", 0):
        cluster.start()  # now: later this process has threads, and starting it forks


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["walletdesk_root"] = str(node.config.stash[CLUSTER].root)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests of the installation on one process: it takes a minute of work to make one."""
    from tests.scheduling import Together  # noqa: PLC0415 - only where there are several processes

    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster = config.stash.get(CLUSTER, None)
    if cluster is not None:
        cluster.stop()


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Clone this process's database, and drop it at the end."""
    cluster = request.config.stash[CLUSTER]
    cluster.start()
    cluster.clone()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    cluster.drop()


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """Empty the tables in which a test left rows: Django's `flush` empties all, in 0.7 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: _empty())
        yield


def _empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        while found := cursor.execute(_where_rows_are()).fetchall():  # triggers write some anew
            for (name,) in found:  # in any order: keys are checked at the end
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


@cache
def _where_rows_are() -> sql.Composed:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    look = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    tables = [look.format(name, sql.Identifier(name)) for name in names if name not in KEPT]
    return sql.SQL(" UNION ALL ").join(tables)


@pytest.fixture
def database_url(django_db_setup: None, request: pytest.FixtureRequest) -> str:
    """The address of this process's test database, for programs that a test starts."""
    cluster = request.config.stash[CLUSTER]
    return cluster.dsn(cluster.database)
