"""A secret by every way in: each address that writes, and each way that is no address.

The latter stand in `WAYS`; docs/develop/guard-ways.md tells of them by the same names.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from psycopg import sql

from tests.cast import Cast, Customer, make_customer
from tests.conftest import CLUSTER
from tests.files import material
from tests.mail_in import conftest as mail_in
from tests.mail_in.conftest import Send
from tests.safety import disguises
from tests.security import access_matrix, actors
from tests.security.actors import Actors
from tests.security.test_nothing_is_kept import (
    checkpoint,
    files_with,
    secrets,
    windows,
)
from tests.server import Server
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.types import Recorded, Urgency
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.knowledge.actions.articles import load_article_folder
from walletdesk.knowledge.types import BadArticle

account, send = mail_in.account, mail_in.send  # fixtures
WRITING = {"POST", "PUT", "PATCH"}
DOCUMENT = Path(__file__).parents[2] / "docs" / "develop" / "guard-ways.md"
CODES = re.compile(r"\A[0-9a-f-]{16,}\Z|\A\d{4}-\d\d-\d\dT")


def everything_written() -> str:
    """Return every row of every table as text, jobs, events and sessions included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        told = []
        for table in tables:
            named = sql.Identifier(table)
            cursor.execute(sql.SQL("SELECT {}::text FROM {}").format(named, named))
            told += [row for (row,) in cursor.fetchall()]
    return "\n".join(told)


# --- addresses ----------------------------------------------------------------------------


def actor_of(route: str) -> str:
    if route.startswith("desk:settings:"):
        return "owner"
    return {"desk": "agent", "chat": "customer"}.get(route.partition(":")[0], "nobody")


def with_a_secret(body: Any, phrase: str) -> Iterator[Any]:
    """Yield a body once for each of its texts, with the secret in that one."""
    for key, value in body.items():
        if key.startswith("_") or (isinstance(value, str) and CODES.match(value)):
            continue
        if isinstance(value, str):
            yield {**body, key: phrase}
        elif isinstance(value, list) and value and isinstance(value[0], str):
            yield {**body, key: [phrase]}
        elif isinstance(value, dict):
            yield from ({**body, key: inner} for inner in with_a_secret(value, phrase))


def test_no_address_writes_a_secret(cast: Cast) -> None:
    """Every writing route of the access matrix, the secret in one field after the other."""
    people = Actors.of(cast)
    answer = actors.bring_to("open", cast, cast.customer)
    actors.publish(cast.brand)
    ref = cast.customer.conversation.ref
    asked: dict[str, str] = {}
    taken: set[str] = set()
    routes = {r.name for r in access_matrix.rows(access_matrix.DJANGO) if r.method in WRITING}
    # Some routes end the conversation or sign somebody out: those that need both come first.
    first = ["desk:reply", "desk:note", "desk:scheduled", "desk:draft"]
    for number, route in enumerate([*first, *sorted(routes - set(first))]):
        path, body = actors.Case(route, cast, ref, answer).request()
        words = disguises.phrase(disguises.dice(900 + number))
        for each in with_a_secret(body or {}, " ".join(words)):
            got = people.ask(
                actor_of(route),
                "POST",
                path,
                {**each, "id": str(uuid4())} if "id" in each else each,
            )
            assert got.status_code != 500, route
            taken |= {route} if got.status_code < 400 else set()
            asked |= dict.fromkeys(windows(words, " "), route)
    written = everything_written()
    leaks = {(route, piece) for piece, route in asked.items() if piece in written}
    assert leaks == set()
    assert len(taken) > 25
    assert set(first) <= taken


# --- ways that are no address ----------------------------------------------------------------


@dataclass
class World:
    cast: Cast
    send: Send
    folder: Path


Way = Callable[[World, str], Conversation | None]


def of(customer: Customer) -> Conversation:
    return customer.now()


def chat(world: World, text: str) -> Conversation:
    customer = make_customer(world.cast.brand)
    [outcome] = customer.write(text)
    assert isinstance(outcome, Recorded)
    assert outcome.secrets
    return customer.now()


