"""The type checker refuses plain text where safe text is wanted."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SNIPPET = """
from walletdesk.safety.guard import check
from walletdesk.safety.types import SafeText

def store(text: SafeText) -> None: ...

store(check("hello").safe)
store("hello")
plain: str = check("hello").safe
SafeText("hello")
"""


def test_str_is_no_safe_text(tmp_path: Path) -> None:
    (tmp_path / "snippet.py").write_text(SNIPPET, encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nfollow_imports = silent\n", encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            "mypy.ini",
            "--no-error-summary",
            "snippet.py",
        ],
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("snippet.py")]
    assert [line.rpartition("[")[2] for line in lines] == ["arg-type]", "assignment]", "call-arg]"]
    assert [line.split(":")[1] for line in lines] == ["8", "9", "10"]
