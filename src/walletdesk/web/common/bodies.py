"""What the chat interface reads: who asks, and a JSON body of exactly the promised shape."""

from typing import Annotated, ClassVar, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException
from msgspec import Meta

from walletdesk.contacts.models import Contact
from walletdesk.contacts.queries import get_contact_by_token
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.kit.shapes import decode

BODY_LENGTH = 16 * 1024  # bytes: 4,000 characters of any script, quoted, with room to spare
TOKEN_LENGTH = 100  # characters; ours have 43

Slug = Annotated[str, Meta(pattern=r"^[-a-zA-Z0-9_]{1,40}\Z")]
ArticleSlug = Annotated[str, Meta(pattern=r"^[-a-zA-Z0-9_]{1,80}\Z")]
Tag = Annotated[str, Meta(max_length=35)]  # RFC 5646

T = TypeVar("T")


class Unauthorized(DomainError):
    """No token, or one that is not known or not any more."""

    code: ClassVar[str] = "unauthorized"
    status: ClassVar[int] = 401


class TooLarge(DomainError):
    """The body is longer than anything that is asked for here."""

    code: ClassVar[str] = "too_large"
    status: ClassVar[int] = 413


class NotJson(DomainError):
    """The body does not say that it is JSON. Browsers ask before they send JSON to other sites."""

    code: ClassVar[str] = "not_json"
    status: ClassVar[int] = 415


def bearer(request: HttpRequest) -> str:
    """Return the token of the Authorization header. Raises Unauthorized without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > TOKEN_LENGTH:
        raise Unauthorized
    return token


def customer_of(request: HttpRequest) -> Contact:
    """Return the customer who asks. Raises Unauthorized for a token that is not known."""
    contact = get_contact_by_token(bearer(request))
    if contact is None:
        raise Unauthorized
    return contact


def read_json(request: HttpRequest, shape: type[T]) -> T:
    """Return the body as `shape`: no other fields, no converted types.

    Raises NotJson, TooLarge, or BadInput.
    """
    if request.content_type != "application/json":
        raise NotJson
    try:
        body = request.body
    except (RequestDataTooBig, RawPostDataException):
        raise TooLarge from None
    if len(body) > BODY_LENGTH:
        raise TooLarge
    try:
        return decode(body, shape)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise BadInput(body="shape") from None


def read_number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the query, None when it is not given. Raises BadInput."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput(**{name: "number"})
    return int(text)
