"""The lint that keeps SafeText to the guard."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = ROOT / "tools/lints/safe_text.py"
LINT_NAMES = runpy.run_path(str(LINT))
GUARD = "from walletdesk.safety.guard import"


def found(source: str, module: str = "walletdesk.web.desk") -> list[int]:
    return [line for line, _message in LINT_NAMES["problems"](source, module)]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from walletdesk.safety.types import _CAPABILITY", [1]),
        ("from walletdesk.safety.types import *", [1]),
        ("from walletdesk.safety.guard import _safe as s", [1]),
        ("from walletdesk.safety import types\nx = types._CAPABILITY", [2]),
        ("import walletdesk.safety.types\nx = walletdesk.safety.types._CAPABILITY", [2]),
        ("import walletdesk.safety.types as t\nx = t.SafeText('a', None)", [2]),
        ("from walletdesk.safety.types import SafeText\nx = SafeText('a', None)", [2]),
        ("from walletdesk.safety.types import SafeText as S\nx = S('a', None)", [2]),
        ("from walletdesk.safety.types import SafeText\nx = object.__new__(SafeText)", [2]),
        ("from walletdesk.safety.types import SafeText\nx = SafeText.__new__(SafeText)", [2]),
        (f"{GUARD} trusted\nx = trusted('a')", [2]),
        (f"{GUARD} trusted as ok\n\nx = ok('a')", [3]),
        (f"{GUARD} trusted\nx = map(trusted, [])", [2]),
        (f"{GUARD} redisplay\nx = redisplay('a')", [2]),
        ("from walletdesk.safety import guard\nx = guard.trusted('a')", [2]),
    ],
)
def test_what_others_must_not_do(source: str, lines: list[int]) -> None:
    assert sorted(set(found(source))) == lines
    assert found(source, "walletdesk.safety.guard") == []


@pytest.mark.parametrize(
    "source",
    [
        f"{GUARD} check\nx = check('a').safe",
        "from walletdesk.safety.types import SafeText\ndef f(x: SafeText) -> str: return str(x)",
        "def trusted(x): return x\ntrusted('a')",
        "class A:\n    def trusted(self): ...\nA().trusted()",
    ],
)
def test_what_everybody_may_do(source: str) -> None:
    assert found(source) == []


def test_the_list_of_modules() -> None:
    source = f"{GUARD} trusted, redisplay\ntrusted('a')\nredisplay('a')"
    assert found(source, "walletdesk.bot.answers") == []
    assert found(source, "walletdesk.botany") == [2, 3]


def test_as_a_program(tmp_path: Path) -> None:
    folder = tmp_path / "src/walletdesk/web"
    folder.mkdir(parents=True)
    (folder / "views.py").write_text(f"{GUARD} trusted\ntrusted('a')\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, LINT, tmp_path / "src"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith(f"{folder / 'views.py'}:2: uses trusted")
    clean = subprocess.run([sys.executable, LINT, ROOT / "src"], capture_output=True, check=False)
    assert (clean.returncode, clean.stdout) == (0, b"")
