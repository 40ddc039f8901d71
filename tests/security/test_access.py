"""Every address x every actor (catalogue S01, S02): generated from the router, checked by table."""

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import Cast
from tests.security import access_matrix, actors
from tests.security.access_matrix import ACTORS
from tests.security.actors import UNKNOWN_REF, Actors
from walletdesk.kit.live.edge import Edge
from walletdesk.site import ports

ROWS = access_matrix.rows(access_matrix.DJANGO)
# Besides what the table lists; Django answers HEAD like GET and tells of the methods to OPTIONS.
HARMLESS = {"HEAD", "OPTIONS"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
CHANGING = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|data-csrf="\w+"|'
    rb'<input type="hidden" name="next"[^>]*>'
)


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Yield the full name of every pattern of the router."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from routes(pattern, prefix + inner)
        else:
            assert isinstance(pattern, URLPattern)
            yield prefix + (pattern.name or f"UNNAMED {pattern.pattern}")


def test_every_route_has_a_row() -> None:
    assert sorted(set(routes())) == sorted({row.name for row in ROWS})


def test_every_path_and_topic_of_the_edge_has_a_row() -> None:
    rows = access_matrix.rows(access_matrix.EDGE)
    paths = re.findall(r'"(/live/\w+)"', inspect.getsource(Edge.__init__))
    assert sorted(paths) == sorted({row.name for row in rows})
    kinds = set(re.findall(r'kind == "(\w+)"', inspect.getsource(ports.authorise)))
    for path in ("/live/stream", "/live/poll"):
        assert {row.state for row in rows if row.name == path} == kinds | {"unknown_kind"}


def outcome(answer: Any) -> str:
    location = answer.headers.get("Location", "")
    return "login" if location.startswith("/accounts/login/") else str(answer.status_code)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what happens inside: every cell of the table starts from the same state."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_row(cast: Cast) -> None:
    actors.publish(cast.brand)
    people = Actors.of(cast)
    wrong = {}
    for row in ROWS:
        found = {}
        with undone():
            request = actors.Case.of(row.name, row.state, cast).request()
            for actor in ACTORS:
                with undone():
                    found[actor] = outcome(people.ask(actor, row.method, *request))
        if found != row.expected:
            wrong[str(row)] = {a: got for a, got in found.items() if got != row.expected[a]}
    assert wrong == {}


def test_foreign_and_unknown_cannot_be_told_apart(cast: Cast) -> None:
    """A conversation of others gets byte for byte the answer of one that does not exist."""
    actors.publish(cast.brand)
    people = Actors.of(cast)
    different = []
    for row in [row for row in ROWS if row.state != "-"]:
        with undone():
            case = actors.Case.of(row.name, row.state, cast)
            for actor in ("other_cust", "stranger"):
                foreign = told(people.ask(actor, row.method, *case.request()), case.ref)
                unknown = people.ask(actor, row.method, *case.request(UNKNOWN_REF))
                if foreign != told(unknown, UNKNOWN_REF):
                    different.append((str(row), actor))
    assert different == []


def told(answer: Any, ref: str) -> tuple[int, bytes, str]:
    """Return all that an answer says, with the name that was asked for left out."""
    text = CHANGING.sub(b"", answer.content.replace(ref.encode(), b"REF"))
    headers = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
    return answer.status_code, text, str(headers).replace(ref, "REF")


def test_methods_that_are_not_listed_are_refused(cast: Cast) -> None:
    actors.publish(cast.brand)
    people = Actors.of(cast)
    taken = []
    for name in {row.name for row in ROWS}:
        listed = {row.method for row in ROWS if row.name == name}
        path, _body = actors.Case.of(name, "-", cast).request()
        for method in set(METHODS) - listed - HARMLESS:
            got = people.ask("owner", method, path)
            allowed = set(got.headers.get("Allow", "").split(", ")) - HARMLESS
            if got.status_code != 405 or allowed != listed:
                taken.append((name, method, got.status_code))
    assert taken == []