def file_of(data: bytes, name: str, world: World) -> Conversation:
    customer = make_customer(world.cast.brand)
    got = material.upload(customer, data, name)
    assert got.json()["secret"], got.content
    customer.send_files("", got.json()["file"]["id"])
    return customer.now()


def text_file(world: World, text: str) -> Conversation:
    return file_of(f"notes\n{text}\n".encode(), "notes.txt", world)


def log_file(world: World, text: str) -> Conversation:
    return file_of(f"2026-11-22 10:00:01 INFO typed: {text}\n".encode() * 3, "app.log", world)


def json_file(world: World, text: str) -> Conversation:
    return file_of(json.dumps({"wallet": {"memo": text}}, indent=1).encode(), "a.json", world)


def csv_file(world: World, text: str) -> Conversation:
    return file_of(f'id,text\n1,"{text}"\n'.encode(), "a.csv", world)


def har_file(world: World, text: str) -> Conversation:
    entry = {"request": {"postData": {"text": json.dumps({"phrase": text})}}}
    return file_of(json.dumps({"log": {"entries": [entry]}}).encode(), "a.har.json", world)


def file_name(world: World, text: str) -> Conversation:
    return file_of(material.picture(), f"{text}.png", world)


def mailed(world: World, **fields: Any) -> Conversation:
    received = world.send(sender=f"Ana <ana{uuid4().hex[:8]}@mail.example>", **fields)
    return Conversation.objects.get(ref=received.conversation)


def mail_text(world: World, text: str) -> Conversation:
    return mailed(world, text=f"Hello\n\n{text}\n")


def mail_subject(world: World, text: str) -> Conversation:
    return mailed(world, subject=text)


def mail_quotation(world: World, text: str) -> Conversation:
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    return mailed(world, text=f"See below\n\nOn Mon, Ana wrote:\n{quoted}\n")


def mail_html(world: World, text: str) -> Conversation:
    return mailed(world, text="", html=f"<p>Look: <b>{text}</b></p>")


def mail_attachment(world: World, text: str) -> Conversation:
    return mailed(world, files=(("words.txt", text.encode(), "text/plain"),))


def mail_attachment_name(world: World, text: str) -> Conversation:
    return mailed(world, files=((f"{text}.png", material.picture(), "image/png"),))


def article_files(world: World, text: str) -> None:
    folder = world.folder / f"article-{uuid4().hex[:6]}"
    folder.mkdir()
    (folder / "article.toml").write_text('topic = "fees"\ncategory = "fees"\n')
    (folder / "en.md").write_text(f"# Fees\n\nA summary of it.\n\n{text}\n")
    with pytest.raises(BadArticle):
        load_article_folder(brand=world.cast.brand, folder=folder)
    for path in folder.iterdir():
        path.unlink()


WAYS: dict[str, Way] = {
    "chat": chat,
    "text file": text_file,
    "log file": log_file,
    "JSON file": json_file,
    "CSV file": csv_file,
    "HAR file": har_file,
    "file name": file_name,
    "mail text": mail_text,
    "mail subject": mail_subject,
    "mail quotation": mail_quotation,
    "mail HTML": mail_html,
    "mail attachment": mail_attachment,
    "mail attachment name": mail_attachment_name,
    "article import": article_files,
}
SHORT = ("chat", "text file", "file name", "mail text", "mail subject", "mail attachment")
ON_ONE_LINE = {"mail subject", "file name", "mail attachment name", "CSV file", "article import"}


def test_the_table_of_ways_is_the_document() -> None:
    told = DOCUMENT.read_text()
    assert [name for name in WAYS if f"| {name} |" not in told] == []


@pytest.mark.parametrize("name", sorted(WAYS))
def test_a_secret_by_this_way_is_caught(cast: Cast, send: Send, tmp_path: Path, name: str) -> None:
    """It is written nowhere, its customer is warned, and it is urgent."""
    words = disguises.phrase(disguises.dice(len(name) * 31))
    conversation = WAYS[name](World(cast, send, tmp_path), " ".join(words))
    written = everything_written()
    assert [piece for piece in windows(words, " ") if piece in written] == []
    if conversation is None:
        return
    conversation.refresh_from_db()
    assert conversation.urgency == Urgency.CRITICAL
    assert any(e.data.get("code") == "secret_removed" for e in conversation.events.all())


