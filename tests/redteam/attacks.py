"""The attacks: lines of kind and text; `\\uXXXX` stands for what cannot be seen."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "en", "zh": "zh-hans", "es": "es"}
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: where it stands (`kind`), in which language, its text."""

    kind: str
    language: str
    text: str


@cache
def attacks() -> tuple[Attack, ...]:
    """Return all attacks."""
    found = []
    for name, language in LANGUAGES.items():
        lines = (Path(__file__).parent / f"attacks_{name}.tsv").read_text("utf-8").splitlines()
        for line in lines:
            kind, _tab, text = line.partition("\t")
            shown = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text)
            found.append(Attack(kind, language, shown))
    return tuple(found)
