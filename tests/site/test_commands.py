"""The other commands, run as a person runs them."""

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
from walletdesk.site.config import load_config
from walletdesk.site.config.names import SETTINGS
from walletdesk.site.config.reading import ConfigError

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
FIELDS = {"subject", "name", "level", "value", "source", "message", "way_out"}


def run(*arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    given = {k: v for k, v in os.environ.items() if not k.startswith("WALLETDESK_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "walletdesk.site.cli", *arguments],
        input=stdin,
        env={**given, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_check_tells_every_setting(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = run("check", "--json", WALLETDESK_DATA=str(data), WALLETDESK_PORT="0")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert all(set(finding) == FIELDS for finding in found)
    not_everywhere = {"ocr"}  # an outside program
    assert {each["name"] for each in found if each["level"] != "ok"} <= not_everywhere
    sources = {finding["name"]: finding["source"] for finding in found}
    assert sources["WALLETDESK_DATA"] == "environment"
    assert sources["WALLETDESK_POOL"] == "default"
    assert not data.exists()


def test_check_tells_what_is_wrong_and_hides_secrets(tmp_path: Path) -> None:
    wrong = {
        "WALLETDESK_POOL": "many",
        "WALLETDESK_PROT": "80",
        "DATABASE_URL": "postgresql://u:zebra@h/d",
        **{setting.name: "zebra" * 10 for setting in SETTINGS if setting.secret},
        "WALLETDESK_VOICE_ICE": "turn:u:zebra@turn.example.com",
        "WALLETDESK_VOICE_SIP_TRUNK": "u:zebra@192.0.2.7:5060",
    }
    done = run("check", "--json", WALLETDESK_DATA=str(tmp_path), **wrong)
    found = {f["name"]: f for f in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 2
    assert found["WALLETDESK_POOL"]["level"] == "error"
    assert found["WALLETDESK_POOL"]["way_out"]
    assert found["WALLETDESK_PROT"]["way_out"] == "Did you mean WALLETDESK_PORT?"
    assert "zebra" not in done.stdout + done.stderr
    assert run("check", **wrong).stdout.endswith("1 thing is wrong.\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WALLETDESK_VOICE_ICE", "turn:u:zebra"),
        ("WALLETDESK_VOICE_SIP_TRUNK", "u:zebra@host"),
        ("WALLETDESK_GENERATOR_URL", "https://u:zebra@host/v1"),
        ("WALLETDESK_URL", "https://u:zebra@host"),
        ("WALLETDESK_OIDC_ISSUER", "https://u:zebra@host"),
        ("DATABASE_URL", "postgresql://u:zebra@[h/d"),
    ],
)
def test_what_is_wrong_is_told_without_its_secret(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config({name: value})
    assert "zebra" not in str(refused.value)


def test_check_tells_that_the_database_is_out_of_reach(tmp_path: Path) -> None:
    url = f"postgresql://u@/d?host={tmp_path}"
    done = run("check", "--json", DATABASE_URL=url, WALLETDESK_PORT="0")
    (problem,) = [f for f in map(json.loads, done.stdout.splitlines()) if f["level"] == "error"]
    assert problem["subject"] == "database"
    assert "cannot be reached" in problem["message"]
    assert done.returncode == 2


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server with a database that lacks the extensions."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("bare") / "postgres", {"fsync": "off"})
    server.init()
    server.start()
    server.wait_ready()
    with psycopg.connect(server.dsn(user="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare TEMPLATE template0 OWNER walletdesk")
        connection.execute("CREATE ROLE guest LOGIN")
    yield server
    server.stop()


def test_missing_extensions_are_told(bare: EmbeddedPostgres) -> None:
    assert inspect_database(bare.dsn()).refusals == ()
    assert inspect_database(bare.dsn("bare", "postgres")).refusals == ()
    state = inspect_database(bare.dsn("bare", "guest"))
    assert [refusal.message.split()[2] for refusal in state.refusals] == ["pg_trgm"]
    assert "CREATE EXTENSION pg_trgm in the database bare" in state.refusals[0].way_out
    (lack,) = state.warnings
    assert lack.message.split()[2] == "vector"
    assert "compared in this program" in lack.way_out
    assert "CREATE EXTENSION vector in the database bare" in lack.way_out


def test_prepare_refuses_before_it_changes_anything(bare: EmbeddedPostgres) -> None:
    dsn = bare.dsn("bare", "guest")
    done = run("_prepare", DATABASE_URL=dsn)
    assert done.returncode == 2
    assert json.loads(done.stdout)["refused"]["way_out"].startswith("Ask an administrator")
    with psycopg.connect(dsn) as connection:
        tables = sql.SQL("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert connection.execute(tables).fetchone() == (0,)


def test_owner_needs_a_desk(tmp_path: Path) -> None:
    done = run(
        *("create-owner", "--email", "a@b.example", "--name", "A", "--password-stdin"),
        stdin="correct horse battery staple\n",
        WALLETDESK_DATA=str(tmp_path / "none"),
    )
    assert done.returncode == 2
    assert "There is no desk in" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "required: COMMAND"),
        (("up", "--port", "99999"), "is no port"),
        (("ask",), "required: TEXT"),
        (("ask", "x", "--wait", "nan"), "is no number of seconds"),
        (("ask", "x", "--url", "http://127.0.0.1:1"), "No desk can be reached"),
        (("ask", "x", "--url", "nonsense"), "No desk can be reached"),
        (("create-owner",), "E-mail is missing"),
    ],
)
def test_wrong_use_is_one_sentence_and_code_two(arguments: tuple[str, ...], sentence: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
