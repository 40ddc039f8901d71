"""The audit trail speaks in words: no code of an entry is shown as it is stored."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import walletdesk
from walletdesk.web.desk import trail
from walletdesk.web.desk.trail_actions import ACTIONS

PACKAGE = Path(walletdesk.__file__).parent
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
BEGINNING = re.compile(r"[a-z_]+\.")
SUBJECT = re.compile(r"[a-z_]+(?=:)")
WRITES = re.compile(r"record_(?:audit|change)|_disclosure")
UNNAMED = {"picture"}  # a digest tells nothing
NO_SUBJECTS = {"customer", "staff", "desk", "translation"}  # topics of streams, locks of jobs


def said(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield what the calls of a file are given: whole texts, and the beginnings of others."""
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call):
            continue
        for value in (*call.args, *(word.value for word in call.keywords)):
            first = value.values[0] if isinstance(value, ast.JoinedStr) and value.values else value
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, first is value


def writers() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if WRITES.search(path.read_text())]


def test_every_code_that_is_written_has_words() -> None:
    told = [each for path in writers() for each in said(path)]
    whole = {text for text, is_whole in told if is_whole and CODE.fullmatch(text)}
    begun = {text for text, is_whole in told if not is_whole and BEGINNING.fullmatch(text)}
    assert whole - set(ACTIONS) == set()
    assert [text for text in begun if not any(code.startswith(text) for code in ACTIONS)] == []
    assert len(whole) > 100


def test_every_kind_of_subject_has_a_name() -> None:
    told = [text for path in writers() for text, is_whole in said(path) if not is_whole]
    kinds = {found[0] for text in told if (found := SUBJECT.match(text)) and text[-1] == ":"}
    plain = {kind for kind in kinds if trail.subject_name(f"{kind}:7", "Mei") == f"{kind}:7"}
    assert plain - UNNAMED - NO_SUBJECTS == set()
    assert len(kinds) > 15
