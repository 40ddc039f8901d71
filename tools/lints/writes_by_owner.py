"""Rows are written by the actions of the room that owns them, and nowhere else.

Finds calls of the ORM's writing methods outside `actions` (a module or a package) and `site/demo`.
"""

import ast
from collections.abc import Iterator

from _lint import Finding, dotted, run

WRITES = {
    "bulk_create", "bulk_update", "create", "delete", "get_or_create", "save", "update",
    "update_or_create",
}  # fmt: skip


def check(module: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield each write that does not stand in an `actions` module."""
    if "actions" in module.split("/"):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = dotted(node.func)
        if node.func.attr in WRITES and (".objects." in name or name.startswith("objects.")):
            yield node.lineno, f"writes rows ({name}): move it to the owner's actions"


if __name__ == "__main__":
    raise SystemExit(run(check))
