"""What may be in no file and no log: secrets, passwords, tokens, what people write (S36, S37)."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast, Customer, make_customer
from tests.conftest import CLUSTER, Cluster
from tests.safety import disguises
from tests.security import actors
from tests.server import Server, session_of
from walletdesk.conversations.actions import staff
from walletdesk.kit import clock
from walletdesk.kit.logs import LineFormatter
from walletdesk.kit.postgres import socket_folder

PER_CUSTOMER = 20  # below what one customer may write in a minute
CANARY = "kq8message"


def secrets(seed: int) -> Iterator[tuple[str, list[str]]]:
    """Yield texts with one secret each, and the pieces of it that must be in no file."""
    rng = disguises.dice(seed)
    for count in (12, 18, 24):
        words = disguises.phrase(rng, count=count)
        yield "help, it is " + " ".join(words), windows(words, " ")
        yield "\n".join(words), windows(words, "\n")
    for name in ("chinese_simplified", "chinese_traditional"):
        words = disguises.phrase(rng, name)
        yield "我的助记词是" + "".join(words), windows(words, "")
        yield " ".join(words), windows(words, " ")
    key = disguises.hex_key(rng).removeprefix("0x")
    yield f"my private key is {key}", pieces_of(key)
    key = disguises.hex_key(rng).removeprefix("0x")
    yield f"我的私钥是 0x{key}，转账失败", pieces_of(key)
    for secret in (disguises.wif(rng), disguises.extended(rng)):
        yield f"see {secret} please", pieces_of(secret)
    store = disguises.keystore(rng)
    yield store, re.findall(r"[0-9a-f]{64}", store)


def windows(words: list[str], joint: str) -> list[str]:
    """Return the phrase in pieces of four words, as they were written."""
    return [joint.join(words[at : at + 4]) for at in range(0, len(words) - 3, 4)]


def pieces_of(text: str) -> list[str]:
    return [text[at : at + 16] for at in range(0, len(text) - 15, 16)]


def files_with(folder: Path, pieces: list[str], since: float) -> list[tuple[str, str]]:
    """Return (file, piece) for every piece in a file below the folder that changed since then."""
    wanted = Wanted(pieces)
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_mtime >= since:
            found += [(str(path), piece) for piece in wanted.in_bytes(path.read_bytes())]
    return found


class Wanted:
    """Many pieces that are looked for at once: by their first eight bytes, then in full."""

    def __init__(self, pieces: list[str]) -> None:
        self.starts: dict[int, list[tuple[bytes, str]]] = {}
        self.short: list[tuple[bytes, str]] = []
        for piece in dict.fromkeys(pieces):
            for form in forms(piece):
                if len(form) < 8:
                    self.short.append((form, piece))
                    continue
                start = int.from_bytes(form[:8], "little")
                self.starts.setdefault(start, []).append((form, piece))
        self.keys = np.array(sorted(self.starts), dtype=np.uint64)

    def in_bytes(self, data: bytes) -> set[str]:
        found = {piece for form, piece in self.short if form in data}
        for offset in range(min(8, len(data) - 7) if self.starts else 0):
            words = np.frombuffer(data, np.uint64, (len(data) - offset) // 8, offset)
            near = np.searchsorted(self.keys, words)
            near[near == len(self.keys)] = 0
            for at in np.flatnonzero(self.keys[near] == words):
                place = offset + 8 * int(at)
                here = self.starts[int(words[at])]
                found |= {piece for form, piece in here if data.startswith(form, place)}
        return found


def forms(piece: str) -> set[bytes]:
    """Return a piece as text, and as JSON writes it."""
    return {piece.encode(), json.dumps(piece)[1:-1].encode()}


def checkpoint(cluster: Cluster) -> None:
    """Have everything in the files: only the cluster's superuser may ask for that."""
    connecting = psycopg.connect(
        host=str(socket_folder(cluster.folder)), user="postgres", dbname="postgres", autocommit=True
    )
    with connecting as superuser:
        superuser.execute("CHECKPOINT")


def desk_of(server: Server, cast: Cast) -> Any:
    browser = server.browser(cast.agent.user)
    page = browser.get("/desk/queue/").text
    browser.headers["X-CSRFToken"] = page.partition('data-csrf="')[2].partition('"')[0]
    return browser


@pytest.mark.django_db(transaction=True)
def test_a_secret_reaches_no_file(
    server: Server, cast: Cast, request: pytest.FixtureRequest
) -> None:
    """By every way in: message, reply, note, rating comment, question to the help centre."""
    since = clock.now().timestamp() - 2  # file systems keep coarse times
    pieces: list[str] = []
    actors.bring_to("open", cast, cast.customer)
    desk = desk_of(server, cast)
    ref = cast.customer.conversation.ref

    def given(seed: int) -> Iterator[str]:
        for text, parts in secrets(seed):
            pieces.extend(parts)
            yield text

    for seed in (1, 2):
        say(server, make_customer(cast.brand), list(given(seed)))
    for seed, kind in ((3, "reply"), (4, "note")):
        for text in given(seed):
            got = desk.post(f"/desk/c/{ref}/{kind}", json={"id": str(uuid4()), "text": text})
            assert got.status_code == 200
            assert got.json()["secret"], text
    staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.agent)
    browser = server.browser(token=cast.customer.token)
    for text in given(5):
        rating = {"conversation": ref, "score": 1, "comment": text[:1000]}
        assert browser.post("/chat/v1/rating", json=rating).status_code == 200
    for text in given(6):
        assert browser.get("/help/borealis/en/", params={"q": text}).status_code == 200
    for page in (f"/desk/all/{ref}/", f"/desk/c/{ref}/events"):
        shown = desk.get(page).text
        assert "⟦secret:" in shown or "\\u27e6secret:" in shown
        assert not [piece for piece in pieces if piece in shown]

    cluster = request.config.stash[CLUSTER]
    checkpoint(cluster)
    assert len(pieces) > 200
    assert files_with(cluster.root, pieces, since) == []
    assert files_with(server.output.parent, pieces, 0) == []


