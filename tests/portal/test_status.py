"""The status page: its secret, what it shows, what one can do there, and who cannot."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Customer
from tests.files import material
from tests.portal.desk import SEED, act, call, opened, page, the_ticket
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.merge import merge_conversations
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.tickets.tokens import status_token
from walletdesk.conversations.types import Status
from walletdesk.kit import clock, ids
from walletdesk.safety import guard
from walletdesk.web.portal.mailing import page_address

pytestmark = pytest.mark.django_db


def token_of(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def reply(cast: Cast, text: str) -> Conversation:
    conversation = the_ticket().conversation
    staff.send_reply(
        conversation=conversation,
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check(text).safe,
    )
    conversation.refresh_from_db()
    return conversation


def now_at(path: str) -> str:
    found = re.search(r'aria-current="step">.*?</span>([^<]+)<', page(path).content.decode())
    assert found
    return found[1]


# --- S06: the secret --------------------------------------------------------------------


def test_the_secret_is_long_hashed_and_different_each_time(cast: Cast) -> None:
    tokens = {token_of(opened(cast)) for _time in range(5)}
    assert len(tokens) == 5
    assert all(re.fullmatch(r"[\w-]{43}", token) for token in tokens)
    stored = {bytes(ticket.token_hash) for ticket in Ticket.objects.all()}
    assert stored == {ids.token_hash(token) for token in tokens}
    for ticket in Ticket.objects.all():
        assert status_token(bytes(ticket.salt)) in tokens  # only with our own key
        assert not any(part in tokens for part in map(str, vars(ticket).values()))


@pytest.mark.parametrize("token", ["null", "0", "A" * 43, "undefined", "-", "x" * 4_000])
def test_other_secrets_open_nothing(cast: Cast, token: str) -> None:
    opened(cast)
    for name in ("status", "state", "confirm"):
        assert page(reverse(f"portal:{name}", args=[token])).status_code == 404
    for name in ("add", "solved", "rate", "link", "shut", "files", "confirm"):
        assert act(reverse(f"portal:{name}", args=[token]), "").status_code == 404


@pytest.mark.parametrize("raw", ["%25", "%00", "%2e%2e", "a%27%20or%20%271", "[]"])
def test_what_is_no_secret_has_no_page(cast: Cast, raw: str) -> None:
    assert page(f"/ticket/s/{raw}/").status_code == 404


def test_a_secret_can_be_replaced_and_shut_and_ends_by_itself(cast: Cast) -> None:
    old = opened(cast)
    new = str(act(old, "link")["Location"]).partition("?")[0]
    assert (page(old).status_code, page(new).status_code) == (404, 200)
    assert new in page_address(the_ticket().conversation)  # what a mail to its customer says
    with time_machine.travel(clock.now() + timedelta(days=401), tick=False):
        assert page(new).status_code == 404
    assert act(new, "shut").status_code == 303
    assert page(new).status_code == act(new, "add", text="Hello").status_code == 404
    assert not page_address(the_ticket().conversation)
    assert Conversation.objects.filter(channel="form").count() == 1  # the desk keeps it


def test_the_page_is_kept_nowhere_and_tells_nobody(cast: Cast) -> None:
    answer = page(opened(cast))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert not answer.cookies


# --- how it goes ------------------------------------------------------------------------


def test_a_ticket_from_received_to_solved_and_back(cast: Cast) -> None:
    path = opened(cast)
    assert now_at(path) == "Received"
    before = page(path + "state").json()
    staff.claim_conversation(conversation=the_ticket().conversation, membership=cast.agent)
    assert now_at(path) == "In work by Alex"
    reply(cast, "Which network was it?")
    assert now_at(path) == "Waiting for you"
    assert "Which network was it?" in page(path).content.decode()
    assert page(path + "state").json() != before
    assert act(path, "add", id=str(uuid4()), text="Polygon").status_code == 303
    assert now_at(path) == "Answered"
    assert act(path, "solved").status_code == 303
    assert now_at(path) == "Solved"
    assert act(path, "rate", score="5", comment="Fast").status_code == 303
    assert "You gave us 5 of 5" in page(path).content.decode()
    assert act(path, "add", id=str(uuid4()), text="It is back").status_code == 303
    conversation = the_ticket().conversation
    assert conversation.status == Status.QUEUED
    assert now_at(path) == "Answered"  # it was; the page says that somebody looks again


def test_an_untouched_ticket_that_was_settled_goes_back_to_people(cast: Cast) -> None:
    path = opened(cast)
    act(path, "solved")
    act(path, "add", id=str(uuid4()), text="No, it is not")
    assert the_ticket().conversation.status == Status.QUEUED  # not to the bot


@pytest.mark.django_db(transaction=True)
def test_what_is_added_waits_while_somebody_works_on_the_ticket(cast: Cast) -> None:
    path = opened(cast)
    conversation = the_ticket().conversation

    def add() -> int:
        try:
            return int(act(path, "add", id=str(uuid4()), text="It came back").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_conversation(conversation.pk)
            added = pool.submit(add)
            with pytest.raises(TimeoutError):
                added.result(0.5)
        assert added.result(30) == 303
    assert "It came back" in page(path).content.decode()


def test_the_same_message_twice_is_one(cast: Cast) -> None:
    path, name = opened(cast), str(uuid4())
    for _time in range(2):
        act(path, "add", id=name, text="More")
    assert page(path).content.decode().count(">More<") == 1


@pytest.mark.parametrize("text", ["", " \x00 ", "x" * 4_001])
def test_what_cannot_be_added_is_said(cast: Cast, text: str) -> None:
    path = opened(cast)
    before = page(path + "state").json()
    assert act(path, "add", id=str(uuid4()), text=text).status_code == 422
    assert act(path, "add", id="%", text="fine").status_code == 422
    assert act(path, "rate", score="6").status_code == 422
    assert page(path + "state").json() == before


def test_a_secret_that_is_added_is_cut_out(cast: Cast) -> None:
    path = opened(cast)
    answer = act(path, "add", id=str(uuid4()), text=f"it is {SEED}")
    assert "We removed a secret" in answer.content.decode()
    assert "legal winner" not in answer.content.decode()
    assert the_ticket().conversation.urgency == 3


def test_customers_read_their_own_words_and_staff_the_tokens(cast: Cast) -> None:
    path = opened(cast, description="Write to pepe@example.com about it")
    assert "pepe@example.com" in page(path).content.decode()
    client = cast.client(cast.agent)
    ref = the_ticket().conversation.ref
    for name in ("events", "panel"):
        assert "pepe@" not in client.get(reverse(f"desk:{name}", args=[ref])).content.decode()


# --- what else belongs to the customer stays shut ---------------------------------------


def test_the_page_shows_its_ticket_and_no_history(cast: Cast) -> None:
    cast.customer.write("An older chat about something private")
    path = call(cast.customer).json()["url"].partition("?")[0]
    assert "something private" not in page(path).content.decode()
    ticket = the_ticket()
    cast.customer.ask_for_person()
    staff.claim_conversation(conversation=ticket.conversation, membership=cast.supervisor)
    target = cast.customer.now()
    merge_conversations(conversation=ticket.conversation, into=target, membership=cast.supervisor)
    Customer(cast.customer.contact, cast.customer.token, target).write("After the merge")
    shown = page(path).content.decode()
    assert "something private" not in shown
    assert "After the merge" in shown
    assert act(path, "add", id=str(uuid4()), text="From the page").status_code == 303
    assert "From the page" in page(path).content.decode()


# --- S22: files -------------------------------------------------------------------------


def upload(path: str, name: str = "a.pdf") -> Any:
    return Client(raise_request_exception=False).generic(
        "POST", path + "files", material.PDF, "application/octet-stream",
        headers=material.headers(name),
    )  # fmt: skip


def test_files_of_the_page_are_shown_to_the_page_alone(cast: Cast) -> None:
    path, other = opened(cast), opened(cast)
    told = upload(path)
    assert told.status_code == 201
    name = told.json()["file"]["id"]
    assert act(other, "add", id=str(uuid4()), text="Mine now", files=name).status_code == 422
    assert act(path, "add", id=str(uuid4()), text="See this", files=name).status_code == 303
    shown = page(path).content.decode()
    [address] = re.findall(r'href="([^"]*/files/[^"]+)"', shown)
    address = "/" + address.split("/", 3)[3] if address.startswith("http") else address
    address = address.replace("&amp;", "&")
    assert page(address).status_code == 200
    assert "/files/" not in page(other).content.decode()
    assert page(address.partition("?")[0]).status_code == 404  # guessed without the signature
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert page(address).status_code == 404
    act(path, "shut")
    assert page(address).status_code == 404  # asked again each time
