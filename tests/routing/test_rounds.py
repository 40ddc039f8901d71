"""Rounds on a real database: offers, answers, people who vanish, and races for one conversation."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection

from tests.cast import Cast, Customer, make_customer
from walletdesk.accounts.actions.people import create_member
from walletdesk.accounts.models import Membership, User
from walletdesk.accounts.types import Role
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.giving import give_waiting
from walletdesk.conversations.actions.refusals import AlreadyTaken
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.queries import changed_since, desk_cursor, thread
from walletdesk.conversations.types import Audience, Kind, Status
from walletdesk.kit import clock, wake
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.routing.actions import route_to
from walletdesk.routing.actions.offers import OfferOver, accept_offer, decline_offer
from walletdesk.routing.actions.presence import begin_wrap_up, hear_from
from walletdesk.routing.actions.rounds import hold_round, hold_rounds
from walletdesk.routing.models import Attendance, Offer, QueueStay, RoutingRules
from walletdesk.routing.queries import expected_wait
from walletdesk.routing.staffing import (
    agent_now,
    agents_now,
    get_offer_for,
    pending_offer,
)
from walletdesk.routing.types import Mode, OfferState, Presence
from walletdesk.sla.actions import CalendarDraft, change_calendar, create_calendar


def rules(cast: Cast, mode: Mode, **fields: object) -> RoutingRules:
    return RoutingRules.objects.update_or_create(
        brand=cast.brand, defaults={"mode": mode, **fields}
    )[0]


def wait(customer: Customer) -> Conversation:
    customer.write("help me, please")
    customer.ask_for_person()
    return customer.now()


def here(*members: Membership) -> None:
    for member in members:
        hear_from(membership=member)


def test_offer_decline_next_one_accepts(cast: Cast) -> None:
    rules(cast, Mode.OFFER)
    here(cast.agent, cast.colleague)
    wait(cast.customer)
    assert hold_rounds()
    first = Offer.objects.get()
    asked, other = (
        (cast.agent, cast.colleague)
        if first.membership_id == cast.agent.pk
        else (cast.colleague, cast.agent)
    )
    assert pending_offer(asked) == first
    assert agent_now(asked).load == 1
    assert not hold_rounds()  # it is reserved
    with pytest.raises(NotFound):
        accept_offer(offer=first, membership=other)
    decline_offer(offer=first, membership=asked)
    with pytest.raises(OfferOver):
        accept_offer(offer=get_offer_for(asked, first.pk), membership=asked)
    hold_rounds()
    second = Offer.objects.latest("pk")
    assert second.membership_id == other.pk
    accept_offer(offer=second, membership=other)
    accept_offer(offer=get_offer_for(other, second.pk), membership=other)  # a double click
    assert cast.customer.now().assignee == other
    with pytest.raises(AlreadyTaken):
        accept_offer(offer=get_offer_for(asked, first.pk), membership=asked)
    hold_rounds()
    stay = QueueStay.objects.get()
    assert stay.membership == other
    assert stay.left_at is not None
    assert stay.low is not None


def test_an_offer_is_told_to_the_screens_of_whom_it_is_made(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open pages belong to a user, offers to a membership; both are numbers of their own."""
    heard: list[dict[str, Any]] = []
    monkeypatch.setattr(
        wake, "_notify_all", lambda _channel, told: heard.extend(map(json.loads, told))
    )
    for name in ("first", "second"):
        late = create_member(
            brand=cast.brand,
            email=f"{name}@example.com",
            name=name,
            password="x" * 20,
            role=Role.AGENT,
        )
        if late.pk != late.user_id:
            break
        User.objects.create(email="nobody@example.com", name="Of no brand")  # moves users on
    assert late.pk != late.user_id
    rules(cast, Mode.OFFER, offer_seconds=20)
    here(late)
    with time_machine.travel(clock.now(), tick=False) as travel:
        wait(cast.customer)
        hold_rounds()
        travel.shift(25)
        hold_rounds()
    mine = {"t": f"desk:{cast.brand.pk}", "s": {"what": "offer"}, "to": f"staff:{late.user_id}"}
    assert heard == [mine, mine]  # made, and over