def say(server: Server, customer: Customer, texts: list[str]) -> None:
    browser = server.browser(token=customer.token)
    for text in texts[:PER_CUSTOMER]:
        body = {"conversation": customer.conversation.ref, "id": str(uuid4()), "text": text}
        got = browser.post("/live/messages", json=body)
        assert got.status_code == 200
        assert got.json()["secret"], text


@pytest.mark.django_db(transaction=True)
def test_the_search_for_bytes_finds_what_is_there(
    server: Server, cast: Cast, request: pytest.FixtureRequest
) -> None:
    """Otherwise the test above would prove nothing: an ordinary message is found, on two pages."""
    since = clock.now().timestamp() - 2
    browser = server.browser(token=cast.customer.token)
    body = {"conversation": cast.customer.conversation.ref, "id": str(uuid4())}
    assert (
        browser.post("/live/messages", json={**body, "text": f"{CANARY} 转账"}).status_code == 200
    )
    cluster = request.config.stash[CLUSTER]
    checkpoint(cluster)
    found = {path for path, _ in files_with(cluster.root, [f"{CANARY} 转账"], since)}
    assert any("/pg_wal/" in path for path in found)
    assert any("/base/" in path for path in found)


@pytest.mark.django_db(transaction=True)
def test_passwords_tokens_and_messages_reach_no_log(
    server: Server, cast: Cast, request: pytest.FixtureRequest
) -> None:
    since = clock.now().timestamp() - 2
    password, token = "kq8password-typed", cast.customer.token
    cookie = session_of(cast.agent.user)
    browser = server.browser(cast.agent.user, token)
    page = browser.get("/accounts/login/", headers={"Cookie": ""}).text
    csrf = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    fields = {"login": "kq8login@b.example", "password": password, "csrfmiddlewaretoken": csrf}
    anonymous = server.browser()
    anonymous.get("/accounts/login/")
    anonymous.post("/accounts/login/", data=fields, headers={"Referer": server.url})
    ref = cast.customer.conversation.ref
    for text in (CANARY, f"{CANARY}\u0000", f"{CANARY}\ud7ff"):
        body = {"conversation": ref, "id": str(uuid4()), "text": text}
        browser.post("/live/messages", json=body)
        browser.post("/live/messages", content=json.dumps(body)[:-1].encode())
        browser.post("/chat/v1/rating", json={"conversation": ref, "score": 1, "comment": text})
        browser.get(f"/help/borealis/en/?q={CANARY}")
        browser.get(f"/no/such/{CANARY}")
    canaries = [password, token, cookie, CANARY, "kq8login"]
    assert files_with(server.output.parent, canaries, 0) == []
    cluster = request.config.stash[CLUSTER]
    checkpoint(cluster)
    assert files_with(cluster.root / "log", canaries, 0) == []
    assert files_with(cluster.root, [password, token, "kq8login"], since) == []


@pytest.mark.parametrize("debug", [False, True])
def test_a_crash_tells_nothing(
    cast: Cast, settings: Any, caplog: pytest.LogCaptureFixture, debug: bool
) -> None:
    """A database error that quotes its statement, with secrets in every part of the request."""
    settings.DEBUG = debug
    cast.customer.write("hello")
    agent = cast.client(cast.agent)
    cookie = agent.cookies["walletdesk"].value
    told = ""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE conversations_conversation RENAME COLUMN ref TO was_ref")
        cursor.execute("ALTER TABLE accounts_user RENAME COLUMN email TO was_email")
    caplog.set_level(logging.DEBUG)
    for client in (agent, Client()):
        client.raise_request_exception = False
        headers = {"Authorization": f"Bearer {cast.customer.token}", "Accept": "text/html"}
        about = f"conversation={CANARY}&text={CANARY}2"
        answers = [
            client.get(f"/chat/v1/state?{about}", headers=headers),
            client.get(f"/desk/c/{CANARY}/?{about}", headers=headers),
            client.post(
                "/chat/v1/rating",
                json.dumps({"conversation": CANARY, "score": 1, "comment": f"{CANARY}3"}),
                "application/json",
                headers=headers,
            ),
            client.post("/accounts/login/", {"login": "a@b.example", "password": "kq8password"}),
        ]
        assert any(got.status_code == 500 for got in answers)
        told += "".join(got.content.decode() for got in answers if got.status_code == 500)
    logged = "\n".join(LineFormatter().format(record) for record in caplog.records)
    for canary in ("kq8password", cast.customer.token, cookie, f"{CANARY}3"):
        assert canary not in told, canary
    for canary in ("kq8password", cast.customer.token, cookie, f"{CANARY}2", f"{CANARY}3"):
        assert canary not in logged, canary
    if not debug:
        assert CANARY not in told
        assert "Traceback" not in told
