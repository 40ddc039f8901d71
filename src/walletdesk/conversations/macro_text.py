"""What a macro says: its variables, and their values put in. Pure.

A variable is a name in braces, `{customer.label}`; `{article:slug}` becomes an article's address.
Other braces are text. Values are put in once: a customer whose name is a variable stays a name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VARIABLES = ("customer.label", "agent.name", "brand.name", "conversation.ref")
ARTICLE = "article:"
BODY_LENGTH = 4_000
_VARIABLE = re.compile(r"\{\s*([A-Za-z_]+(?:\.[A-Za-z_]+)*(?::[^{}\s]*)?)\s*\}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A macro's text for one conversation. `missing` names variables that have no value."""

    text: str
    language: str = ""
    missing: tuple[str, ...] = ()


def variables_of(body: str) -> list[str]:
    """Return the names in braces of a text, each once, in their order."""
    return list(dict.fromkeys(_VARIABLE.findall(body)))


def unknown_variables(body: str, articles: Sequence[str] | frozenset[str]) -> list[str]:
    """Return the variables that have no meaning; `articles` are the slugs that exist."""
    return [
        name
        for name in variables_of(body)
        if name not in VARIABLES
        and not (name.startswith(ARTICLE) and name.removeprefix(ARTICLE) in articles)
    ]


def render_macro(body: str, values: Mapping[str, str]) -> Rendered:
    """Put values in for variables. One without a value leaves its place empty and is named."""
    missing: dict[str, None] = {}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            missing[name] = None
        return values.get(name, "")

    return Rendered(_VARIABLE.sub(value, body), missing=tuple(missing))


def choose_body(bodies: Mapping[str, str], wished: Sequence[str]) -> tuple[str, str]:
    """Return (language, body): the first language wished for in which there is a text, else any."""
    written = {language: body for language, body in bodies.items() if body.strip()}
    for language in (*wished, *sorted(written)):
        if language in written:
            return language, written[language]
    return "", ""
