"""The frame of our own lints: walk the syntax trees below a folder, print what is found."""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Finding = tuple[int, str]
Check = Callable[[str, ast.Module], Iterable[Finding]]


def findings(folder: Path, check: Check) -> Iterator[str]:
    """Yield `file:line message` for what a check finds below a folder, migrations left out."""
    for path in sorted(folder.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        module = path.relative_to(folder).with_suffix("").as_posix()
        for line, message in check(module, ast.parse(path.read_text())):
            yield f"{path}:{line} {message}"


def run(check: Check) -> int:
    """Run a check over the folder named on the command line."""
    found = list(findings(Path(sys.argv[1]), check))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a name or attribute chain; calls in it are left out; else ''."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    if isinstance(node, ast.Call):
        return dotted(node.func)
    return ""
