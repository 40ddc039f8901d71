"""Calls out of the chat need no process until somebody calls, and none when nobody has for long."""

import os
import time
from pathlib import Path

import pytest

from walletdesk.integrations.embedded_voice.mark import is_wanted, let_go, want_process
from walletdesk.site.commands.up import _carries_calls
from walletdesk.site.config import load_config
from walletdesk.site.config.reading import ConfigError


def test_the_process_is_wanted_by_a_call_and_let_go_when_it_is_idle(tmp_path: Path) -> None:
    config = load_config({"WALLETDESK_DATA": str(tmp_path)})
    mark = config.media.mark
    assert config.voice == ("embedded",)
    assert not _carries_calls(config)
    want_process(mark)
    assert _carries_calls(config)
    let_go(mark, unused_seconds=600)
    assert is_wanted(mark)
    long_ago = time.time() - 601
    os.utime(tmp_path / "voice.wanted", (long_ago, long_ago))
    want_process(mark)  # somebody calls at the last moment
    let_go(mark, unused_seconds=600)
    assert _carries_calls(config)
    os.utime(tmp_path / "voice.wanted", (long_ago, long_ago))
    let_go(mark, unused_seconds=600)
    assert not _carries_calls(config)


@pytest.mark.parametrize(
    "given",
    [
        {"WALLETDESK_VOICE_SIP": "127.0.0.1:5060", "WALLETDESK_VOICE_SIP_ALLOW": "127.0.0.1"},
        {
            "WALLETDESK_VOICE": "asterisk",
            "WALLETDESK_ASTERISK_URL": "http://127.0.0.1:8088",
            "WALLETDESK_ASTERISK_SECRET": "0123456789abcdef0123456789abcdef",
        },
    ],
)
def test_telephones_ring_at_any_moment_so_the_process_always_runs(
    tmp_path: Path, given: dict[str, str]
) -> None:
    assert _carries_calls(load_config({"WALLETDESK_DATA": str(tmp_path)} | given))


def test_calls_can_be_switched_off_and_a_missing_extra_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"WALLETDESK_DATA": str(tmp_path)}
    assert load_config(given | {"WALLETDESK_VOICE": "none"}).voice == ()
    monkeypatch.setattr("walletdesk.site.config.values.VOICE_WHEELS", ("no_such_wheel",))
    assert load_config(given).voice == ()
    with pytest.raises(ConfigError, match=r"\[voice\]"):
        load_config(given | {"WALLETDESK_VOICE": "embedded"})