def test_an_offer_runs_out_and_who_does_not_answer_is_away(cast: Cast) -> None:
    rules(cast, Mode.OFFER, offer_seconds=20)
    with time_machine.travel(clock.now(), tick=False) as travel:
        wait(cast.customer)
        for _ in range(2):
            here(cast.agent)
            hold_rounds()
            assert pending_offer(cast.agent)
            travel.shift(25)
            here(cast.agent)
            hold_rounds()
            assert Offer.objects.latest("pk").state == OfferState.EXPIRED
            travel.shift(timedelta(minutes=3))
        here(cast.agent)
        hold_rounds()
        assert agent_now(cast.agent).presence == Presence.AWAY
        assert pending_offer(cast.agent) is None
        hear_from(membership=cast.agent, chosen="online")
        hold_rounds()
        assert pending_offer(cast.agent)


def test_a_vanished_browser_is_off_and_loses_its_offer(cast: Cast) -> None:
    rules(cast, Mode.OFFER, offer_seconds=120)
    with time_machine.travel(clock.now(), tick=False) as travel:
        wait(cast.customer)
        here(cast.agent)
        hold_rounds()
        travel.shift(31)
        here(cast.colleague)
        hold_rounds()
        states = {now.membership_id: now.presence for now in agents_now(cast.brand)}
        assert states[cast.agent.pk] == Presence.OFF
        assert states[cast.colleague.pk] == Presence.ONLINE
        assert pending_offer(cast.agent) is None
        assert pending_offer(cast.colleague)


def test_assigned_by_room_urgency_and_affinity(cast: Cast) -> None:
    rules(cast, Mode.ASSIGN, capacity={"chat": 1})
    wait(cast.customer)
    urgent = wait(cast.other_customer)
    Conversation.objects.filter(pk=urgent.pk).update(urgency=3)
    here(cast.agent)
    assert hold_round(brand=cast.brand).assigned == 1
    assert cast.other_customer.now().assignee == cast.agent
    assert cast.customer.now().status == Status.QUEUED
    assert hold_round(brand=cast.brand).assigned == 0  # full
    staff.resolve_conversation(conversation=urgent, membership=cast.agent)
    assert hold_round(brand=cast.brand).assigned == 1  # capacity came free
    here(cast.colleague)
    staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.agent)
    cast.customer.write("it is back")
    assert cast.customer.now().status == Status.QUEUED
    hold_round(brand=cast.brand)
    assert cast.customer.now().assignee == cast.agent  # who knows them


def test_screens_learn_of_an_assignment(cast: Cast) -> None:
    """What a page showed and the events since its cursor are what a fresh page shows."""
    rules(cast, Mode.ASSIGN)
    here(cast.agent)
    before = wait(cast.customer)
    cursor, shown = desk_cursor(), thread(before, Audience.STAFF)
    hold_rounds()
    assert before.ref in changed_since(cast.brand.pk, cursor).refs
    now = cast.customer.now()
    fresh = thread(now, Audience.STAFF)
    assert shown + thread(now, Audience.STAFF, after=before.last_seq) == fresh
    assert fresh[-1]["kind"] == Kind.CLAIMED
    assert fresh[-1]["name"] == cast.agent.user.name
    assert fresh[-1]["staff_data"] == {"by": "routing"}


def test_who_gives_back_does_not_get_it_again(cast: Cast) -> None:
    rules(cast, Mode.ASSIGN)
    here(cast.agent)
    wait(cast.customer)
    hold_rounds()
    staff.release_conversation(conversation=cast.customer.now(), membership=cast.agent)
    assert hold_round(brand=cast.brand).assigned == 0
    here(cast.colleague)
    hold_rounds()
    assert cast.customer.now().assignee == cast.colleague


def test_agents_who_pick_are_left_alone_and_closed_hours_hold(cast: Cast) -> None:
    here(cast.agent)
    wait(cast.customer)
    assert not hold_rounds()
    assert cast.customer.now().status == Status.QUEUED
    told = expected_wait(cast.brand, conversation=cast.customer.now())
    assert told is not None
    assert told.reckoned > 0  # a free place takes nobody by itself
    rules(cast, Mode.ASSIGN)
    assert expected_wait(cast.brand, conversation=cast.customer.now()) is not None
    assert expected_wait(cast.other_brand) is None  # nobody is there


