"""`walletdesk mail parse`: one object for any bytes, one sentence for what is no file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mail_parsing.letters import CAPTURED, plain
from walletdesk.site.cli import main
from walletdesk.site.commands import mail


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "walletdesk.site.cli", "mail", "parse", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=300)


def test_a_mail_from_a_pipe() -> None:
    done = run("-", "--json", given=(CAPTURED / "bounces" / "zed.eml").read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert found["from"] == {
        "name": "Mail Delivery System",
        "address": "MAILER-DAEMON@example.com.com",
    }
    assert found["bounce"]["kind"] == "hard"
    assert found["attachments"][1] == {
        "name": "test bounce.eml",
        "type": "message/rfc822",
        "size": 592,
        "md5": found["attachments"][1]["md5"],
    }
    assert found["automatic"] is True


@pytest.fixture
def printed(capfd: pytest.CaptureFixture[str]) -> Any:
    """Run the command in this process, which has no other threads."""

    def parse(path: Path) -> Any:
        assert main(["mail", "parse", str(path), "--json"]) == 0
        return json.loads(capfd.readouterr().out)

    return parse


@pytest.mark.parametrize("raw", [b"", b"\x00" * 100, b"\xff\xfe\n\n", bytes(range(256)) * 40])
def test_any_bytes(raw: bytes, tmp_path: Path, printed: Any) -> None:
    (tmp_path / "m").write_bytes(raw)
    found = printed(tmp_path / "m")
    assert found["message_id"].startswith("gen-")
    assert found["from"] == {"name": "", "address": ""}
    assert "sender_defect" in found["problems"]


def test_of_a_mail_that_is_too_big_no_part_is_told_as_if_it_were_whole(
    tmp_path: Path, printed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "MOST_BYTES", 1_000)
    (tmp_path / "m").write_bytes(plain(b"x" * 2_000))
    found = printed(tmp_path / "m")
    assert (found["subject"], found["text"], found["problems"]) == ("Help", "", ["too_big"])


@pytest.mark.parametrize("name", ["", "/no/such/file", "/tmp", "a\x00b"])  # noqa: S108 - only read
def test_what_is_no_file_is_refused_in_a_sentence(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["mail", "parse", name, "--json"]) == 2
    error = capfd.readouterr().err
    assert error.startswith("walletdesk: The mail ")
    assert error.count("\n") == 1
