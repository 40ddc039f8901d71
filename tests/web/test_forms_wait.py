"""A form that a script sends does nothing before that: no text goes into an address."""

import re
from pathlib import Path

import walletdesk

TEMPLATES = Path(walletdesk.__file__).parent / "web" / "templates"
# Its one field has no name, so that nothing of it is sent.
NAMELESS = {"widget/page.html"}


def test_every_form_says_how_it_leaves() -> None:
    silent = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        for form in re.findall(r"<form\b[^>]*>", path.read_text())
        if "method=" not in form
    }
    assert silent == NAMELESS