def test_a_level_and_a_team_are_kept(cast: Cast) -> None:
    rules(cast, Mode.ASSIGN)
    here(cast.agent)
    wait(cast.customer)
    hold_rounds()
    assert cast.colleague.team is not None
    route_to(conversation=cast.customer.now(), team=cast.colleague.team, level=1)
    hold_rounds()
    assert cast.customer.now().status == Status.QUEUED  # the agent is of another team
    here(cast.colleague)
    hold_rounds()
    assert cast.customer.now().assignee == cast.colleague
    with pytest.raises(BadInput):
        route_to(conversation=cast.customer.now(), level=9)


def test_a_pause_after_a_chat(cast: Cast) -> None:
    rules(cast, Mode.ASSIGN, wrap_up_seconds=60)
    here(cast.agent)
    wait(cast.customer)
    hold_rounds()
    staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.agent)
    begin_wrap_up(conversation_id=cast.customer.now().pk)
    assert agent_now(cast.agent).presence == Presence.WRAP_UP
    wait(cast.other_customer)
    assert hold_round(brand=cast.brand).assigned == 0
    hear_from(membership=cast.agent, chosen="online")
    assert hold_round(brand=cast.brand).assigned == 1


def test_what_cannot_be_chosen_and_who_cannot(cast: Cast) -> None:
    with pytest.raises(BadInput):
        hear_from(membership=cast.agent, chosen="wrap_up")
    with pytest.raises(NotAllowed):
        hear_from(membership=cast.viewer)
    assert not Attendance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_claims_offers_and_rounds_race_for_one_owner(cast: Cast) -> None:
    """Every conversation gets one owner, whoever asks at the same moment."""
    customers = [make_customer(cast.brand) for _ in range(6)]
    waiting = [wait(customer) for customer in customers]
    won: list[tuple[int, int]] = []
    gate = Barrier(3)

    def claim(member: Membership) -> None:
        gate.wait()
        for conversation in waiting:
            try:
                staff.claim_conversation(conversation=conversation, membership=member)
                won.append((conversation.pk, member.pk))
            except AlreadyTaken:
                pass
        connection.close()

    def give() -> None:
        gate.wait()
        for conversation in waiting:
            for pk, member, _ in give_waiting([(conversation.pk, cast.supervisor.pk)]):
                won.append((pk, member))
        connection.close()

    threads = [Thread(target=claim, args=[who]) for who in (cast.agent, cast.colleague)]
    threads.append(Thread(target=give))
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(pk for pk, _ in won) == sorted(one.pk for one in waiting)
    for pk, member in won:
        claims = Event.objects.filter(conversation_id=pk, kind=Kind.CLAIMED)
        assert [event.author_id for event in claims] == [member]
        assert Conversation.objects.get(pk=pk).assignee_id == member


def test_a_team_works_by_its_own_hours(cast: Cast) -> None:
    """The brand is closed and one team is there; then the other way round."""
    rules(cast, Mode.ASSIGN)
    assert cast.colleague.team is not None
    draft = CalendarDraft("Main", "Asia/Shanghai", main=True)  # always closed
    main = create_calendar(actor=cast.owner, draft=draft)
    own = CalendarDraft("Two", "Asia/Shanghai", always=True, teams=[cast.colleague.team.pk])
    of_team = create_calendar(actor=cast.owner, draft=own)
    here(cast.agent, cast.colleague)
    wait(cast.customer)
    hold_rounds()
    assert cast.customer.now().assignee == cast.colleague
    for calendar in (main, of_team):
        turned = CalendarDraft(
            calendar.name, "Asia/Shanghai", always=calendar == main, main=calendar == main
        )
        change_calendar(actor=cast.owner, calendar=calendar, version=0, draft=turned)
    wait(cast.other_customer)
    hold_rounds()
    assert cast.other_customer.now().assignee == cast.agent


def test_a_call_is_offered_before_all_else_even_where_agents_pick(cast: Cast) -> None:
    here(cast.agent)
    chat = wait(cast.customer)
    caller = wait(cast.other_customer)
    Conversation.objects.filter(pk=caller.pk).update(channel="voice")
    caller.refresh_from_db()
    told = expected_wait(cast.brand, conversation=caller)
    assert told is not None
    assert told.place == 1  # the chat came first, but nobody is on hold there
    assert hold_rounds()
    assert Offer.objects.get().conversation == caller
    Offer.objects.all().delete()
    rules(cast, Mode.ASSIGN)
    here(cast.colleague)
    hold_rounds()
    assert Offer.objects.get().conversation == caller  # no microphone opens unasked
    chat.refresh_from_db()
    assert chat.assignee is not None
