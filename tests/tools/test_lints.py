"""Our own lints find what they are for, and leave the rest alone."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools" / "lints"))

CASES = [
    ("writes_by_owner", "walletdesk/web/desk/views", "Thing.objects.create(a=1)", True),
    ("writes_by_owner", "walletdesk/x/queries", "Thing.objects.filter(a=1).update(a=2)", True),
    ("writes_by_owner", "walletdesk/x/actions", "Thing.objects.create(a=1)", False),
    ("writes_by_owner", "walletdesk/x/actions/one", "Thing.objects.all().delete()", False),
    ("writes_by_owner", "walletdesk/x/queries", "Thing.objects.get(pk=1)", False),
    ("access_functions", "walletdesk/web/desk/views", "Thing.objects.get(pk=1)", True),
    ("access_functions", "walletdesk/web/desk/views", "get_object_or_404(Thing, pk=1)", True),
    ("access_functions", "walletdesk/web/desk/views", "queries.get_thing_for(me, 1)", False),
    ("access_functions", "walletdesk/x/queries", "Thing.objects.get(pk=1)", False),
    ("dangerous_calls", "walletdesk/x", "import pickle", True),
    ("dangerous_calls", "walletdesk/x", "from joblib import load", True),
    ("dangerous_calls", "walletdesk/x", "yaml.load(x)", True),
    ("dangerous_calls", "walletdesk/x", "eval(x)", True),
    ("dangerous_calls", "walletdesk/x", "cursor.execute(f'SELECT {x}')", True),
    ("dangerous_calls", "walletdesk/x", "cursor.execute('SELECT ' + x)", True),
    ("dangerous_calls", "walletdesk/x", "cursor.execute('SELECT {}'.format(x))", True),
    ("dangerous_calls", "walletdesk/x", "cursor.execute('SELECT %s', [x])", False),
    ("dangerous_calls", "walletdesk/x", "cursor.execute('SELECT ' '1')", False),
    ("dangerous_calls", "walletdesk/x", "msgspec.json.decode(body, type=Shape)", True),
    ("dangerous_calls", "walletdesk/kit/shapes", "msgspec.json.Decoder(shape)", False),
]


@pytest.mark.parametrize(("lint", "module", "code", "found"), CASES)
def test_lint(lint: str, module: str, code: str, found: bool) -> None:
    check = importlib.import_module(lint).check
    assert bool(list(check(module, ast.parse(code)))) is found
