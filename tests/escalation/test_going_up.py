"""What leads to a higher level, who is told, and that nothing goes up twice."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from tests.cast import Cast, Customer, make_customer, reply
from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.contacts.models import Contact
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.block import block_contact
from walletdesk.conversations.actions.customer import start_conversation
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.conversations.models import Conversation, Event, Mention, Relation
from walletdesk.conversations.types import Kind, Status, Urgency
from walletdesk.escalation.actions.going_up import (
    NoHigherLevel,
    call_next_levels,
    end_escalation,
    escalate_by_hand,
)
from walletdesk.escalation.actions.levels import LevelDraft, create_level, ensure_levels
from walletdesk.escalation.actions.noticing import notice_breach, notice_warning
from walletdesk.escalation.actions.reading import read_along
from walletdesk.escalation.models import Escalation, Level
from walletdesk.escalation.queries import count_at_levels, escalated_at, own_levels, standing
from walletdesk.escalation.types import Cause
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.safety import guard

TX = "0x" + "5f" * 32


def work() -> None:
    while handle_next() or read_along() or handle_next():
        pass


def causes(conversation: Conversation) -> list[str]:
    return list(
        Escalation.objects.filter(conversation=conversation)
        .order_by("pk")
        .values_list("cause", flat=True)
    )


def said_to_customer(conversation: Conversation) -> list[str]:
    rows = Event.objects.filter(conversation=conversation, kind=Kind.MESSAGE, author="bot")
    return list(rows.order_by("seq").values_list("text", flat=True))


def later_conversation(cast: Cast, contact: Contact, token: str) -> Customer:
    return Customer(contact, token, start_conversation(contact=contact, language="en"))


@pytest.fixture
def second(cast: Cast) -> Level:
    """A second level: the colleague, who is asked by name."""
    ensure_levels(cast.brand)
    return create_level(actor=cast.owner, draft=LevelDraft("Manager", people=[cast.colleague]))


def test_asking_for_a_supervisor_calls_one_and_the_customer_is_told_in_their_language(
    cast: Cast,
) -> None:
    customer = make_customer(cast.brand, "zh-hans")
    customer.write("我要找你们主管")
    work()
    now = customer.now()
    assert (now.status, now.urgency) == (Status.QUEUED, Urgency.HIGH)
    (went,) = Escalation.objects.filter(conversation=now)
    assert (went.cause, went.level_name) == (Cause.ASKED, "Supervisor")
    told = {(t.who, t.name) for t in went.told.all()}
    assert told == {("staff", "Samira"), ("staff", "Olivia"), ("customer", "")}
    assert set(Mention.objects.filter(conversation=now).values_list("membership", flat=True)) == {
        cast.supervisor.pk,
        cast.owner.pk,
    }
    seq = went.told.get(who="customer").seq
    assert Event.objects.get(conversation=now, seq=seq).text in said_to_customer(now)


def test_the_same_cause_goes_up_once_in_a_matter_and_anew_in_the_next(cast: Cast) -> None:
    customer = cast.customer
    reply_to = cast.agent
    customer.write("hello")
    reply(reply_to, customer, "Hello!")
    customer.write("I want a supervisor")
    work()
    customer.write("supervisor now, please")
    work()
    assert causes(customer.now()) == ["asked"]
    end_escalation(
        conversation=customer.now(), membership=cast.supervisor, note=guard.check("settled").safe
    )
    customer.write("please let me talk to your manager")
    work()
    assert causes(customer.now()) == ["asked"]
    staff.resolve_conversation(conversation=customer.now(), membership=cast.agent)
    work()
    customer.write("no. I want a supervisor")
    work()
    assert causes(customer.now()) == ["asked", "asked"]


def test_blocking_ends_what_a_matter_had(cast: Cast) -> None:
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    customer.write("I want a supervisor")
    work()
    block_contact(
        conversation=customer.now(),
        membership=cast.agent,
        until=clock.now() + timedelta(hours=1),
        reason=guard.check("insults").safe,
    )
    work()
    assert not Escalation.objects.filter(settled=False).exists()
    assert not Escalation.objects.filter(ended_at=None).exists()
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        customer.write("I want a supervisor")
        work()
    assert causes(customer.now()) == ["asked", "asked"]


def test_whoever_has_it_keeps_it_unless_the_level_takes_it(cast: Cast) -> None:
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    ensure_levels(cast.brand)
    team = cast.colleague.team
    takes = create_level(actor=cast.owner, draft=LevelDraft("Senior", team=team, moves=True))
    first = Level.objects.get(brand=cast.brand, position=1)
    raise_by_hand(cast.agent, customer, first)
    assert customer.now().assignee_id == cast.agent.pk
    raise_by_hand(cast.agent, customer, takes, "Please look: K3")
    now = customer.now()
    assert (now.status, now.assignee_id, now.team_id) == (
        Status.QUEUED,
        None,
        team.pk if team else 0,
    )
    assert standing(now) == Escalation.objects.get(conversation=now, level=takes)
    assert AuditEntry.objects.filter(action="conversation.escalated").count() == 2


def raise_by_hand(who: Membership, customer: Customer, level: Level, note: str = "") -> Escalation:
    return escalate_by_hand(
        conversation=customer.now(),
        membership=who,
        level=level,
        note=guard.check(note).safe,
    )


def test_by_hand_goes_only_up_and_only_for_those_who_answer(cast: Cast, second: Level) -> None:
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    first = Level.objects.get(brand=cast.brand, position=1)
    with pytest.raises(NotAllowed):
        raise_by_hand(cast.viewer, customer, second)
    with pytest.raises(NotFound):
        raise_by_hand(cast.stranger, customer, second)
    with pytest.raises(BadInput):
        raise_by_hand(cast.agent, customer, second, "x" * 401)
    made = raise_by_hand(cast.agent, customer, second, "Knows the bridge")
    assert raise_by_hand(cast.agent, customer, second) == made  # a double click
    with pytest.raises(NoHigherLevel):
        raise_by_hand(cast.agent, customer, first)
    assert causes(customer.now()) == ["by_hand"]
    assert own_levels(cast.colleague) == [second.pk]
    assert own_levels(cast.agent) == []
    found = escalated_at(cast.colleague, [second.pk])
    assert [c.pk for c in found] == [customer.conversation.pk]
    assert escalated_at(cast.supervisor, [first.pk]) == []
    assert count_at_levels(cast.brand) == {second.pk: 1}


def test_anger_calls_the_level_and_worry_does_not(cast: Cast) -> None:
    angry, calm = cast.customer, cast.other_customer
    for customer in (angry, calm):
        customer.write("hello")
        reply(cast.agent, customer, "Hello!")
    angry.write("This is unacceptable, you people are useless and you keep ignoring me!!!")
    calm.write("Somebody stole my coins, please help me, I am so afraid")
    work()
    assert causes(angry.now()) == ["angry"]
    assert causes(calm.now()) == []


def test_promises_go_up_and_only_broken_ones_are_told_to_the_customer(
    cast: Cast, second: Level
) -> None:
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    work()
    before = said_to_customer(customer.now())
    notice_warning(conversation_id=customer.conversation.pk, clock_id=7, kind="next")
    assert causes(customer.now()) == []  # no level wants to hear of it
    for _again in range(2):
        notice_breach(conversation_id=customer.conversation.pk, clock_id=7, kind="next")
    assert causes(customer.now()) == ["breached"]
    assert len(said_to_customer(customer.now())) == len(before) + 1


def test_a_level_that_does_not_answer_is_passed_over_in_time(cast: Cast, second: Level) -> None:
    Level.objects.filter(brand=cast.brand, position=1).update(minutes=10)
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    customer.write("I want a supervisor")
    work()
    call_next_levels()
    assert causes(customer.now()) == ["asked"]
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        call_next_levels()
        call_next_levels()
    assert causes(customer.now()) == ["asked", "unanswered"]


def test_an_answer_in_time_ends_the_wait(cast: Cast, second: Level) -> None:
    Level.objects.filter(brand=cast.brand, position=1).update(minutes=10)
    customer = cast.customer
    customer.write("I want a supervisor")
    work()
    reply(cast.supervisor, customer, "I am here.")
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert call_next_levels() is False
    assert causes(customer.now()) == ["asked"]


def test_the_same_matter_is_linked_both_ways_and_the_third_time_goes_up(cast: Cast) -> None:
    first = cast.customer
    conversations = [first]
    for number in range(3):
        now = conversations[-1]
        now.write(f"My transaction hash {TX} has not arrived")
        work()
        reply(cast.agent, now, "We look.")
        if number < 2:
            staff.resolve_conversation(conversation=now.now(), membership=cast.agent)
            work()
            conversations.append(later_conversation(cast, first.contact, first.token))
    assert [causes(c.now()) for c in conversations] == [[], [], ["repeated"]]
    assert Relation.objects.count() == 3
    linked = Event.objects.filter(kind=Kind.LINKED)
    assert linked.count() == 6
    assert {e.staff_data["reason"] for e in linked} <= {"named", "topic"}


def test_another_customer_with_the_same_transaction_is_a_hint_only(cast: Cast) -> None:
    for customer in (cast.customer, cast.other_customer):
        customer.write(f"My transaction hash {TX} has not arrived")
        work()
    assert Relation.objects.count() == 1
    assert set(Event.objects.filter(kind=Kind.LINKED).values_list("author", flat=True)) == {
        "system"
    }
    assert Escalation.objects.count() == 0


def test_a_topic_leads_up_once_people_have_it(cast: Cast) -> None:
    draft = LevelDraft("Money", people=[cast.colleague], topics=["kyc"])
    ensure_levels(cast.brand)
    create_level(actor=cast.owner, draft=draft)
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    describe_conversation(
        conversation=customer.now(), membership=cast.agent, field="topic", value="kyc"
    )
    work()
    assert causes(customer.now()) == ["topic"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_go_up_once(cast: Cast) -> None:
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    ensure_levels(cast.brand)

    def breach() -> None:
        try:
            notice_breach(conversation_id=customer.conversation.pk, clock_id=1, kind="next")
        finally:
            connection.close()

    threads = [threading.Thread(target=breach) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert causes(customer.now()) == ["breached"]


def test_the_page_and_its_events_say_the_same(cast: Cast, second: Level) -> None:
    customer = cast.customer
    customer.write("hello")
    reply(cast.agent, customer, "Hello!")
    client = cast.client(cast.agent)
    old = client.get(f"/desk/c/{customer.conversation.ref}/events").json()["events"]
    raise_by_hand(cast.agent, customer, second, "note")
    end_escalation(conversation=customer.now(), membership=cast.agent, note=guard.check("").safe)
    address = f"/desk/c/{customer.conversation.ref}/events"
    new = client.get(f"{address}?after={old[-1]['seq']}").json()["events"]
    assert client.get(address).json()["events"] == old + new
    lines = [e for e in new if e["kind"] == "escalated"]
    assert [e["staff_data"]["state"] for e in lines] == ["by_hand", "ended"]


def test_there_are_as_many_levels_as_a_brand_has(cast: Cast) -> None:
    """Each is called in its turn, up to the last one; then there is nobody above."""
    ensure_levels(cast.brand)
    for number in range(60):
        create_level(actor=cast.owner, draft=LevelDraft(f"Level {number}", people=[cast.colleague]))
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "Hello!")
    last = Level.objects.filter(brand=cast.brand).latest("position")
    before = Level.objects.get(brand=cast.brand, position=last.position - 1)
    raise_by_hand(cast.agent, cast.customer, before)
    now = standing(cast.customer.now())
    assert now is not None
    Escalation.objects.filter(pk=now.pk).update(due_at=clock.now())
    call_next_levels()
    highest = standing(cast.customer.now())
    assert highest is not None
    assert (highest.position, highest.cause) == (61, Cause.UNANSWERED)
    with pytest.raises(NoHigherLevel):
        raise_by_hand(cast.agent, cast.customer, before)


@pytest.mark.django_db(transaction=True)
def test_an_owner_may_set_the_first_level_before_anybody_needed_one(cast: Cast) -> None:
    first = create_level(actor=cast.owner, draft=LevelDraft("Managers", people=[cast.colleague]))
    rules = ensure_levels(cast.brand)
    assert rules == ensure_levels(cast.brand)
    levels = Level.objects.filter(brand=cast.brand).order_by("position")
    assert [(level.position, level.name) for level in levels] == [
        (1, "Supervisor"),
        (2, "Managers"),
    ]
    assert levels[1] == first


@pytest.mark.django_db(transaction=True)
def test_levels_without_rules_are_left_as_they_are(cast: Cast) -> None:
    Level.objects.create(brand=cast.brand, position=1, name="Of an older desk")
    ensure_levels(cast.brand)
    assert Level.objects.get(brand=cast.brand).name == "Of an older desk"


def test_the_first_level_is_named_in_the_brands_language(cast: Cast) -> None:
    cast.brand.default_language = "zh-hans"
    ensure_levels(cast.brand)
    assert Level.objects.get(brand=cast.brand).name == "主管"
