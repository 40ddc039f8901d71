"""Every address x every actor (catalogue S01, S02): generated from the router, checked by table."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import Cast
from tests.security import access_matrix, actors
from tests.security.access_matrix import ACTORS, Row
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
    paths = re.findall(r'"(/live/\w+)"', inspect.getsource(Edge._route))  # noqa: SLF001 - it is the router
    assert sorted(paths) == sorted({row.name for row in rows})
    kinds = set(re.findall(r'kind == "(\w+)"', inspect.getsource(ports.authorise)))
    for path in ("/live/stream", "/live/poll"):
        assert {row.state for row in rows if row.name == path} == kinds | {"unknown_kind"}


def outcome(answer: Any) -> str:
    location = answer.headers.get("Location", "")
    return "login" if location.startswith("/accounts/login/") else str(answer.status_code)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_row(cast: Cast, row: Row) -> None:
    actors.publish(cast.brand)
    answer = actors.bring_to(row.state, cast, cast.customer)
    people = Actors.of(cast)
    ref = cast.customer.conversation.ref
    path = actors.address_of(row.name, cast, ref)
    body = actors.body_of(row.name, cast, ref, answer)
    found = {}
    for actor in ACTORS:
        with transaction.atomic():
            found[actor] = outcome(people.ask(actor, row.method, path, body))
            transaction.set_rollback(True)
    assert found == row.expected


@pytest.mark.parametrize("row", [r for r in ROWS if r.state != "-"], ids=str)
def test_foreign_and_unknown_cannot_be_told_apart(cast: Cast, row: Row) -> None:
    """A conversation of others gets byte for byte the answer of one that does not exist."""
    actors.publish(cast.brand)
    answer = actors.bring_to(row.state, cast, cast.customer)
    people = Actors.of(cast)
    for actor in ("other_cust", "stranger"):
        told = []
        for ref in (cast.customer.conversation.ref, UNKNOWN_REF):
            path = actors.address_of(row.name, cast, ref)
            body = actors.body_of(row.name, cast, ref, answer)
            got = people.ask(actor, row.method, path, body)
            text = CHANGING.sub(b"", got.content.replace(ref.encode(), b"REF"))
            headers = {k: v for k, v in got.headers.items() if k != "Content-Length"}
            told.append((got.status_code, text, str(headers).replace(ref, "REF")))
        assert told[0] == told[1], actor


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_methods_that_are_not_listed_are_refused(cast: Cast, name: str) -> None:
    listed = {row.method for row in ROWS if row.name == name}
    actors.publish(cast.brand)
    actors.bring_to("open", cast, cast.customer)
    people = Actors.of(cast)
    ref = cast.customer.conversation.ref
    path = actors.address_of(name, cast, ref)
    for method in METHODS:
        if method in listed | HARMLESS:
            continue
        got = people.ask("owner", method, path)
        assert got.status_code == 405, (method, got.status_code)
        assert set(got.headers["Allow"].split(", ")) - HARMLESS == listed
