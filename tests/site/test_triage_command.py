"""`walletdesk triage --json`: one line out for each line in, whatever the bytes."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from walletdesk.language.topics import TOPICS
from walletdesk.site.commands.triage import masked

HEX = "8a4f1c2be9d77a0c35b1e6f20dd94a7b6c1f3e58902d4477ab1c9e03f5d6a218"
COMMAND = [sys.executable, "-m", "walletdesk.site.cli", "triage", "--json"]
FIELDS = ["language", "topic", "confidence", "urgency", "out_of_scope", "entities"]


def run(data: bytes) -> list[dict[str, Any]]:
    done = subprocess.run(COMMAND, input=data, capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]


def test_each_line_gets_its_answer() -> None:
    lines = [
        "USDT 没到账".encode(),
        b"",
        b"someone drained my wallet, 2 btc gone",
        b"\xff\xfe\x00\x80 wallet",
        b"mail me at mei.chen@example.com or +86 138 1234 5678",
        HEX.encode(),
        b"a" * 1_000_000,
        b"olvid\xc3\xa9 mi contrase\xc3\xb1a\r",
        b"[" * 50_000,
        b"what is the weather",
        "one\u2028line\u2029only\x85still\x0b\x0c\x1c".encode(),
        b"\r",
        b"a\rb\x00c\xed\xa0\x80",
        b"last line without an end",
    ]
    found = run(b"\n".join(lines))
    assert len(found) == len(lines)
    for answer in found:
        assert list(answer) == FIELDS
        assert answer["language"]
        assert answer["topic"] in TOPICS
        assert 0 <= answer["confidence"] <= 1
        assert answer["urgency"] in ("low", "medium", "high", "critical")
    assert (found[0]["language"], found[0]["topic"]) == ("zh-hans", "deposit_missing")
    assert (found[1]["language"], found[1]["topic"], found[1]["out_of_scope"]) == (
        "und",
        "other",
        True,
    )
    assert (found[2]["topic"], found[2]["urgency"]) == ("wallet_stolen", "critical")
    assert "mei.chen" not in json.dumps(found[4])
    assert {entity["kind"] for entity in found[4]["entities"]} == {"email", "phone"}
    assert HEX not in json.dumps(found[5])
    assert (found[7]["language"], found[7]["topic"]) == ("es", "forgot_password")
    assert found[9]["out_of_scope"]


def test_nothing_in_nothing_out() -> None:
    assert run(b"") == []
    assert len(run(b"\n\n")) == 2


def test_it_answers_when_the_input_pauses(tmp_path: Path) -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        giving_up = threading.Timer(60, process.kill)
        giving_up.start()
        os.write(process.stdin.fileno(), b"hola\nhel")
        first = json.loads(process.stdout.readline())
        os.write(process.stdin.fileno(), b"lo\n")
        second = json.loads(process.stdout.readline())
        process.stdin.close()
        giving_up.cancel()
    assert (first["language"], first["topic"], second["topic"]) == ("es", "greeting", "greeting")


def test_a_language_that_nobody_recognises_is_refused() -> None:
    done = subprocess.run(
        [*COMMAND, "--languages", "en,qq"], input=b"hi\n", capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"'qq'" in done.stderr
    assert done.stdout == b""


def test_masks_reach_nobody() -> None:
    assert masked("mei.chen@example.com") == "m***@***.com"
    assert masked("+86 138 1234 5678") == "+8***78"
