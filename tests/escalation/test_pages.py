"""The wall, the queue of a level, and what stands in a thread's panel."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.cast import Cast, make_customer, reply
from tests.escalation.test_going_up import causes, raise_by_hand, work
from walletdesk.accounts.models import AuditEntry
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Event, Mention
from walletdesk.conversations.types import Kind
from walletdesk.escalation.actions.levels import ensure_levels
from walletdesk.escalation.models import Level, Rule, Told
from walletdesk.escalation.queries import levels_of
from walletdesk.escalation.types import Cause
from walletdesk.kit import clock


def busy(cast: Cast, customers: int) -> None:
    for number in range(customers):
        customer = make_customer(cast.brand, ("en", "es", "zh-hans")[number % 3])
        customer.write("I want to talk to a person")
        if number % 2:
            reply(cast.agent, customer, "Hello!")
    work()


def test_the_wall_tells_the_queue_the_day_and_who_is_here(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    empty = client.get("/desk/wall/").content.decode()
    assert "Nobody is waiting" in empty
    assert "Nothing has happened today yet." in empty
    busy(cast, 4)
    page = client.get("/desk/wall/list").content.decode()
    assert 'role="img"' in page
    assert page.count("<table") == 4  # each picture has its table
    assert "Alex" in page
    assert "/desk/open/?assignee=" in page
    assert cast.client(cast.agent).get("/desk/wall/").status_code == 403


def test_pages_cost_the_same_however_much_there_is(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    busy(cast, 8)
    ensure_levels(cast.brand)
    level = Level.objects.get(brand=cast.brand)
    for number in range(4):
        customer = make_customer(cast.brand)
        customer.write("hello")
        reply(cast.agent, customer, f"Hello {number}!")
        raise_by_hand(cast.agent, customer, level, "a note")
    client = cast.client(cast.supervisor)
    with django_assert_max_num_queries(20):
        client.get("/desk/wall/list")
    with django_assert_max_num_queries(20):
        page = client.get("/desk/escalated/")
    assert page.content.decode().count("a note") == 4


def test_each_level_sees_its_own_queue(cast: Cast) -> None:
    cast.customer.write("I want a supervisor")
    work()
    address = f"/desk/all/{cast.customer.conversation.ref}/"
    assert address in cast.client(cast.supervisor).get("/desk/escalated/").content.decode()
    assert address not in cast.client(cast.agent).get("/desk/escalated/").content.decode()


def test_a_supervisor_listens_whispers_and_takes_over_and_the_customer_sees_only_the_last(
    cast: Cast,
) -> None:
    customer, client = cast.customer, cast.client(cast.supervisor)
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    ref = customer.conversation.ref
    before = customer.now()
    page = client.get(f"/desk/c/{ref}/").content.decode()
    assert "Take over" in page
    opened = AuditEntry.objects.get(action="conversation.opened")
    assert (opened.actor_id, opened.detail["mine"]) == (cast.supervisor.pk, False)
    now = customer.now()
    assert (now.staff_read_seq, now.last_seq) == (before.staff_read_seq, before.last_seq)
    answer = client.post(f"/desk/c/{ref}/whisper", {"text": "Offer the refund"})
    assert answer.status_code == 200
    assert Event.objects.filter(conversation=before, kind=Kind.NOTE).count() == 1
    assert Mention.objects.get(conversation=before).membership_id == cast.agent.pk
    assert client.post(f"/desk/c/{ref}/whisper", {"text": " "}).status_code == 400
    taken = client.post(f"/desk/c/{ref}/hand-over", {"to": cast.supervisor.pk})
    assert taken.status_code == 200
    assert "wd-undo" in taken["HX-Trigger"]
    assert customer.now().assignee_id == cast.supervisor.pk


def test_by_hand_from_the_thread_and_back(cast: Cast) -> None:
    customer, client = cast.customer, cast.client(cast.agent)
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    ensure_levels(cast.brand)
    (level,) = levels_of(cast.brand)
    base = f"/desk/c/{customer.conversation.ref}"
    assert level.name in client.get(f"{base}/do/escalate").content.decode()
    sent = {"level": level.pk, "note": "call me at +44 20 7946 0018"}
    assert client.post(f"{base}/escalate", sent).status_code == 200
    assert causes(customer.now()) == ["by_hand"]
    panel = client.get(f"{base}/panel").content.decode()
    assert "7946" not in panel
    assert "Samira" in panel
    assert client.post(f"{base}/escalate", {"level": "9" * 40}).status_code == 400
    assert client.post(f"{base}/escalate", {"level": "0"}).status_code == 404
    assert client.post(f"{base}/de-escalate", {"note": "done"}).status_code == 200
    assert "No longer escalated" not in client.get(f"{base}/panel").content.decode()


def test_levels_are_made_moved_and_removed_and_each_cause_leads_to_one(cast: Cast) -> None:
    client = cast.client(cast.owner)
    settings = "/desk/settings/escalation"
    assert client.get(f"{settings}/").status_code == 200
    form = {
        "name": "Partner",
        "address": "help@partner.example",
        "causes": ["angry"],
        "topics": ["kyc"],
        "minutes": "30",
    }
    assert client.post(f"{settings}/new/", form | {"people": [cast.agent.pk]}).status_code == 422
    assert client.post(f"{settings}/new/", form | {"address": "no one"}).status_code == 422
    assert client.post(f"{settings}/new/", form | {"minutes": "0"}).status_code == 422
    assert client.post(f"{settings}/new/", form | {"name": "x" * 61}).status_code == 422
    assert client.post(f"{settings}/new/", form | {"topics": ["no_topic"]}).status_code == 422
    assert client.post(f"{settings}/new/", form).status_code == 302
    first, partner = levels_of(cast.brand)
    assert Rule.objects.get(cause=Cause.ANGRY).level_id == partner.pk
    client.post(f"{settings}/{first.pk}/move", {"up": "1"})
    assert [level.pk for level in levels_of(cast.brand)] == [partner.pk, first.pk]
    stale = {"name": "Partners", "version": 7}
    assert client.post(f"{settings}/{partner.pk}/", stale).status_code == 409
    client.post(f"{settings}/{partner.pk}/remove")
    assert [level.position for level in levels_of(cast.brand)] == [1]
    assert client.post(f"{settings}/", {"times": "1", "days": "3"}).status_code == 422
    assert client.post(f"{settings}/", {"times": "2", "days": "3", "version": 0}).status_code == 302


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("我要找你们主管", "asks for somebody above"),
        ("You useless idiots, nobody ever answers!!!", "is angry"),
        ("Where is my deposit?", "it stays where it is"),
        ("\x00", ""),
    ],
)
def test_the_preview_says_what_would_happen_and_does_nothing(
    cast: Cast, text: str, seen: str
) -> None:
    client = cast.client(cast.owner)
    answer = client.post("/desk/settings/escalation/preview", {"text": text})
    assert answer.status_code == 200
    assert seen in answer.content.decode()
    assert Contact.objects.count() == 2


def test_without_a_mail_account_nobody_outside_counts_as_told(cast: Cast) -> None:
    ensure_levels(cast.brand)
    Level.objects.filter(brand=cast.brand).update(address="help@partner.example")
    cast.customer.write("I want a supervisor")
    work()
    assert set(Told.objects.values_list("who", flat=True)) == {"customer"}


def test_who_has_an_agent_and_no_answer_is_the_longest_wait(cast: Cast) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "Hello!")
    cast.customer.write("And my money?")
    client = cast.client(cast.supervisor)
    with time_machine.travel(clock.now() + timedelta(minutes=40), tick=False):
        cast.other_customer.write("I want to talk to a person")
        cast.other_customer.ask_for_person()
        page = client.get("/desk/wall/list").content.decode()
    tiles = page.partition("</ul>")[0]
    assert "40 m" in tiles
    assert 'class="danger"' in tiles
