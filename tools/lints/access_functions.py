"""Front ends get rows from access functions in `queries`, never from a model.

An id in an address says nothing of who may see the row; the access function does (STYLE.md).
"""

import ast
from collections.abc import Iterator

from _lint import Finding, run


def check(module: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield each use of a model's manager below `walletdesk/web`."""
    if "/web/" not in f"/{module}":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
            yield node.lineno, "asks a model directly: use an access function of its room's queries"
        if isinstance(node, ast.Name) and node.id == "get_object_or_404":
            yield node.lineno, "get_object_or_404 checks no right: use an access function"


if __name__ == "__main__":
    raise SystemExit(run(check))
