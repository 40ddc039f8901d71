"""Every text has its translation, and what is compiled is what is written."""

import re
from collections import defaultdict
from pathlib import Path

import polib
import pytest

import walletdesk

LOCALE = Path(walletdesk.__file__).parent / "site" / "locale"


@pytest.mark.parametrize("code", ["zh_Hans", "es"])
def test_catalogue(code: str) -> None:
    folder = LOCALE / code / "LC_MESSAGES"
    written = polib.pofile(str(folder / "django.po"))
    assert [entry.msgid for entry in written if not entry.translated()] == []
    assert [entry.msgid for entry in written if "fuzzy" in entry.flags] == []
    compiled = {
        (e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural)
        for e in polib.mofile(str(folder / "django.mo"))
    }
    for entry in written:
        found = compiled[entry.msgctxt, entry.msgid]
        assert found == (entry.msgstr, entry.msgstr_plural), entry.msgid


@pytest.mark.parametrize("code", ["zh_Hans", "es"])
def test_named_fields_survive_translation(code: str) -> None:
    fields = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    for entry in polib.pofile(str(LOCALE / code / "LC_MESSAGES" / "django.po")):
        for text in filter(None, [entry.msgstr, *entry.msgstr_plural.values()]):
            assert set(fields.findall(text)) == set(fields.findall(entry.msgid)), entry.msgid


@pytest.mark.parametrize("code", ["zh_Hans", "es"])
def test_every_translation_can_be_filled_in(code: str) -> None:
    """A lone % sign would have Django show the text in English."""
    for entry in polib.pofile(str(LOCALE / code / "LC_MESSAGES" / "django.po")):
        if "%(" in entry.msgid:
            for text in filter(None, [entry.msgstr, *entry.msgstr_plural.values()]):
                assert text % defaultdict(int), entry.msgid
