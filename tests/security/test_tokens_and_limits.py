"""Customers' tokens, the limits of the way in, and the lint against dangerous calls."""

import base64
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client

from tests.cast import Cast
from tests.server import Server
from walletdesk.accounts import sign_in
from walletdesk.contacts.actions import SESSION_LIFE
from walletdesk.contacts.models import ContactSession
from walletdesk.kit import clock, ids
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.web.common.abuse import ALLOWANCES, PER_ADDRESS_IN_ALL
from walletdesk.web.helpcentre.views import SEARCHES_PER_MINUTE

ROOT = Path(__file__).parents[2]


def headers(token: str, scheme: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{scheme} {token}"}


def false_tokens(cast: Cast) -> list[str]:
    own = cast.customer.token
    digest = ids.token_hash(own)
    return [
        "",
        " ",
        "null",
        "undefined",
        "None",
        "%",
        "%%",
        "_" * 43,
        "*",
        "[]",
        '["x"]',
        "{}",
        "0",
        own[:-1],
        own + "A",
        own.swapcase(),
        f"{own} {own}",
        f'"{own}"',
        f"{own},{cast.other_customer.token}",
        digest.hex(),
        base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "x" * 600,
        "é" * 43,
        str(cast.customer.contact.pk),
        cast.customer.conversation.ref,
    ]


def test_false_tokens_open_nothing(cast: Cast) -> None:
    path = f"/chat/v1/state?conversation={cast.customer.conversation.ref}"
    for token in false_tokens(cast):
        assert Client().get(path, headers=headers(token)).status_code == 401, token
    for scheme in ("", "Basic", "Token", "Bearer Bearer"):
        got = Client().get(path, headers=headers(cast.customer.token, scheme))
        assert got.status_code == 401, scheme
    assert Client().get(f"{path}&token={cast.customer.token}").status_code == 401
    assert Client().get(path, headers=headers(cast.customer.token)).status_code == 200


def test_another_customers_token_opens_only_their_own(cast: Cast) -> None:
    path = f"/chat/v1/state?conversation={cast.customer.conversation.ref}"
    got = Client().get(path, headers=headers(cast.other_customer.token))
    assert got.status_code == 404


def test_a_token_ends(cast: Cast) -> None:
    path = f"/chat/v1/state?conversation={cast.customer.conversation.ref}"
    with time_machine.travel(clock.now() + SESSION_LIFE - timedelta(minutes=1)):
        assert Client().get(path, headers=headers(cast.customer.token)).status_code == 200
    with time_machine.travel(clock.now() + SESSION_LIFE + timedelta(seconds=1)):
        assert Client().get(path, headers=headers(cast.customer.token)).status_code == 401


def test_tokens_are_long_random_and_stored_as_hashes(cast: Cast) -> None:
    tokens = {ids.new_token() for _ in range(300)}
    assert len(tokens) == 300
    raw = b"".join(base64.urlsafe_b64decode(token + "=") for token in tokens)
    assert len(raw) == 300 * 32
    # 9,600 random bytes: each value about 37 times, a count of 90 is 8 standard deviations away
    assert max(Counter(raw).values()) < 90
    assert len({ids.new_ref() for _ in range(300)}) == 300
    stored = list(ContactSession.objects.filter(contact=cast.customer.contact).values())
    assert bytes(stored[0]["token_hash"]) == ids.token_hash(cast.customer.token)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM contacts_contactsession s WHERE s::text LIKE '%%' || %s || '%%'",
            [cast.customer.token],
        )
        assert cursor.fetchone() == (0,)


def test_a_session_that_was_closed_stays_closed(cast: Cast) -> None:
    token = cast.customer.token
    assert Client().delete("/chat/v1/session", headers=headers(token)).status_code == 204
    path = f"/chat/v1/state?conversation={cast.customer.conversation.ref}"
    assert Client().get(path, headers=headers(token)).status_code == 401
    refused = cast.customer.write("Am I still here?")
    assert "not_found" in str(refused)


