"""Whether a PostgreSQL server can carry a desk."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from walletdesk.kit.postgres import EmbeddedPostgres, PostgresError
from walletdesk.site.config import postgres_folder
from walletdesk.site.data_folder import claimed_folder, running_desk
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from walletdesk.site.config import Config

OLDEST_MAJOR = 15
EXTENSIONS = ("vector", "pg_trgm")
WITHOUT_VECTORS = (
    "Without it meaning is compared in this program's processes: good for a few thousand articles."
)
CONNECT_SECONDS = 5
# Names of the packages that bring an extension, for the way out.
PACKAGES = {"vector": "pgvector", "pg_trgm": "postgresql-contrib"}

EXTENSION_STATE = """
SELECT name.wanted,
       EXISTS (SELECT FROM pg_extension WHERE extname = name.wanted) AS created,
       EXISTS (SELECT FROM pg_available_extensions WHERE pg_available_extensions.name = name.wanted)
           AS available,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
           OR (has_database_privilege(current_database(), 'CREATE')
               AND EXISTS (SELECT FROM pg_available_extension_versions AS version
                           WHERE version.name = name.wanted AND version.trusted)) AS allowed
FROM unnest(%s::text[]) AS name (wanted)
"""


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What a server says of itself; `refusals` is empty when it can be used.

    `warnings`: what it lacks and a desk can do without.
    """

    version: str
    refusals: tuple[RefusalError, ...]
    warnings: tuple[RefusalError, ...] = ()


def inspect_database(dsn: str) -> DatabaseState:
    """Connect, and report the version and everything that is missing. Changes nothing.

    Raises:
        RefusalError: the server cannot be reached.

    """
    try:
        with psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS, autocommit=True) as connection:
            version = connection.info.server_version
            if version // 10000 < OLDEST_MAJOR:
                return DatabaseState(_spoken(version), (_too_old(version),))
            rows = connection.execute(EXTENSION_STATE, [list(EXTENSIONS)]).fetchall()
            name = connection.info.dbname
    except psycopg.Error as error:
        raise RefusalError(
            f"The database cannot be reached: {_first_line(error)}.",
            "Start it, or correct DATABASE_URL.",
        ) from error
    missing = {row[0]: refusal for row in rows if (refusal := _missing(name, row))}
    lacks = [each for each in (missing.pop("vector", None),) if each]
    warnings = (RefusalError(each.message, f"{WITHOUT_VECTORS} {each.way_out}") for each in lacks)
    return DatabaseState(_spoken(version), tuple(missing.values()), tuple(warnings))


def require_usable(dsn: str) -> None:
    """Refuse a server that is out of reach, too old, or lacks an extension."""
    for refusal in inspect_database(dsn).refusals:
        raise refusal


@contextmanager
def reachable_database(config: Config) -> Iterator[None]:
    """Make sure that the database runs during a command: start the embedded one if need be.

    Raises:
        RefusalError: it was never created, or cannot be started.

    """
    if not config.embedded or running_desk(config.data) is not None:
        yield
        return
    if not (postgres_folder(config) / "cluster").exists():
        raise RefusalError(
            f"There is no desk in {config.data} yet.", "Start it once with: walletdesk up."
        )
    with claimed_folder(config.data, "a command"):
        database = _started(config)
        try:
            yield
        finally:
            database.stop()


def _started(config: Config) -> EmbeddedPostgres:
    try:
        database = EmbeddedPostgres(postgres_folder(config))
        database.init()
        database.recover()
        database.start()
        database.wait_ready()
    except PostgresError as error:
        raise RefusalError(error.message, error.way_out) from error
    return database


def _missing(database: str, state: tuple[str, bool, bool, bool]) -> RefusalError | None:
    name, created, available, allowed = state
    if created or (available and allowed):
        return None
    if not available:
        return RefusalError(
            f"The database server does not offer the extension {name}.",
            f"Install {PACKAGES[name]} on the database server.",
        )
    return RefusalError(
        f"The extension {name} is missing and this database user may not create it.",
        f"Ask an administrator to run CREATE EXTENSION {name} in the database {database}.",
    )


def _too_old(version: int) -> RefusalError:
    return RefusalError(
        f"The database server is PostgreSQL {_spoken(version)}; {OLDEST_MAJOR} is the oldest"
        " that works.",
        f"Upgrade it, or set DATABASE_URL to a server of version {OLDEST_MAJOR} or newer.",
    )


def _spoken(version: int) -> str:
    return f"{version // 10000}.{version % 10000}"


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
