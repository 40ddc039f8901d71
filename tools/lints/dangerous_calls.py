"""No code from data, no SQL from strings.

Models are plain arrays and JSON: what could run code while it is read is refused (OWASP ASVS 1.5).
A statement is a constant; values go in as parameters. Threads that decode into a Struct for the
first time, at once, end the process, so one module decodes for all.
"""

import ast
from collections.abc import Iterator

from _lint import Finding, dotted, run

IMPORTS = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
CALLS = {"eval", "exec", "compile", "yaml.load", "torch.load", "mark_safe", "os.system"}
DECODES = {"msgspec.json.decode", "msgspec.json.Decoder", "msgspec.convert"}
DECODES_FOR_ALL = "walletdesk/kit/shapes"
EXECUTES = {"execute", "executemany", "raw", "extra"}
# Names of tables and months cannot be parameters; each of these builds them from our own constants.
SQL_BUILT_FROM_CONSTANTS = {
    "walletdesk/conversations/actions/partitions",
    "walletdesk/kit/live/bus",
    "walletdesk/site/voice",
    "walletdesk/site/worker",
}


def check(module: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield what can run data as code or end the process, and SQL put together from strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in IMPORTS:
                    yield node.lineno, f"imports {alias.name}: it can run code while it reads"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in IMPORTS:
            yield node.lineno, f"imports {node.module}: it can run code while it reads"
        elif isinstance(node, ast.Call):
            yield from _call(module, node)


def _call(module: str, node: ast.Call) -> Iterator[Finding]:
    name = dotted(node.func)
    if name in CALLS:
        yield node.lineno, f"calls {name}"
    if name in DECODES and module != DECODES_FOR_ALL:
        yield node.lineno, f"calls {name}: use kit.shapes"
    if name.rpartition(".")[2] in EXECUTES and node.args and module not in SQL_BUILT_FROM_CONSTANTS:
        statement = node.args[0]
        built = isinstance(statement, ast.JoinedStr) or (
            isinstance(statement, ast.BinOp) and not _constant(statement)
        )
        formatted = isinstance(statement, ast.Call) and dotted(statement.func).endswith("format")
        if built or formatted:
            yield node.lineno, "puts SQL together from strings: use parameters"


def _constant(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _constant(node.left) and _constant(node.right)
    return isinstance(node, ast.Constant)


if __name__ == "__main__":
    raise SystemExit(run(check))
