"""Make the files that browsers load small: comments out, and a page's modules in one file.

Customers open the chat on slow lines and in old browsers inside apps, and the desk has sixty files:
ten round trips. So the modules of a page that is named in JOINED are published as one script under
the address of its first module (each wrapped in a function, so that their names stay apart),
`@import`ed stylesheets as one sheet, that of the chat with the rules that it needs only, and
private names (`#rows`) as short ones without `#`, which Safari before 15 cannot read in methods.
"""

import re
from itertools import product
from os.path import relpath
from pathlib import Path
from string import ascii_lowercase

import rcssmin  # type: ignore[import-untyped] # has no types
import rjsmin  # type: ignore[import-untyped] # as above

from walletdesk import web
from walletdesk.kit.short_names import short_names
from walletdesk.site.unused_styles import without_unused

JOINED = ("widget/widget.js", "desk/desk.js")
SHEETS = {"widget/page.css": "widget/widget.js"}  # with the script of the same page
WHOLE = ("desk/page.css",)  # with all their rules: what it shows comes from many templates
LATER = ("common/viewer.css",)  # sheets that such a page loads when it needs them
TEMPLATES = Path(web.__file__).parent / "templates" / "widget"
KEPT_AS_IT_IS = "vendor"

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|function|const|let)\s+(\w+))", re.MULTILINE)
_NAME = re.compile(r"^export (?:async )?(?:class|function\*?|const|let)\s+(\w+)", re.MULTILINE)
_ALIAS = re.compile(r"(\w+) as (\w+)")
_BESIDE = re.compile(r'\b(import\(|new URL\()"(\.[^"]+)"(?=\)|, import\.meta\.url\))')
_LATER = re.compile(r'(?<!\{)\bimport\("(\.[^"]+)"\)')  # not the types in comments
_OTHER = re.compile(r"^(?:import|export)\s.*$", re.MULTILINE)
_MEMBER = re.compile(r"(?<=\.)#(\w+)")
_DECLARED = re.compile(r"^(\s+(?:(?:async|get|set|static) )*)#(\w+)(?=\s*[=;(])", re.MULTILINE)
_SHEET = re.compile(r'^@import "(\.[^"]+)";$', re.MULTILINE)


def minify(folder: Path) -> None:
    """Rewrite all scripts and stylesheets below a folder, except what others made."""
    whole = {folder / name: _page_script(folder / name) for name in JOINED}
    whole |= {folder / name: _page_sheet(folder / name, folder / by) for name, by in SHEETS.items()}
    sheets = [folder / name for name in WHOLE if (folder / name).exists()]
    whole |= {path: str(rcssmin.cssmin(joined_sheet(path))) for path in sheets}
    for path in sorted(folder.rglob("*")):
        if KEPT_AS_IT_IS in path.parts or path.suffix not in {".js", ".css"}:
            continue
        small = _small_script if path.suffix == ".js" else rcssmin.cssmin
        path.write_text(whole.get(path) or str(small(path.read_text())))


def _small_script(text: str) -> str:
    """Return a script without comments and spaces, with short names when it needs no others."""
    small = str(rjsmin.jsmin(text))
    return small if _OTHER.search(_EXPORT.sub("", text)) else short_names(small, whole=False)


def _page_script(entry: Path) -> str:
    return short_names(str(rjsmin.jsmin(joined_script(entry)))) if entry.exists() else ""


def _page_sheet(entry: Path, script: Path) -> str:
    if not entry.exists():
        return ""
    later = [entry.parent.parent / name for name in LATER]
    others = [path.read_text() for path in (*TEMPLATES.glob("*.html"), *later)]
    code = _page_script(script) + "".join(others)
    return without_unused(str(rcssmin.cssmin(joined_sheet(entry))), code)


def joined_script(entry: Path) -> str:
    """Return a module and all that it imports as one module. Dynamic imports stay.

    What a module names from where it lies is named from where the one module lies.

    Raises ValueError for a form of import or export that our scripts do not use.
    """
    modules: dict[Path, str] = {}
    base = entry.resolve().parent
    _collect(entry.resolve(), base, modules, {})
    for text in modules.values():
        for address in _LATER.findall(text):
            if (base / address).resolve() in modules:
                raise ValueError(f"{address} would be there twice: joined, and loaded later")
    return _short_private_names("\n".join(modules.values()))


def joined_sheet(entry: Path) -> str:
    """Return a stylesheet with its imports in their places."""
    return _SHEET.sub(lambda found: (entry.parent / found[1]).read_text(), entry.read_text())


def _collect(path: Path, base: Path, modules: dict[Path, str], given: dict[str, str]) -> None:
    """Add a module after those it needs. What modules give stands side by side, so once each."""
    if path in modules:
        return
    text = path.read_text()
    taken = []
    for names, address in _IMPORT.findall(text):
        _collect((path.parent / address).resolve(), base, modules, given)
        taken += [f"const {new} = {old};" for old, new in _ALIAS.findall(names)]
    names = _NAME.findall(text)
    if twice := [name for name in names if given.setdefault(name, path.name) != path.name]:
        raise ValueError(f"{twice[0]} is given by {path.name} and by {given[twice[0]]}")
    body = _EXPORT.sub("", _IMPORT.sub("", text))
    body = _BESIDE.sub(lambda m: f'{m[1]}"./{relpath(path.parent / m[2], base)}"', body)
    if strange := _OTHER.search(body):
        raise ValueError(f"{path.name} cannot be joined: {strange[0]}")
    listed = ", ".join(names)
    head = f"const [{listed}] = " if names else ""
    modules[path] = "\n".join([f"{head}(() => {{", *taken, body, f"return [{listed}];", "})();"])


def _short_private_names(text: str) -> str:
    """Replace `#name` of classes by `_a`, `_b`…, the same everywhere."""
    found = {*_MEMBER.findall(text), *(name for _, name in _DECLARED.findall(text))}
    letters = ("".join(pair) for pair in product(["", *ascii_lowercase], ascii_lowercase))
    short = {name: f"_{letter}" for name, letter in zip(sorted(found), letters, strict=False)}
    if taken := re.search(r"\._[a-z]{1,2}\b", text):
        raise ValueError(f"a property has a name that is given to private ones: {taken[0]}")
    text = _DECLARED.sub(lambda match: match[1] + short[match[2]], text)
    return _MEMBER.sub(lambda match: short[match[1]], text)
