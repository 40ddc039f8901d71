"""Lint: only the guard builds `SafeText` and `StorableText`; its wraps are for listed modules.

Usage: python tools/lints/safe_text.py src. Prints file:line messages; exit code 1 if there are any.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

# Modules (a package means all below it) that may wrap text which no check has seen.
ALLOWED = {
    "trusted": (
        "walletdesk.bot",  # its answers come from the catalogue and from published articles
    ),
    "redisplay": (
        "walletdesk.bot",  # its summary quotes what the guard let in
    ),
    "without_data": (
        "walletdesk.conversations.actions.timeline",  # for the bot's answers
    ),
}
BUILT = {"SafeText", "StorableText"}
HOME = "walletdesk.safety"
PRIVATE = {"_CAPABILITY", "_safe"}


def module_name(path: Path) -> str:
    """Return the dotted name of a file below a folder called src, or of the bare path."""
    parts = path.with_suffix("").parts
    if "src" in parts:
        parts = parts[len(parts) - parts[::-1].index("src") :]
    return ".".join(part for part in parts if part != "__init__")


def is_below(module: str, package: str) -> bool:
    """Tell whether a module is a package or lies in it."""
    return module == package or module.startswith(package + ".")


def names_of(tree: ast.AST) -> dict[str, str]:
    """Return the local names that imports bind to things of the safety room."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and is_below(node.module or "", "walletdesk"):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if is_below(full, HOME):
                    bound[alias.asname or alias.name] = full.rpartition(".")[2]
        elif isinstance(node, ast.Import):
            bound.update({a.asname: a.name for a in node.names if a.asname and HOME in a.name})
    return bound


def problems(source: str, module: str) -> Iterator[tuple[int, str]]:
    """Yield the line and message of everything a module must not do."""
    if is_below(module, HOME):
        return
    tree = ast.parse(source)
    bound = names_of(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and is_below(node.module or "", HOME):
            for alias in node.names:
                if alias.name in PRIVATE or alias.name == "*":
                    yield node.lineno, f"imports {alias.name} from the guard"
        name = used_name(node, bound)
        if name in PRIVATE:
            yield line_of(node), f"uses {name} of the guard"
        elif name in ALLOWED and not any(is_below(module, home) for home in ALLOWED[name]):
            yield line_of(node), f"uses {name}; tools/lints/safe_text.py lists who may"
        if makes_safe_text(node, bound):
            yield line_of(node), "builds SafeText or StorableText; only the guard may"


def used_name(node: ast.AST, bound: dict[str, str]) -> str:
    """Return the guard's name that an expression refers to, if it does."""
    if isinstance(node, ast.Name) and node.id in bound:
        return bound[node.id]
    if isinstance(node, ast.Attribute):
        owner = node.value
        through_module = isinstance(owner, ast.Name) and bound.get(owner.id, "").rpartition(".")[
            2
        ] in {"guard", "types", "safety"}
        in_full = ast.unparse(owner).startswith(HOME)
        if through_module or in_full:
            return node.attr
    return ""


def makes_safe_text(node: ast.AST, bound: dict[str, str]) -> bool:
    """Tell whether a node calls one of BUILT, its __new__, or another class's __new__ with it."""
    if not isinstance(node, ast.Call):
        return False
    makers = [node.func]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "__new__":
        makers = [node.func.value, *node.args[:1]]
    return any(used_name(maker, bound) in BUILT for maker in makers)


def line_of(node: ast.AST) -> int:
    """Return the line of a node; 0 for one without a place."""
    return getattr(node, "lineno", 0)


def main(argv: list[str]) -> int:
    """Check all Python files below the given folders."""
    found = 0
    for folder in argv or ["src"]:
        for path in sorted(Path(folder).rglob("*.py")):
            for line, message in problems(path.read_text(encoding="utf-8"), module_name(path)):
                print(f"{path}:{line}: {message}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
