"""`make messages`: gather the texts to translate from code and templates, compile the catalogues.

Needs xgettext (Debian: gettext). Edit `site/locale/*/LC_MESSAGES/django.po`, run again, and commit
the .po and .mo files together: a fresh machine compiles nothing. A test fails while a text has no
translation.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib

PACKAGE = Path(__file__).parent.parent / "src" / "walletdesk"
LOCALES = ("zh_Hans", "es")


def compile_catalogue(folder: Path) -> int:
    """Write django.mo beside django.po. Return how many texts have no translation."""
    catalogue = polib.pofile(str(folder / "django.po"), wrapwidth=100)
    for name in ("POT-Creation-Date", "PO-Revision-Date"):  # they would change with every run
        catalogue.metadata[name] = "2026-01-01 00:00+0000"
    catalogue.save()
    catalogue.save_as_mofile(str(folder / "django.mo"))
    return len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())


def main() -> int:
    if shutil.which("xgettext") is None:
        print("xgettext is missing. On Debian: apt-get install gettext")
        return 2
    (PACKAGE / "site" / "locale").mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--no-wrap",
         "--add-location=file", *(part for code in LOCALES for part in ("-l", code))],
        cwd=PACKAGE, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "walletdesk.site.settings"},
    )  # fmt: skip
    missing = 0
    for code in LOCALES:
        open_texts = compile_catalogue(PACKAGE / "site" / "locale" / code / "LC_MESSAGES")
        print(f"{code}: {open_texts} texts have no translation yet")
        missing += open_texts
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
