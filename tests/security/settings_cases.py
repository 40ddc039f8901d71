"""Valid addresses and forms of the settings, for the access matrix: one line an address."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast

# name in desk:settings → the arguments of its address
ARGS: dict[str, Callable[[Cast], list[object]]] = {}
# name in desk:settings → a form that its POST accepts
FORMS: dict[str, Callable[[Cast], dict[str, Any]]] = {}


def args_of(name: str, cast: Cast, ref: str) -> list[object]:
    """Return the arguments of an address; an unknown `ref` asks for something that is not there."""
    make = ARGS.get(name.removeprefix("desk:settings:"))
    return make(cast) if make else []


def body_of(name: str, cast: Cast) -> dict[str, Any] | None:
    """Return a valid form, None for a page that is only read."""
    make = FORMS.get(name.removeprefix("desk:settings:"))
    return {"_form": 1} | make(cast) if make else None
