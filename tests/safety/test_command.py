"""The command: one JSON line per line of input, whatever the line holds."""

import io
import json
import subprocess
import sys
from pathlib import Path

from tests.safety import disguises
from walletdesk.safety import command

PHRASE = "ribbon tornado velvet crater lunar pigeon saddle onion"
KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


def answers(*lines: bytes | str) -> list[dict[str, object]]:
    out = io.StringIO()
    command.run(lines, out)
    assert out.getvalue().isascii()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_a_message() -> None:
    assert answers("hello\n", f"{PHRASE}\r\n") == [
        {"secret": False, "kinds": [], "redacted": "hello"},
        {"secret": True, "kinds": ["seed_phrase"], "redacted": "⟦secret:seed_phrase⟧"},
    ]


def test_every_line_has_its_answer_blank_ones_too() -> None:
    lines = [b"\n", b"  \n", b"a\n", b"\n", b"last"]
    assert [answer["redacted"] for answer in answers(*lines)] == ["", "  ", "a", "", "last"]


def test_an_array_is_a_conversation_in_its_final_state() -> None:
    words = PHRASE.split()
    (answer,) = answers(json.dumps(["hi, my wallet is empty", *words, "ok what now?"]))
    mask = "⟦secret:seed_phrase⟧"
    assert answer == {
        "secret": True,
        "kinds": ["seed_phrase"],
        "alarm_at": 4,
        "redacted": ["hi, my wallet is empty", *[mask] * 8, "ok what now?"],
    }


def test_conversations_do_not_touch_each_other() -> None:
    lines = [json.dumps(["my private key:"]), json.dumps([KEY]), *PHRASE.split()]
    assert [answer["secret"] for answer in answers(*lines)] == [False] * 10


def test_later_than_the_history_limit() -> None:
    messages = [*["how long will it take for me"] * 40, *PHRASE.split()]
    (answer,) = answers(json.dumps(messages))
    assert answer["alarm_at"] == 43
    assert answer["redacted"] == [*messages[:40], *["⟦secret:seed_phrase⟧"] * 8]


def test_only_a_list_of_strings_is_an_array() -> None:
    for text in (
        '["a",1]',
        "[1]",
        '{"a":[]}',
        '"a"',
        "[",
        '["a"',
        '[["a"]]',
        "[" * 100_000,
        "[1e999]",
    ):
        (answer,) = answers(text)
        assert answer == {"secret": False, "kinds": [], "redacted": text}
    for text, redacted in (("[]", []), (' ["a"] ', ["a"]), ('["\\ud800"]', ["\ud800"])):
        (answer,) = answers(text)
        assert answer == {"secret": False, "kinds": [], "alarm_at": None, "redacted": redacted}


def test_bytes_that_are_no_text() -> None:
    (answer,) = answers(b"\xff\xfe " + PHRASE.encode() + b" \x00\n")
    assert answer["kinds"] == ["seed_phrase"]
    assert str(answer["redacted"]).startswith("\ufffd\ufffd ")


def test_a_million_letters() -> None:
    text = "how long will it take for me " * 35_000 + PHRASE
    (answer,) = answers(text)
    assert answer["kinds"] == ["seed_phrase"]


def test_kinds_of_a_conversation_are_sorted() -> None:
    rng = disguises.dice(1)
    (answer,) = answers(json.dumps([disguises.wif(rng), PHRASE, disguises.keystore(rng)]))
    assert answer["kinds"] == ["keystore", "seed_phrase", "wif"]
    assert answer["alarm_at"] == 0


def test_as_a_program() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "walletdesk.safety.command"],
        input=f"{PHRASE}\n助记词是什么\n".encode(),
        capture_output=True,
        check=True,
        cwd=root / "src",
        timeout=300,
    )
    assert [json.loads(line)["secret"] for line in done.stdout.splitlines()] == [True, False]
