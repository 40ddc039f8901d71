"""The audit trail speaks in words: no code of an entry is shown as it is stored."""

import re
from pathlib import Path

import walletdesk
from walletdesk.web.desk import trail

PACKAGE = Path(walletdesk.__file__).parent
CODE = re.compile(
    r'"((?:alarm|article|brand|calendar|contact|contacts|conversation|export|file|identity'
    r"|identity_key|identity_policy|inbox|macro|member|password|privacy|retention|tag|team)"
    r'\.[a-z_]+)"'
)
NO_ENTRIES = {"brand.name", "conversation.ref", "article.toml"}  # variables of macros, a file


def test_every_code_that_is_written_has_words() -> None:
    found = {
        code
        for path in PACKAGE.rglob("*.py")
        if "actions" in path.parts or path.name.endswith("actions.py") or "watch" in path.parts
        for code in CODE.findall(path.read_text())
    }
    assert found - NO_ENTRIES - set(trail.ACTIONS) == set()
    assert len(found) > 40
