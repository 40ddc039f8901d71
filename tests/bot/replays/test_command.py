"""`walletdesk bot replay`: what it refuses, and what it prints."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.factories.articles import load
from walletdesk.site.cli import main
from walletdesk.site.commands import bot_replay
from walletdesk.site.refusal import RefusalError


def given(path: Path, data: bytes) -> Namespace:
    path.write_bytes(data)
    return Namespace(csv=str(path), days=30, limit=10)


@pytest.mark.parametrize("options", [["--limit", "0"], ["--days", "x"], ["--limit", "9" * 30]])
def test_numbers_out_of_range_are_refused(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bot", "replay", *options])
    assert ended.value.code == 2
    assert "is no number from 1 to 100000" in capsys.readouterr().err


def test_what_cannot_be_read_is_refused(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bot", "replay", "--csv", str(tmp_path / "none.csv")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    with pytest.raises(RefusalError, match="line 2"):
        bot_replay.chosen_cases(cast.brand, b"question\n\xff", given(tmp_path / "a", b""), "")
    with pytest.raises(RefusalError, match="It serves zh-hans, en, es"):
        bot_replay.served_language(cast.brand, "xx")


def test_a_file_is_replayed_with_progress_and_a_report(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(cast.brand, ["transaction-pending"])
    data = (
        b"question,language,expected_topic,expected_article\n"
        b"my transfer is stuck on pending,en,,transaction-pending\n"
        b"why is it stuck? mei@example.com,en,,transaction-pending\n"
        b"do you like pizza,en,,-\n"
    )
    cases, total = bot_replay.chosen_cases(cast.brand, data, given(tmp_path / "a", data), "")
    report = bot_replay.replay(cast.brand, cases, total)
    assert "3 of 3" in capsys.readouterr().err
    assert (report["conversations"], report["unsupported"]) == (3, 0)
    assert report["right"] >= 2
    assert report["rules"]["expected_article"]
    printed = json.dumps(report)
    assert "mei@example.com" not in printed
    people = bot_replay.for_people(report)
    assert "answered " in people
    assert "line 4: do you like pizza" in people
