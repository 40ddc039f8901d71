"""The embedded PostgreSQL: made, restarted, recovered, private, silent in its logs."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from walletdesk.kit.postgres import EmbeddedPostgres, PostgresError, embedded_dsn, socket_folder
from walletdesk.kit.postgres.account import copy_software, passable, software_folder
from walletdesk.kit.postgres.leftovers import processes_in

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server on the real settings, below folders that only this user can pass."""
    database = EmbeddedPostgres(tmp_path_factory.mktemp("private") / "postgres")
    assert database.init()
    yield database
    database.stop()


@pytest.fixture
def database(made: EmbeddedPostgres) -> EmbeddedPostgres:
    if made.process is None or made.process.poll() is not None:
        made.recover()
        made.start()
        made.wait_ready()
    return made


def ask(database: EmbeddedPostgres, statement: str, user: str = "walletdesk") -> list[tuple]:
    with psycopg.connect(database.dsn(user=user), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_is_durable_private_and_knows_chinese(database: EmbeddedPostgres) -> None:
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "jit": "off",
        "server_encoding": "UTF8",
    }
    for name, value in wanted.items():
        assert ask(database, f"SHOW {name}") == [(value,)]
    assert ask(database, "SELECT cardinality(show_trgm('钱包')), lower('ÄÑ')") == [(3, "äñ")]
    assert ask(database, "SELECT '[1,2]'::vector <-> '[1,2]'") == [(0.0,)]
    for folder in (database.folder, database.cluster, socket_folder(database.folder)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_desk_is_no_superuser(database: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(database, "COPY (SELECT 1) TO PROGRAM 'true'")
    assert ask(database, "CREATE EXTENSION IF NOT EXISTS vector") == []


def test_what_people_write_never_reaches_the_log(database: EmbeddedPostgres) -> None:
    ask(database, "CREATE TABLE said (text text UNIQUE, n int CHECK (n > 0))")
    ask(database, "INSERT INTO said VALUES ('zebra-canary', 1)")
    for statement in (
        "SELECT 'zebra-canary'::int",
        "INSERT INTO said VALUES ('zebra-canary', 1)",
        "INSERT INTO said VALUES ('zebra-canary 2', -1)",
        "SELECT 'zebra-canary' FROM nothing",
        "DO $$ BEGIN RAISE WARNING 'zebra-canary'; END $$",
    ):
        with psycopg.connect(database.dsn(), autocommit=True) as connection:
            try:
                connection.execute(statement)
            except psycopg.Error:
                continue
    logs = list((database.folder / "log").iterdir())
    assert any(path.stat().st_size for path in logs)
    assert not [path for path in logs if b"zebra-canary" in path.read_bytes()]


def test_comes_back_after_kill_9_with_busy_backends(database: EmbeddedPostgres) -> None:
    ask(database, "CREATE TABLE kept AS SELECT 42 AS n")
    busy = subprocess.Popen(
        [database.program("psql"), "-X", database.dsn(), "-c", "SELECT pg_sleep(60)"],
        stderr=subprocess.DEVNULL,
    )
    server = database.process
    assert server is not None
    os.kill(server.pid, signal.SIGSTOP)  # its children must be found, not its own last words
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    assert (database.cluster / "postmaster.pid").exists()
    database.recover()
    assert processes_in(database.cluster) == []
    database.start()
    database.wait_ready()
    assert ask(database, "SELECT n FROM kept") == [(42,)]
    assert busy.wait(90) != 0


def test_a_copy_made_while_it_runs_is_a_whole_database(
    database: EmbeddedPostgres, tmp_path: Path
) -> None:
    ask(database, "CREATE TABLE copied AS SELECT 42 AS n")
    copy = EmbeddedPostgres(tmp_path / "postgres")
    copy.folder.mkdir()
    subprocess.run(
        [
            database.program("pg_basebackup"),
            *("--host", socket_folder(database.folder), "--username", "postgres"),
            *("--pgdata", copy.cluster, "--checkpoint=fast"),
        ],
        check=True,
    )
    copy = EmbeddedPostgres(copy.folder)
    assert not copy.init()
    copy.recover()
    copy.start()
    copy.wait_ready()
    assert ask(copy, "SELECT n FROM copied") == [(42,)]
    copy.stop()


def test_shuts_down_a_server_that_nobody_owns(database: EmbeddedPostgres) -> None:
    left = database.process
    assert left is not None
    later = EmbeddedPostgres(database.folder)
    later.start()
    with pytest.raises(PostgresError, match="lock file"):  # PostgreSQL's own last defence
        later.wait_ready()
    later = EmbeddedPostgres(database.folder)
    later.recover()
    assert left.wait(90) == 0
    later.start()
    later.wait_ready()
    later.stop()
    database.process = None


def test_ignores_a_stale_pid_file(made: EmbeddedPostgres) -> None:
    made.stop()
    (made.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{made.cluster}\n1\n5432\n")
    made.recover()
    made.start()
    made.wait_ready()


def test_an_interrupted_creation_is_started_over(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    (folder / "cluster.new").mkdir(parents=True)
    (folder / "cluster.new" / "PG_VERSION").write_text("18\n")
    database = EmbeddedPostgres(folder)
    assert database.init()
    assert not database.init()
    assert not (folder / "cluster.new").exists()


def test_a_start_that_fails_says_why(made: EmbeddedPostgres) -> None:
    made.stop()
    broken = EmbeddedPostgres(made.folder, {"shared_buffers": "many"})
    broken.start()
    with pytest.raises(PostgresError, match=r"configuration file .* contains errors"):
        broken.wait_ready()


def test_a_long_path_gets_a_socket_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "postgres"
    assert socket_folder(folder).parent == Path("/tmp")  # noqa: S108 - as promised
    assert socket_folder(folder) == socket_folder(Path(str(folder)))
    assert len(bytes(socket_folder(folder))) < 80
    assert embedded_dsn(Path("/a b/ü")).endswith("?host=%2Fa%20b%2F%C3%BC%2Fsocket")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_programs_are_copied_when_their_folder_is_closed(tmp_path: Path) -> None:
    wheel = software_folder(None).parent
    assert not passable(tmp_path)
    with pytest.raises(OSError, match="cannot be passed by other accounts"):
        copy_software(wheel, [tmp_path])
    with tempfile.TemporaryDirectory(dir="/tmp") as open_to_all:
        place = Path(open_to_all)
        place.chmod(0o755)
        copy = copy_software(wheel, [tmp_path, place])
        assert copy.is_relative_to(place)
        shown = subprocess.check_output([copy / "bin/postgres", "--version"], user=65534, text=True)
        assert "(PostgreSQL) 18" in shown
        assert copy_software(wheel, [place]) == copy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_works_for_an_ordinary_user() -> None:
    if not passable(software_folder(None)):
        pytest.skip("the programs lie in a folder that other users cannot pass")
    script = (
        "import os, sys; from pathlib import Path\n"
        "from walletdesk.kit.postgres import EmbeddedPostgres\n"
        "import walletdesk.kit.children, encodings.idna\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "database = EmbeddedPostgres(Path(sys.argv[1]))\n"
        "print(database.init()); database.start(); database.wait_ready(); database.stop()\n"
    )
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chown(folder, 65534, 65534)
        done = subprocess.run(
            [sys.executable, "-c", script, f"{folder}/postgres"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout == "True\n", done.stderr
