"""What the desk's calls read: a JSON body of exactly the promised shape, and numbers of a query."""

from typing import TypeVar

import msgspec
from django.http import HttpRequest

from walletdesk.kit.errors import BadInput
from walletdesk.kit.shapes import decode

LARGEST_SEQ = 2**31 - 1
T = TypeVar("T")


def read_body(request: HttpRequest, form: type[T]) -> T:
    """Return the body as `form`: no other fields, no converted types. Raises BadInput."""
    try:
        return decode(request.body, form)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadInput(body="json") from None


def read_number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the query, None when it is not given. Raises BadInput."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_SEQ):
        raise BadInput(**{name: "number"})
    return int(text)