# --- every byte of the data folder ---------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=pytest.mark.long)])
def test_no_byte_of_a_secret_is_on_the_disk(
    server: Server,
    cast: Cast,
    send: Send,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    rounds: int,
) -> None:
    """Tables, write-ahead log, files, mails, logs: the cluster's folder and the server's."""
    since = clock.now().timestamp() - 2
    world = World(cast, send, tmp_path)
    pieces: list[str] = []
    caught = 0
    for name, text, parts in plan(rounds):
        WAYS[name](world, text)
        pieces += parts
        caught += 1
    told = pasted(cast, 0 if rounds == 1 else 25 * rounds)
    caught += len(told)
    pieces += [piece for parts in told for piece in parts]
    pieces += dictate(server, cast, rounds)
    while any(handle_next(background=each) for each in (False, True)):
        pass
    cluster = request.config.stash[CLUSTER]
    checkpoint(cluster)
    assert caught >= (len(SHORT) if rounds == 1 else 2_000)
    assert files_with(cluster.root, pieces, since) == []
    assert files_with(server.output.parent, pieces, 0) == []
    assert files_with(tmp_path, pieces, 0) == []


def plan(rounds: int) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (way, text, pieces): one secret by one way of each sort, or many by all of them."""
    if rounds == 1:
        for at, name in enumerate(SHORT):
            fit = (each for each in secrets(at) if fits(name, each[0]))
            yield from ((name, *each) for each in islice(fit, 1))
        return
    for number in range(2):  # most ways start a process for each: seconds, not milliseconds
        for at, name in enumerate(sorted(WAYS)):
            fit = (each for each in secrets(number * 100 + at) if fits(name, each[0]))
            yield from ((name, *each) for each in islice(fit, 4))


def fits(way: str, text: str) -> bool:
    """Tell whether a text can take a way: names are short, headers are one line."""
    named = way in {"file name", "mail attachment name"}
    return not (named and len(text) > 110) and not (way in ON_ONE_LINE and "\n" in text)


def pasted(cast: Cast, customers: int) -> list[list[str]]:
    """Have customers paste a dozen secrets each, together; return the pieces of each secret."""
    told = []
    for seed in range(10_000, 10_000 + customers):
        customer = make_customer(cast.brand)
        each = list(secrets(seed))
        for outcome in record_messages([customer.inbound(text) for text, _parts in each]):
            assert isinstance(outcome, Recorded)
            assert outcome.secrets
        told += [parts for _text, parts in each]
    return told


def dictate(server: Server, cast: Cast, rounds: int) -> list[str]:
    """Send phrases over the line in pieces; return what must then be nowhere: four in a row."""
    pieces: list[str] = []
    for seed in range(5_000, 5_000 + 4 * rounds):
        customer = make_customer(cast.brand)
        words = disguises.phrase(disguises.dice(seed), count=24)
        browser = server.browser(token=customer.token)
        told = []
        for said in dictated(words, (1, 4, 5, 6)[seed % 4]):
            body = {"conversation": customer.conversation.ref, "id": str(uuid4()), "text": said}
            told.append(browser.post("/live/messages", json=body).json())
        assert any(each["secret"] for each in told)
        texts = Event.objects.filter(conversation=customer.now()).values_list("text", flat=True)
        assert not set(words[:4]) & set(texts)
        for joint in (" ", "\n", ", "):
            pieces += [joint.join(words[at : at + 4]) for at in range(len(words) - 3)]
    return pieces


def dictated(words: list[str], size: int) -> list[str]:
    """Return a phrase said in pieces of a size, with a word around each but single ones."""
    if size == 1:
        return words[:12]
    parts = [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
    return [f"so: {part} ok?" if at % 2 else part for at, part in enumerate(parts)]