@pytest.mark.django_db(transaction=True)
def test_the_edge_takes_no_false_or_expired_token(server: Server, cast: Cast) -> None:
    ref = cast.customer.conversation.ref
    stream = f"/live/poll?topics=conversation:{ref}&wait=0"
    browser = server.browser()

    def outcomes(token: bytes) -> tuple[int, int]:
        given = {b"Authorization": b"Bearer " + token}
        body = {"conversation": ref, "id": str(uuid4()), "text": "hi"}
        return (
            browser.get(stream, headers=given).status_code,
            browser.post("/live/messages", json=body, headers=given).status_code,
        )

    own = cast.customer.token.encode()
    assert outcomes(own) == (200, 200)
    for token in filter(str.strip, false_tokens(cast)):
        assert set(outcomes(token.encode())) <= {401, 404}, token
    assert browser.get(f"{stream}&token={own.decode()}").status_code == 401
    ContactSession.objects.filter(contact=cast.customer.contact).update(expires_at=clock.now())
    assert outcomes(own) == (404, 404)


# --- limits -------------------------------------------------------------------------------


def refused(got: Any, window: timedelta) -> bool:
    return got.status_code == 429 and 0 < int(got["Retry-After"]) <= window.total_seconds()


def test_sessions_of_one_address(cast: Cast, settings: Any) -> None:
    settings.WALLETDESK = replace(settings.WALLETDESK, streams_per_address=3)
    for number in range(3 * PER_ADDRESS_IN_ALL):
        client = Client(REMOTE_ADDR=f"2001:db8::{number}")
        got = client.post("/chat/v1/sessions", "{}", "application/json")
        assert got.status_code == (201 if number < 3 else 428)  # a burst: compute first
    client = Client(REMOTE_ADDR="2001:db8::ffff", headers={"X-Forwarded-For": "192.0.2.1"})
    got = client.post("/chat/v1/sessions", "{}", "application/json")
    assert refused(got, timedelta(minutes=10))
    other = Client(REMOTE_ADDR="192.0.2.1")
    assert other.post("/chat/v1/sessions", "{}", "application/json").status_code == 201


def test_conversations_of_one_customer(cast: Cast) -> None:
    own = headers(cast.customer.token)
    for _ in range(ALLOWANCES["conversation"].per_device):
        got = Client().post("/chat/v1/conversations", "{}", "application/json", headers=own)
        assert got.status_code == 201
    got = Client().post("/chat/v1/conversations", "{}", "application/json", headers=own)
    assert refused(got, timedelta(hours=1))


def test_searches_of_one_address(cast: Cast) -> None:
    for _ in range(SEARCHES_PER_MINUTE):
        hit(what="help-search", who="127.0.0.1", limit=1_000, window=timedelta(minutes=1))
    got = Client().get("/help/borealis/en/?q=fees")
    assert refused(got, timedelta(minutes=1))


@pytest.mark.django_db(transaction=True)
def test_messages_of_one_conversation(server: Server, cast: Cast, settings: Any) -> None:
    browser = server.browser(token=cast.customer.token)
    ref = cast.customer.conversation.ref
    limit = settings.WALLETDESK.messages_per_minute
    answers = [
        browser.post("/live/messages", json={"conversation": ref, "id": str(uuid4()), "text": "x"})
        for _ in range(limit + 10)
    ]
    recorded = sum(got.status_code == 200 for got in answers)
    assert limit <= recorded <= limit + 5  # the bucket refills while we write
    assert {got.status_code for got in answers} == {200, 429}
    assert all(int(g.headers["retry-after"]) > 0 for g in answers if g.status_code == 429)
    assert json.loads(answers[-1].content)["code"] == "too_many"


@pytest.mark.django_db(transaction=True)
def test_limits_hold_across_processes(server: Server, cast: Cast) -> None:
    """What this process counted, the server knows: the counters are rows."""
    for _ in range(sign_in.TRIES_PER_ADDRESS):
        hit(what="sign-in-address", who="127.0.0.1", limit=1_000, window=sign_in.WINDOW)
    browser = server.browser()
    page = browser.get("/accounts/login/").text
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    fields = {"login": "a@b.example", "password": "x", "csrfmiddlewaretoken": token}
    got = browser.post("/accounts/login/", data=fields, headers={"Referer": server.url})
    assert got.status_code == 429
    assert int(got.headers["retry-after"]) > 0
    with pytest.raises(TooMany):
        hit(
            what="sign-in-address",
            who="127.0.0.1",
            limit=sign_in.TRIES_PER_ADDRESS,
            window=sign_in.WINDOW,
        )


# --- code that could run data ----------------------------------------------------------------


def test_nothing_in_the_product_runs_data_as_code() -> None:
    lint = ROOT / "tools" / "lints" / "dangerous_calls.py"
    done = subprocess.run(
        [sys.executable, str(lint), "src"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
