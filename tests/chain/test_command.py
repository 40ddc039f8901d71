"""`walletdesk diagnose` as a person and as a program call it."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.chain.nodes import Evm
from walletdesk.chain.memory import FileMemory, ProcessMemory
from walletdesk.chain.types import Sighting

HASH = "0x" + "ab" * 32


def diagnose(data: Path, *arguments: str, text: str | None = None) -> tuple[int, str, str]:
    environ = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "walletdesk.site.cli", "diagnose", *arguments],
        env={**environ, "WALLETDESK_DATA": str(data)},
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_story_on_the_command_line(chain: Evm, tmp_path: Path) -> None:
    """Sent, asked, replaced, asked again: the second run remembers the first."""
    chain.rpc("evm_setAutomine", False)
    me, friend = chain.accounts[7:9]
    node = ("--rpc", f"evm:31337={chain.url}")
    fee = {"maxFeePerGas": 10**11, "maxPriorityFeePerGas": 10**9}
    sent = chain.send(me, friend, value=10**18, **fee)

    code, out, err = diagnose(tmp_path, sent, *node, "--json")
    first = json.loads(out)
    assert (code, err) == (0, "")
    assert {"network", "kind", "verdict", "confidence", "recoverable", "summary", "steps", "facts",
            "watch"} <= set(first)  # fmt: skip
    assert (first["network"], first["kind"], first["verdict"]) == (
        "evm:31337", "transaction", "pending",
    )  # fmt: skip
    assert first["watch"] is True
    assert all({"name", "value", "block", "call"} <= set(fact) for fact in first["facts"])

    nonce = int(chain.rpc("eth_getTransactionCount", me, "latest"), 16)
    dearer = {"maxFeePerGas": 10**12, "maxPriorityFeePerGas": 10**11}
    chain.send(me, me, value=0, nonce=nonce, **dearer)
    chain.rpc("anvil_mine", "0x1")
    chain.rpc("evm_setAutomine", True)
    code, out, _err = diagnose(tmp_path, "-", *node, "--json", text=f"where is {sent}?")
    assert (code, json.loads(out)["verdict"]) == (0, "replaced")

    code, out, _err = diagnose(tmp_path, sent, *node)
    assert code == 0
    assert "(replaced, certain, evm:31337)" in out


def test_nodes_out_of_reach_are_said(tmp_path: Path) -> None:
    code, out, _err = diagnose(tmp_path, HASH, "--rpc", "ethereum=http://127.0.0.1:9", "--json")

    found = json.loads(out)
    assert (code, found["verdict"], found["recoverable"]) == (0, "unreachable", "unknown")
    assert found["silent"] == ["ethereum"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("hello",), "No transaction hash"),
        ((HASH, "--network", "moon"), "moon"),
        ((HASH, "--rpc", "nonsense"), "nonsense"),
        ((HASH, "--rpc", "ethereum=x"), "NETWORK=URL"),
        ((HASH, "--rpc", "ethereum=ftp://x"), "http"),
        ((HASH, "--lang", "tlh"), "language"),
        ((HASH, "--network", "bitcoin"), "Bitcoin"),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    from walletdesk.site.cli import main  # noqa: PLC0415 - imports the settings

    monkeypatch.setenv("WALLETDESK_DATA", str(tmp_path))
    assert main(["diagnose", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_what_was_seen_first_is_kept_across_processes(tmp_path: Path) -> None:
    path = tmp_path / "chain" / "seen.jsonl"
    seen = Sighting("0xa", 3, ("b:1",), datetime(2026, 1, 2, tzinfo=UTC))
    FileMemory(path).remember("n", "t", seen)
    FileMemory(path).remember("n", "t", Sighting("0xother", 9))
    with path.open("ab") as file:
        file.write(b'{"half a line\n[1]\n{"at": "x"}\n\xff\n')

    assert FileMemory(path).recall("n", "t") == seen
    assert path.stat().st_mode & 0o077 == 0
    assert len(path.read_bytes().splitlines()) == 5


def test_a_place_that_cannot_be_written_costs_the_memory_only(tmp_path: Path) -> None:
    (tmp_path / "chain").write_text("a file where a folder should be")
    memory = FileMemory(tmp_path / "chain" / "seen.jsonl")

    memory.remember("n", "t", Sighting("0xa", 3))

    found = memory.recall("n", "t")
    assert found is not None
    assert found.nonce == 3


def test_a_moment_of_asking_gives_way_to_a_sender() -> None:
    memory: Any = ProcessMemory()
    memory.remember("n", "t", Sighting(seen_at=datetime(2026, 1, 2, tzinfo=UTC)))
    memory.remember("n", "t", Sighting("0xa", 1))

    assert memory.recall("n", "t").sender == "0xa"
