"""Bodies, parameters and names that are meant to break something (S05, S16, S30, S33)."""

import gzip
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from zlib import crc32

import pytest
from django.forms.models import model_to_dict

from tests.cast import Cast, make_customer, reply
from tests.security import access_matrix, actors
from tests.security.actors import Actors
from tests.server import Server
from walletdesk.accounts.actions.people import BadEmail, create_member
from walletdesk.accounts.models import Membership, User
from walletdesk.accounts.types import Role
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.conversations.models import Conversation, Event

SQL = (
    "'",
    "' OR '1'='1",
    "1; DROP TABLE accounts_user --",
    "1) UNION SELECT password FROM accounts_user --",
    "$$; SELECT pg_sleep(9) --",
    "%' AND 1=1::int --",
    "\\",
    "\x00",
    "a\x00b",
    "' || (SELECT version()) || '",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\ud7ff\uffff\U0010ffff",
    "-1",
    "9" * 40,
    "1e309",
    "NaN",
    "٣",
    "A" * 3000,
)
ROWS = access_matrix.rows(access_matrix.DJANGO)
# Each place gets one in so many at each commit, and three times as many in the long form.
SHARES = (9, pytest.param(3, marks=pytest.mark.long))


def share(things: tuple[str, ...], where: str, of: int) -> tuple[str, ...]:
    """Return one in `of`: another part in every place, so that all are tried somewhere."""
    return things[crc32(where.encode()) % of :: of]


@pytest.fixture
def people(cast: Cast) -> Actors:
    actors.publish(cast.brand)
    actors.bring_to("open", cast, cast.customer)
    return Actors.of(cast)


def test_sql_in_every_parameter_changes_no_answer_and_no_row(cast: Cast, people: Actors) -> None:
    ref = cast.customer.conversation.ref
    addresses = [
        ("agent", "/desk/rows?view={}"),
        ("agent", "/desk/rows?view=all&after={}"),
        ("agent", "/desk/rows?view=queue&after=0.0.0{}"),
        ("agent", "/desk/rows?view=all&sort={}&order={}"),
        ("agent", "/desk/changed?view=all&ref={}&open={}"),
        ("agent", "/desk/all/{}/"),
        ("agent", "/desk/c/{}/"),
        ("agent", f"/desk/c/{ref}/events?after={{}}"),
        ("agent", f"/desk/c/{ref}/events?before={{}}"),
        ("customer", "/chat/v1/state?conversation={}"),
        ("customer", f"/chat/v1/events?conversation={ref}&after={{}}"),
        ("customer", f"/chat/v1/events?conversation={ref}&before={{}}"),
        ("nobody", "/help/{}/en/"),
        ("nobody", "/help/borealis/{}/"),
        ("nobody", "/help/borealis/en/{}"),
        ("nobody", "/widget/{}/?language={}"),
        ("nobody", "/widget/borealis/loader.js?language={}"),
        ("nobody", "/demo/?language={}"),
        ("nobody", "/accounts/login/?next={}"),
        ("nobody", "/static/{}"),
    ]
    users, events = User.objects.count(), Event.objects.count()
    failed = []
    for actor, address in addresses:
        for payload in share(SQL, address, 2):
            path = address.replace("{}", quote(payload, safe=""))
            got = people.ask(actor, "GET", path)
            if got.status_code >= 500 or b"PostgreSQL" in got.content:
                failed.append((path, got.status_code))
    assert failed == []
    assert (User.objects.count(), Event.objects.count()) == (users, events)


@pytest.mark.parametrize("payload", SQL)
def test_search_takes_any_text(cast: Cast, people: Actors, payload: str) -> None:
    got = people.ask("nobody", "GET", f"/help/borealis/en/?q={quote(payload, safe='')}")
    assert got.status_code == 200


@pytest.mark.parametrize("of", SHARES)
def test_sql_in_every_field_is_refused_or_kept_as_text(cast: Cast, people: Actors, of: int) -> None:
    failed = []
    for row in [row for row in ROWS if row.method == "POST"]:
        case = actors.Case(row.name, cast, cast.customer.conversation.ref, 2)
        path, body = case.request()
        actor = "agent" if row.name.startswith("desk:") else "customer"
        for field in [name for name in body or {} if name != "_form"]:
            for payload in share(SQL, row.name + field, of):
                got = people.ask(actor, "POST", path, {**(body or {}), field: payload})
                if got.status_code >= 500:
                    failed.append((row.name, field, payload, got.status_code))
    assert failed == []


