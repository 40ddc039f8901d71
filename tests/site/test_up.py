"""`walletdesk up`: what it prints, what it refuses, what it survives."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.desk import Desk, until

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that runs through several tests, each of which leaves it running."""
    desk = Desk(tmp_path_factory.mktemp("desk") / "data").ready()
    yield desk
    desk.stop()
    assert desk.processes() == []


def refused(data: Path, port: int = 0, **environ: str) -> str:
    """Start a desk that must refuse; return its one sentence."""
    desk = Desk(data, port, **environ)
    assert desk.ended() == 2, desk.said()
    sentences = [line for line in desk.said().splitlines() if line.startswith("walletdesk: ")]
    assert len(sentences) == 1, desk.said()
    assert "Traceback" not in desk.said()
    assert not desk.processes()
    return sentences[0]


def test_tells_where_it_is_and_who_may_sign_in(desk: Desk) -> None:
    said = desk.said()
    assert "Creating the database" in said
    assert "Migrating" in said
    assert f"http://127.0.0.1:{desk.port}/desk/" in said
    assert "olga@aurora.example  four-plain-words" in said
    assert desk.answer() == str(desk.child("server"))


@pytest.mark.parametrize("name", ["server", "worker"])
def test_a_killed_child_is_back_within_five_seconds(desk: Desk, name: str) -> None:
    killed = desk.child(name)
    desk.kill(killed)
    until(lambda: desk.child(name) != killed, f"{name} back")
    assert desk.log().count(f"{name} was killed by SIGKILL; starting it again in 0.2 s") == 1
    assert desk.answer() == str(desk.child("server"))


def test_callers_wait_while_the_server_restarts(desk: Desk) -> None:
    killed = desk.child("server")
    desk.kill(killed)
    assert desk.answer() not in {"", str(killed)}  # one call, made into the gap


def test_a_killed_database_is_recovered_and_the_others_live_on(desk: Desk) -> None:
    server, worker, killed = desk.child("server"), desk.child("worker"), desk.postmaster()
    desk.query("CREATE TABLE kept AS SELECT 42 AS n")
    desk.kill(killed)
    until(lambda: desk.postmaster() not in {0, killed}, "database back")
    assert desk.query("SELECT n FROM kept") == [(42,)]
    assert (desk.child("server"), desk.child("worker")) == (server, worker)
    assert "database was killed by SIGKILL" in desk.log()


def test_stops_without_leftovers_and_the_next_start_keeps_the_data(data: Path) -> None:
    desk = Desk(data).ready()
    desk.query("CREATE TABLE kept AS SELECT 42 AS n")
    assert desk.stop() == 0
    assert desk.processes() == []
    again = Desk(data).ready()
    assert "Creating the database" not in again.said()
    assert again.query("SELECT n FROM kept") == [(42,)]
    again.process.send_signal(signal.SIGTERM)
    assert again.ended() == 0


def test_a_second_interrupt_hurries(data: Path) -> None:
    desk = Desk(data, STAND_IN_WORKER_STUBBORN="1").ready()
    server, _worker = desk.child("server"), desk.child("worker")
    desk.process.send_signal(signal.SIGINT)
    until(lambda: not desk.lives(server), "server stopped")
    assert desk.process.poll() is None
    desk.process.send_signal(signal.SIGINT)
    assert until(lambda: desk.process.poll() is not None, "stopped", 5) < 4
    assert desk.process.returncode == 0
    assert desk.processes() == []


def test_children_do_not_outlive_a_killed_supervisor(data: Path) -> None:
    desk = Desk(data).ready()
    desk.query("CREATE TABLE kept AS SELECT 42 AS n")
    desk.process.kill()
    desk.ended()
    again = Desk(data).ready()
    assert again.query("SELECT n FROM kept") == [(42,)]
    assert again.stop() == 0
    assert again.processes() == []


def test_refuses_a_second_desk_on_the_same_folder(desk: Desk) -> None:
    other = Desk(desk.data)
    assert other.ended() == 2
    assert f"already runs on this data folder (process {desk.process.pid}" in other.said()
    assert desk.answer()


def test_refuses_a_taken_port_before_anything_is_written(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused(data, port)
    assert f"Port {port} on 127.0.0.1 is already taken" in sentence
    assert f"--port {port + 1}" in sentence
    assert not data.exists()


def test_refuses_the_folder_of_a_newer_version_untouched(data: Path) -> None:
    data.mkdir()
    (data / "VERSION").write_text("9\n")
    assert "written by a newer walletdesk (format 9" in refused(data)
    assert [path.name for path in data.iterdir()] == ["VERSION"]


def test_refuses_the_database_of_a_newer_postgresql_untouched(data: Path) -> None:
    cluster = data / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("19\n")
    assert "made by PostgreSQL 19; this walletdesk brings PostgreSQL 18" in refused(data)
    assert [path.name for path in cluster.iterdir()] == ["PG_VERSION"]


def test_refuses_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refused(tmp_path / "file" / "data")


def test_refuses_all_wrong_settings_at_once(data: Path) -> None:
    desk = Desk(data, WALLETDESK_POOL="many", WALLETDESK_DEMO="perhaps")
    assert desk.ended() == 2
    assert "WALLETDESK_POOL: 'many'" in desk.said()
    assert "WALLETDESK_DEMO: 'perhaps'" in desk.said()


def test_a_failed_preparation_leaves_nothing_running(data: Path) -> None:
    sentence = refused(data, STAND_IN_PREPARE_FAILS="1")
    assert "could not be prepared: the migration did not like it" in sentence


def test_a_server_that_cannot_start_is_told(data: Path) -> None:
    assert "does not start: no such module: aurora" in refused(data, STAND_IN_SERVER_FAILS="1")


def test_an_interrupt_is_heard_whatever_was_being_done(data: Path) -> None:
    desk = Desk(data, STAND_IN_INTERRUPTS_FORKS="1")
    assert desk.ended() == 0
    assert "Stopped before it was ready" in desk.said()
    assert "Exception ignored" not in desk.said()
    assert desk.processes() == []


def test_an_interrupt_during_the_start_leaves_nothing(data: Path) -> None:
    desk = Desk(data)
    until(lambda: "Creating the database" in desk.said(), "started")
    assert desk.stop() == 0
    assert desk.processes() == []
    again = Desk(data).ready()
    assert again.stop() == 0