def test_what_the_sorting_may_be_is_a_closed_list(people: Actors) -> None:
    for view in ("", "queue;", "password", "-id", "QUEUE", "queue,id"):
        assert people.ask("agent", "GET", f"/desk/rows?view={quote(view)}").status_code == 400


# --- fields that nobody offered -------------------------------------------------------------

EXTRA = {
    "id": 1,
    "pk": 1,
    "brand": 2,
    "brand_id": 2,
    "contact": 1,
    "contact_id": 1,
    "assignee": 1,
    "status": "resolved",
    "role": "owner",
    "is_active": False,
    "is_staff": True,
    "urgency": 3,
    "rating": 5,
    "author": "system",
    "author_id": 1,
    "kind": "note",
    "name": "Somebody Else",
    "label": "Somebody Else",
    "created_at": "2001-01-01T00:00:00Z",
    "seq": 9999,
    "staff_data": {"x": 1},
    "expires_at": "2099-01-01T00:00:00Z",
    "token_hash": "00",
    "verified": True,
}


@pytest.mark.parametrize("of", SHARES)
def test_fields_that_no_route_offers_are_refused_or_ignored(
    cast: Cast, people: Actors, of: int
) -> None:
    """Each field by itself on each writing route: JSON is refused, a form's field has no effect."""
    changed = []
    for row in [row for row in ROWS if row.method == "POST" and row.name != "set_language"]:
        path, body = actors.Case(row.name, cast, cast.customer.conversation.ref, 2).request()
        body = body or {"_form": 1}
        if "_file" in body:  # its body is the file itself
            continue
        actor = "agent" if row.name.startswith("desk:") else "customer"
        for name in share(tuple(EXTRA), row.name, of):
            if name in body or (row.name, name) == ("chat:sessions", "brand"):
                continue
            got = people.ask(actor, "POST", path, {**body, name: EXTRA[name]})
            if "_form" not in body and got.status_code not in {400, 401, 403, 404}:
                changed.append((row.name, name, got.status_code))
    assert changed == []
    everyone = [model_to_dict(m) for m in Membership.objects.order_by("pk")]
    assert [m["role"] for m in everyone].count("owner") == 2
    conversation = cast.customer.now()
    assert (conversation.brand_id, conversation.rating) == (cast.brand.pk, None)
    assert Event.objects.filter(name="Somebody Else").count() == 0
    assert Contact.objects.filter(label="Somebody Else").count() == 0
    assert User.objects.filter(is_active=False).count() == 1


# --- bodies ---------------------------------------------------------------------------------

REFUSED = {400, 404, 411, 413, 415}
DEEP = b'{"a":' * 1_000 + b"1" + b"}" * 1_000
BODIES: dict[str, bytes] = {
    "deep": DEEP,
    "deep list": b"[" * 1_000 + b"]" * 1_000,
    "deep text field": b'{"id":"%s","text":%s}' % (str(uuid4()).encode(), DEEP),
    "very deep": b"[" * 60_000,
    "big number": b'{"conversation":"x","seq":%s,"helped":true}' % (b"9" * 9_000),
    "infinite": b'{"seq":1e999,"score":-1e999}',
    "not a number": b'{"seq":NaN}',
    "not UTF-8": b'{"text":"\xff\xfe","conversation":"\xc3"}',
    "lone surrogate": b'{"text":"\\ud800","conversation":"\\udfff"}',
    "repeated key": b'{"conversation":"a","conversation":"b"}',
    "empty": b"",
    "null": b"null",
    "number": b"7",
    "NUL": b"\x00",
    "gzip": gzip.compress(b'{"conversation":"a"}'),
    "many keys": b"{" + b",".join(b'"k%d":1' % n for n in range(4_000)) + b"}",
}


@pytest.mark.parametrize("name", BODIES)
def test_no_body_breaks_a_route(cast: Cast, people: Actors, name: str) -> None:
    for row in {row.name: row for row in ROWS if row.method == "POST"}.values():
        path, body = actors.Case(row.name, cast, cast.customer.conversation.ref, 2).request()
        if body is None or "_form" in body:
            continue
        client = people.clients["agent"]
        client.raise_request_exception = False
        got = client.generic(
            "POST", path, BODIES[name], "application/json", headers=people.headers["customer"]
        )
        assert got.status_code in REFUSED, (path, got.status_code)


@pytest.mark.django_db(transaction=True)
def test_no_body_breaks_the_server(server: Server, cast: Cast) -> None:
    """The same through the real server, and those that only a server can see: size and encoding."""
    actors.bring_to("open", cast, cast.customer)
    customer = server.browser(token=cast.customer.token)
    agent = server.browser(cast.agent.user)
    page = agent.get("/desk/queue/").text
    agent.headers["X-CSRFToken"] = page.partition('data-csrf="')[2].partition('"')[0]
    ref = cast.customer.conversation.ref
    json_type = {"Content-Type": "application/json"}
    targets = [
        (customer, "/live/messages"),
        (customer, "/chat/v1/person"),
        (agent, f"/desk/c/{ref}/note"),
    ]
    for browser, path in targets:
        for name, body in BODIES.items():
            got = browser.post(path, content=body, headers=json_type)
            assert got.status_code in REFUSED, (path, name, got.status_code)
        for size in (70_000, 300_000):
            got = browser.post(path, content=b" " * size, headers=json_type)
            assert got.status_code == 413, (path, size, got.status_code)
        squeezed = {**json_type, "Content-Encoding": "gzip"}
        bomb = gzip.compress(b" " * 5_000_000)
        assert browser.post(path, content=bomb, headers=squeezed).status_code in {400, 415}
        assert browser.post(path, content=b"a=b").status_code in {400, 415}
    assert customer.get("/healthz").status_code == 200
    assert "Traceback" not in server.said()
    assert "error" not in [line.split()[1] for line in server.said().splitlines() if line]


@pytest.mark.django_db(transaction=True)
def test_no_body_is_kept_on_the_disk(server: Server, cast: Cast) -> None:
    """A stranger's upload to any page is refused before it could become a temporary file."""
    browser = server.browser()
    for path in ("/healthz", "/accounts/login/", "/i18n/setlang/", "/no/such/page", "/static/x"):
        got = browser.post(path, content=b"x" * 3_000_000)
        assert got.status_code == 413, path

    def endless() -> Any:
        for _ in range(50):
            yield b"x" * 60_000

    assert browser.post("/accounts/login/", content=endless()).status_code == 413


# --- names and addresses ----------------------------------------------------------------------

ADDRESSES = (
    "a@b.example\r\nBcc: x@evil.example",
    "a@b.example\nX: y",
    "a@b.example\x00",
    "a@b.example, x@evil.example",
    "<a@b.example>",
    '"a" <a@b.example>',
    "alice@example.com(<bob@example.com>)",
    "a@b@c.example",
    "a@[127.0.0.1",
    "a b@c.example",
    "@b.example",
    "a@",
    "a@b..example",
    "a" * 250 + "@b.example",
    "",
)


@pytest.mark.parametrize("email", ADDRESSES)
def test_an_address_with_any_defect_names_nobody(cast: Cast, email: str) -> None:
    before = User.objects.count()
    with pytest.raises(BadEmail):
        create_member(
            brand=cast.brand,
            email=email,
            name="Eve",
            password="long-enough-pass-9",
            role=Role.AGENT,
        )
    assert User.objects.count() == before


def test_line_breaks_never_reach_a_header(people: Actors) -> None:
    evil = quote("/desk/\r\nSet-Cookie: a=b\r\n\r\n<script>")
    for method, path, body in (
        ("GET", f"/desk/queue/?x={evil}", None),
        ("POST", "/i18n/setlang/", {"_form": 1, "language": "es\r\nX: y", "next": "/a\r\nX: y"}),
        ("POST", "/accounts/logout/", {"_form": 1, "next": "/a\r\nX: y"}),
        ("GET", f"/accounts/login/?next={evil}", None),
        ("GET", f"/widget/borealis/?language={evil}", None),
    ):
        got = people.ask("nobody", method, path, body)
        assert got.status_code < 500
        for name, value in got.headers.items():
            assert "\r" not in value
            assert "\n" not in value
            assert name.lower() != "x"


def test_what_customers_send_stays_within_their_own_rows(cast: Cast, people: Actors) -> None:
    """The bystander's rows are the same after all that a customer can send."""
    other = make_customer(cast.brand)
    other.write("Mine")
    reply(cast.supervisor, other, "Yes")
    rows = list(Conversation.objects.filter(pk=other.conversation.pk).values())
    for row in [row for row in ROWS if row.name.startswith("chat:")]:
        path, body = actors.Case(row.name, cast, other.conversation.ref, 2).request()
        people.ask("customer", row.method, path, body)
    assert list(Conversation.objects.filter(pk=other.conversation.pk).values()) == rows
    assert ContactSession.objects.filter(contact=other.contact).count() == 1
