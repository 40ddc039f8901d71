"""Snooze, teams, merge, split, link, block, bulk, undo: who may, what is seen and never lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import time_machine
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast, Customer, make_customer, reply
from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.conversations import queries
from walletdesk.conversations.actions import block, bulk, links, merge, snooze, split, staff, tags
from walletdesk.conversations.actions import customer as customers
from walletdesk.conversations.actions.calls import let_wait
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.actions.refusals import (
    Blocked,
    CannotMerge,
    ChangedSince,
    NothingToUndo,
    NotYours,
    WrongState,
)
from walletdesk.conversations.actions.scheduled import schedule_reply
from walletdesk.conversations.actions.teams import assign_team
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.actions.undo import undo, undoable, undoable_merge
from walletdesk.conversations.models import Conversation, ConversationTag, Relation, Tag
from walletdesk.conversations.types import (
    Audience,
    Author,
    Kind,
    NewEvent,
    Recorded,
    Refused,
    Status,
    View,
)
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.safety import guard

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def safe(text: str) -> Any:
    return guard.check(text).safe


def soon(**passed: float) -> Any:
    return clock.now() + timedelta(**(passed or {"hours": 3}))


def held(cast: Cast, customer: Customer, by: Membership | None = None) -> Conversation:
    customer.write("my transfer is stuck")
    reply(by or cast.agent, customer, "I look into it")
    return customer.now()


def kinds(conversation: Conversation, audience: Audience = Audience.STAFF) -> list[str]:
    fresh = Conversation.objects.get(pk=conversation.pk)
    return [event["kind"] for event in queries.thread(fresh, audience)]


def refs(member: Membership, view: View) -> list[str]:
    return [c.ref for c in queries.list_conversations(member, view)[0]]


def run_wake_jobs(ran: set[int]) -> None:
    """Run the jobs that wake and are due, each once: `ran` holds those that are over."""
    due = ProcrastinateJob.objects.filter(
        task_name=snooze.WAKE_JOB, scheduled_at__lte=clock.now()
    ).exclude(pk__in=ran)
    for job in due:
        snooze.wake_due(**job.args)
        ran.add(job.pk)


# --- snooze -------------------------------------------------------------------------------


def test_a_snoozed_conversation_comes_back_by_its_job(cast: Cast) -> None:
    here = held(cast, cast.customer)
    until = soon()
    snooze.snooze_conversation(conversation=here, membership=cast.agent, until=until)
    assert refs(cast.agent, View.MINE) == []
    assert refs(cast.agent, View.SNOOZED) == [here.ref]
    assert "snoozed" not in kinds(here, Audience.CUSTOMER)
    job = ProcrastinateJob.objects.get(task_name=snooze.WAKE_JOB)
    assert (job.scheduled_at, job.args) == (until, {"conversation_id": here.pk})
    snooze.wake_due(conversation_id=here.pk)  # too early
    assert cast.customer.now().status == Status.SNOOZED
    with time_machine.travel(until):
        snooze.wake_due(**job.args)
        snooze.wake_due(**job.args)
    assert (cast.customer.now().status, cast.customer.now().assignee) == (Status.OPEN, cast.agent)
    assert kinds(here)[-2:] == ["snoozed", "woken"]


def test_a_snoozed_conversation_comes_back_when_its_job_was_lost(cast: Cast) -> None:
    """A worker died within it, or it failed."""
    here = held(cast, cast.customer)
    until = soon()
    snooze.snooze_conversation(conversation=here, membership=cast.agent, until=until)
    assert snooze.wake_overdue() == 0
    with time_machine.travel(until):
        assert (snooze.wake_overdue(), snooze.wake_overdue()) == (1, 0)
    assert (cast.customer.now().status, cast.customer.now().assignee) == (Status.OPEN, cast.agent)
    assert kinds(here)[-2:] == ["snoozed", "woken"]


def test_what_a_merge_left_snoozed_comes_back(cast: Cast) -> None:
    """The job is the other conversation's."""
    here, there = held(cast, cast.customer), held(cast, cast.other_customer)
    staff.resolve_conversation(conversation=there, membership=cast.agent)
    until = soon()
    snooze.snooze_conversation(conversation=here, membership=cast.agent, until=until)
    merge.merge_conversations(
        conversation=here, into=there, membership=cast.supervisor, reason=safe("one person")
    )
    assert cast.other_customer.now().status == Status.SNOOZED
    with time_machine.travel(until):
        for job in ProcrastinateJob.objects.filter(task_name=snooze.WAKE_JOB):
            snooze.wake_due(**job.args)
        snooze.wake_overdue()
    now = cast.other_customer.now()
    assert (now.status, now.assignee) == (Status.OPEN, cast.agent)


def test_a_snoozed_conversation_wakes_when_its_customer_writes(cast: Cast) -> None:
    here = held(cast, cast.customer)
    cast.other_customer.write("hello")
    cast.other_customer.ask_for_person()
    queued = cast.other_customer.now()
    snooze.snooze_conversation(conversation=here, membership=cast.agent, until=soon())
    snooze.snooze_conversation(conversation=queued, membership=cast.supervisor, until=soon())
    assert isinstance(cast.customer.write("still there?")[0], Recorded)
    cast.other_customer.write("anybody?")
    assert cast.customer.now().status == Status.OPEN
    assert cast.other_customer.now().status == Status.QUEUED
    assert cast.other_customer.now().snoozed_until is None
    assert kinds(here)[-2:] == ["woken", "message"]


def test_what_was_put_aside_wakes_though_it_was_settled_and_undone_around_its_time(
    cast: Cast,
) -> None:
    here, token = held(cast, cast.customer), uuid4()
    ran: set[int] = set()
    until, me = soon(seconds=5), {"membership": cast.agent}
    snooze.snooze_conversation(conversation=here, until=until, **me)
    undoable(
        action="resolve",
        token=token,
        conversation=here,
        perform=lambda c: staff.resolve_conversation(conversation=c, **me),
        **me,
    )
    with time_machine.travel(until + timedelta(seconds=1)):
        run_wake_jobs(ran)  # it is settled: nothing to wake
        assert undo(token=token, **me).done == 1
        assert cast.customer.now().status == Status.SNOOZED
        run_wake_jobs(ran)
    assert (cast.customer.now().status, cast.customer.now().assignee) == (Status.OPEN, cast.agent)


def test_who_answers_later_takes_what_was_put_aside_and_nobody_has(cast: Cast) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    here = cast.customer.now()
    snooze.snooze_conversation(conversation=here, membership=cast.supervisor, until=soon())
    asked = {"conversation": here, "text": safe("We look into it"), "due_at": soon()}
    schedule_reply(membership=cast.agent, client_id=uuid4(), **asked)
    assert (cast.customer.now().status, cast.customer.now().assignee) == (Status.OPEN, cast.agent)
    with pytest.raises(NotYours):
        schedule_reply(membership=cast.colleague, client_id=uuid4(), **asked)


def test_who_calls_again_waits_for_anybody(cast: Cast) -> None:
    here = held(cast, cast.customer)
    staff.resolve_conversation(conversation=here, membership=cast.agent)
    with transaction.atomic():
        locked = queries.lock_conversation(here.pk)
        let_wait(conversation=locked, topic="", urgency=0, team=None)
    assert (cast.customer.now().status, cast.customer.now().assignee) == (Status.QUEUED, None)
    reply(cast.colleague, cast.customer, "Welcome back")
    assert cast.customer.now().assignee == cast.colleague


def test_what_was_put_aside_wakes_where_it_goes_on(cast: Cast) -> None:
    old, kept = two_of_one(cast)
    staff.resolve_conversation(conversation=kept.now(), membership=cast.agent)
    until = soon()
    snooze.snooze_conversation(conversation=old.now(), membership=cast.agent, until=until)
    merge.merge_conversations(conversation=old.now(), into=kept.now(), membership=cast.agent)
    assert (kept.now().status, kept.now().snoozed_until) == (Status.SNOOZED, until)
    with time_machine.travel(until):
        run_wake_jobs(set())
    assert (kept.now().status, kept.now().assignee) == (Status.OPEN, cast.agent)


def test_who_may_snooze_and_until_when(cast: Cast) -> None:
    here = held(cast, cast.customer)
    for member, refusal in ((cast.colleague, NotYours), (cast.viewer, NotAllowed)):
        with pytest.raises(refusal):
            snooze.snooze_conversation(conversation=here, membership=member, until=soon())
    with pytest.raises(NotFound):
        snooze.snooze_conversation(conversation=here, membership=cast.stranger, until=soon())
    for wrong in (clock.now(), soon(days=400)):
        with pytest.raises(BadInput):
            snooze.snooze_conversation(conversation=here, membership=cast.agent, until=wrong)
    snooze.snooze_conversation(conversation=here, membership=cast.supervisor, until=soon())
    with pytest.raises(NotYours):
        snooze.wake_conversation(conversation=here, membership=cast.colleague)
    snooze.wake_conversation(conversation=here, membership=cast.agent)
    staff.resolve_conversation(conversation=here, membership=cast.agent)
    with pytest.raises(WrongState):
        snooze.snooze_conversation(conversation=here, membership=cast.agent, until=soon())


def test_answering_and_resolving_end_a_snooze(cast: Cast) -> None:
    here = held(cast, cast.customer)
    snooze.snooze_conversation(conversation=here, membership=cast.agent, until=soon())
    reply(cast.agent, cast.customer, "done now")
    assert cast.customer.now().status == Status.OPEN
    snooze.snooze_conversation(conversation=here, membership=cast.agent, until=soon())
    staff.resolve_conversation(conversation=here, membership=cast.agent)
    assert (cast.customer.now().status, cast.customer.now().snoozed_until) == ("resolved", None)


# --- teams --------------------------------------------------------------------------------


def test_a_team_sees_what_is_given_to_it(cast: Cast) -> None:
    here = held(cast, cast.customer)
    assert cast.colleague.team is not None
    with pytest.raises(NotYours):
        assign_team(conversation=here, membership=cast.colleague, team=cast.colleague.team)
    assign_team(conversation=here, membership=cast.agent, team=cast.colleague.team)
    now = cast.customer.now()
    assert (now.status, now.assignee, now.team) == (Status.QUEUED, None, cast.colleague.team)
    assert refs(cast.colleague, View.TEAM) == [here.ref]
    assert refs(cast.agent, View.TEAM) == []
    assert queries.desk_state(cast.colleague).counts[View.TEAM] == 1
    assert cast.stranger.team is not None
    with pytest.raises(NotFound):
        assign_team(conversation=here, membership=cast.supervisor, team=cast.stranger.team)


# --- merge --------------------------------------------------------------------------------


def two_of_one(cast: Cast) -> tuple[Customer, Customer]:
    """One customer with two conversations, both held by the agent."""
    first = cast.customer
    held(cast, first)
    other = customers.start_conversation(contact=first.contact, language="en")
    second = Customer(first.contact, first.token, other)
    held(cast, second)
    return first, second


def test_what_is_written_into_either_lands_in_the_survivor(cast: Cast) -> None:
    old, kept = two_of_one(cast)
    before = kinds(old.conversation)
    key = uuid4()
    (sent,) = record_messages([old.inbound("sent before", key)])
    merge.merge_conversations(
        conversation=old.conversation, into=kept.conversation, membership=cast.agent
    )
    merged = Conversation.objects.get(pk=old.conversation.pk)
    assert (merged.status, merged.merged_into_id) == (Status.MERGED, kept.conversation.pk)
    assert kinds(merged) == [*before, "message", "merged"]  # nothing is lost
    (again,) = record_messages([old.inbound("sent before", key)])
    assert isinstance(sent, Recorded)
    assert isinstance(again, Recorded)
    assert (again.repeated, again.seq) == (True, sent.seq)
    (landed,) = old.write("and one more thing")
    assert isinstance(landed, Recorded)
    assert landed.ref == kept.conversation.ref
    assert kinds(kept.conversation)[-2:] == ["absorbed", "message"]
    assert old.now() == kept.now()
    for view in (View.QUEUE, View.OPEN, View.MINE):
        assert old.conversation.ref not in refs(cast.agent, view)
    for refused in (
        lambda: staff.resolve_conversation(conversation=merged, membership=cast.agent),
        lambda: staff.claim_conversation(conversation=merged, membership=cast.agent),
        lambda: snooze.snooze_conversation(
            conversation=merged, membership=cast.supervisor, until=soon()
        ),
        lambda: staff.send_reply(
            conversation=merged, membership=cast.agent, client_id=uuid4(), text=safe("hi")
        ),
    ):
        with pytest.raises(WrongState):
            refused()


def test_a_chain_of_merges_leads_to_the_last(cast: Cast) -> None:
    first, second = two_of_one(cast)
    third = Customer(
        first.contact, first.token, customers.start_conversation(contact=first.contact, language="")
    )
    held(cast, third)
    token = uuid4()
    merge.merge_conversations(
        conversation=first.conversation, into=second.conversation, membership=cast.agent
    )
    undoable_merge(
        token=token,
        membership=cast.agent,
        conversation=second.conversation,
        into=third.conversation,
    )
    (landed,) = first.write("hello again")
    assert isinstance(landed, Recorded)
    assert landed.ref == third.conversation.ref
    with pytest.raises(ChangedSince):  # the customer wrote meanwhile
        undo(membership=cast.agent, token=token)
    assert second.now() == third.now()
    with pytest.raises(CannotMerge):
        merge.merge_conversations(
            conversation=first.conversation, into=third.conversation, membership=cast.agent
        )


def test_a_merge_is_taken_back(cast: Cast) -> None:
    first, second = two_of_one(cast)
    before = (Conversation.objects.get(pk=first.conversation.pk).status, first.now().assignee)
    token = uuid4()
    undoable_merge(token=token, membership=cast.agent, conversation=first.now(), into=second.now())
    with pytest.raises(NothingToUndo):
        undo(membership=cast.colleague, token=token)
    assert undo(membership=cast.agent, token=token).done == 2
    assert (first.now().status, first.now().assignee) == before
    assert first.now() != second.now()
    assert first.write("only here")[0].ref == first.conversation.ref  # type: ignore[union-attr]


def test_two_contacts_are_joined_by_a_supervisor_with_a_reason(cast: Cast) -> None:
    here, there = held(cast, cast.customer), held(cast, cast.other_customer)
    secret = cast.other_customer.write("known to the second one only")[0]
    with pytest.raises(CannotMerge):
        merge.merge_conversations(conversation=here, into=there, membership=cast.agent)
    with pytest.raises(BadInput):
        merge.merge_conversations(conversation=here, into=there, membership=cast.supervisor)
    merge.merge_conversations(
        conversation=here,
        into=there,
        membership=cast.supervisor,
        reason=safe("same person, called us"),
    )
    entry = AuditEntry.objects.get(action="contact.joined")
    assert entry.actor == cast.supervisor
    assert entry.detail["reason"] == "same person, called us"
    guest = cast.customer.now()
    assert guest == cast.other_customer.now()
    assert queries.thread(guest, Audience.CUSTOMER) == []
    assert isinstance(secret, Recorded)
    (mine,) = cast.customer.write("it is me")
    assert isinstance(mine, Recorded)
    reply(cast.agent, cast.other_customer, "welcome back")
    texts = [e["text"] for e in queries.thread(cast.customer.now(), Audience.CUSTOMER)]
    assert texts == ["it is me", "welcome back"]
    assert len(queries.thread(cast.other_customer.now(), Audience.CUSTOMER)) > 4


def test_nobody_merges_what_a_colleague_holds(cast: Cast) -> None:
    first, second = two_of_one(cast)
    for member, refusal in (
        (cast.colleague, NotYours),
        (cast.viewer, NotAllowed),
        (cast.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            merge.merge_conversations(
                conversation=first.conversation, into=second.conversation, membership=member
            )
    with pytest.raises(CannotMerge):
        merge.merge_conversations(
            conversation=first.conversation, into=first.conversation, membership=cast.agent
        )


# --- split and link -----------------------------------------------------------------------


def test_a_part_becomes_a_conversation_of_its_own(cast: Cast) -> None:
    held(cast, cast.customer)
    (second,) = cast.customer.write("by the way, how do I change my password?")
    assert isinstance(second, Recorded)
    reply(cast.agent, cast.customer, "Like so.")
    here = cast.customer.now()
    before = queries.thread(here, Audience.STAFF)
    part = split.split_conversation(conversation=here, membership=cast.agent, seq=second.seq)
    assert queries.thread(cast.customer.now(), Audience.STAFF)[: len(before)] == before
    told = queries.thread(part, Audience.CUSTOMER)
    assert [e["kind"] for e in told] == ["message", "message", "split_from"]
    assert [e["seq"] for e in told] == [1, 2, 3]
    assert told[-1]["data"] == {"ref": here.ref}
    assert kinds(here)[-1] == "split"
    assert (part.contact, part.assignee, part.status) == (here.contact, cast.agent, Status.OPEN)
    assert queries.get_conversation_of(cast.customer.contact, part.ref) == part
    for seq, refusal in ((1, BadInput), (10**6, NotFound)):
        with pytest.raises(refusal):
            split.split_conversation(conversation=here, membership=cast.agent, seq=seq)
    with pytest.raises(NotYours):
        split.split_conversation(conversation=here, membership=cast.colleague, seq=second.seq)


def test_a_secret_found_later_is_overwritten_in_the_copy_too(cast: Cast) -> None:
    held(cast, cast.customer)
    (begun,) = cast.customer.write(" ".join(PHRASE.split()[:6]))
    assert isinstance(begun, Recorded)
    part = split.split_conversation(
        conversation=cast.customer.now(), membership=cast.agent, seq=begun.seq
    )
    cast.customer.write(" ".join(PHRASE.split()[6:]))
    for one in (cast.customer.now(), part):
        texts = " ".join(event["text"] for event in queries.thread(one, Audience.STAFF))
        assert "sausage" not in texts, one


def test_related_conversations_name_each_other(cast: Cast) -> None:
    here, there = held(cast, cast.customer), held(cast, cast.other_customer)
    for _ in range(2):
        links.link_conversations(conversation=there, other=here, membership=cast.colleague)
    assert Relation.objects.count() == 1
    assert kinds(here)[-1] == kinds(there)[-1] == "linked"
    assert "linked" not in kinds(here, Audience.CUSTOMER)
    links.unlink_conversations(conversation=here, other=there, membership=cast.agent)
    assert not Relation.objects.exists()
    with pytest.raises(NotAllowed):
        links.link_conversations(conversation=here, other=there, membership=cast.viewer)
    with pytest.raises(BadInput):
        links.link_conversations(conversation=here, other=here, membership=cast.agent)


def test_what_waits_for_a_team_waits_for_it_where_it_goes_on(
    cast: Cast, heard: Callable[[], list[tuple[str, dict[str, object]]]]
) -> None:
    old, kept = two_of_one(cast)
    staff.resolve_conversation(conversation=kept.now(), membership=cast.agent)
    team = cast.colleague.team
    assert team is not None
    assign_team(conversation=old.now(), membership=cast.agent, team=team)
    told = len(heard())
    merge.merge_conversations(conversation=old.now(), into=kept.now(), membership=cast.agent)
    assert (kept.now().status, kept.now().team) == (Status.QUEUED, team)
    waits = ("conversation_queued", {"conversation_id": kept.conversation.pk})
    assert heard()[told:].count(waits) == 1


# --- block --------------------------------------------------------------------------------


def test_a_blocked_contact_is_told_and_cannot_write(cast: Cast) -> None:
    here = held(cast, cast.customer)
    until = soon(hours=24)
    with pytest.raises(NotYours):
        block.block_contact(
            conversation=here, membership=cast.colleague, until=until, reason=safe("insults")
        )
    block.block_contact(
        conversation=here, membership=cast.agent, until=until, reason=safe("insults")
    )
    assert cast.customer.now().status == Status.RESOLVED
    told = queries.thread(cast.customer.now(), Audience.CUSTOMER)[-1]
    assert (told["kind"], told["data"]) == ("blocked", {"until": until.isoformat()})
    assert "insults" not in str(told)
    key = uuid4()
    assert record_messages([cast.customer.inbound("let me in", key)]) == [Refused("blocked")]
    assert cast.other_customer.write("I may")[0].seq == 1  # type: ignore[union-attr]
    for act in (
        lambda: customers.request_person(conversation=cast.customer.now()),
        lambda: customers.start_conversation(contact=cast.customer.contact, language="en"),
    ):
        with pytest.raises(Blocked):
            act()
    with pytest.raises(NotAllowed):
        block.unblock_contact(conversation=here, membership=cast.agent)
    block.unblock_contact(conversation=here, membership=cast.supervisor)
    assert kinds(here, Audience.CUSTOMER)[-1] == "unblocked"
    assert isinstance(record_messages([cast.customer.inbound("let me in", key)])[0], Recorded)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor")) == [
        ("contact.blocked", cast.agent.pk),
        ("contact.unblocked", cast.supervisor.pk),
    ]


def test_a_block_ends_by_itself_and_closes_what_was_open(cast: Cast) -> None:
    held(cast, cast.customer)
    other = customers.start_conversation(contact=cast.customer.contact, language="en")
    second = Customer(cast.customer.contact, cast.customer.token, other)
    second.write("with the bot")
    second.ask_for_person()
    assert queries.desk_state(cast.agent).counts[View.QUEUE] == 1
    block.block_contact(
        conversation=cast.customer.now(),
        membership=cast.agent,
        until=soon(minutes=10),
        reason=safe("spam"),
    )
    assert queries.desk_state(cast.agent).counts[View.QUEUE] == 0
    with time_machine.travel(soon(minutes=11)):
        assert isinstance(second.write("sorry")[0], Recorded)
    for wrong in ({"until": clock.now()}, {"until": soon(days=999)}, {"reason": safe("")}):
        with pytest.raises(BadInput):
            block.block_contact(
                **{
                    "conversation": cast.customer.now(),
                    "membership": cast.agent,
                    "until": soon(),
                    "reason": safe("x"),
                    **wrong,
                }
            )


# --- undo and bulk ------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["resolve", "snooze", "assign", "release", "team", "tag"])
def test_what_was_done_is_taken_back(cast: Cast, action: str) -> None:
    here = held(cast, cast.customer)
    tag = Tag.objects.create(brand=cast.brand, name="vip", colour="blue")
    me = {"membership": cast.agent}
    assert cast.colleague.team is not None
    team = cast.colleague.team
    perform: dict[str, Callable[[Conversation], object]] = {
        "resolve": lambda c: staff.resolve_conversation(conversation=c, **me),
        "snooze": lambda c: snooze.snooze_conversation(conversation=c, until=soon(), **me),
        "assign": lambda c: staff.hand_over_conversation(conversation=c, to=cast.colleague, **me),
        "release": lambda c: staff.release_conversation(conversation=c, **me),
        "team": lambda c: assign_team(conversation=c, team=team, **me),
        "tag": lambda c: tags.tag_conversation(conversation=c, tag=tag, **me),
    }
    token = uuid4()

    def standing() -> tuple[object, ...]:
        now = cast.customer.now()
        tagged = ConversationTag.objects.filter(conversation=now).count()
        return (now.status, now.assignee, now.team, now.queued_at, now.snoozed_until, tagged)

    before = standing()
    undoable(action=action, token=token, conversation=here, perform=perform[action], **me)
    assert standing() != before
    with pytest.raises(NothingToUndo):
        undo(membership=cast.supervisor, token=token)
    assert undo(token=token, **me).done == 1
    assert standing() == before
    with pytest.raises(NothingToUndo):
        undo(token=token, **me)  # a double click
    assert kinds(here)[-1] == ("reopened" if action == "resolve" else "undone")


def test_undo_ends_after_ten_seconds_and_never_overrides_the_customer(cast: Cast) -> None:
    here = held(cast, cast.customer)

    def resolve() -> Any:
        token = uuid4()
        undoable(
            action="resolve",
            token=token,
            membership=cast.agent,
            conversation=cast.customer.now(),
            perform=lambda c: staff.resolve_conversation(conversation=c, membership=cast.agent),
        )
        return token

    late = resolve()
    left = NewEvent(kind=Kind.DELIVERY, author=Author.SYSTEM)  # news of what was sent before
    append_one(queries.lock_conversation(here.pk), left)
    with time_machine.travel(soon(seconds=16)), pytest.raises(NothingToUndo):
        undo(membership=cast.agent, token=late)
    undo(membership=cast.agent, token=late)
    token = resolve()
    cast.customer.write("it is not solved!")
    with pytest.raises(ChangedSince):
        undo(membership=cast.agent, token=token)
    assert cast.customer.now().status == Status.QUEUED
    assert kinds(here)[-3:] == ["resolved", "reopened", "message"]


def test_many_are_done_each_for_itself(cast: Cast) -> None:
    mine = [make_customer(cast.brand) for _ in range(3)]
    for customer in mine:
        held(cast, customer)
    theirs = make_customer(cast.brand)
    held(cast, theirs, cast.colleague)
    foreign = make_customer(cast.other_brand)
    foreign.write("hello")
    named = [c.conversation.ref for c in (*mine, theirs, foreign)]
    token = uuid4()

    def resolve(refs: list[str], member: Membership = cast.agent) -> list[bulk.Outcome]:
        return bulk.act_on_many(
            membership=member,
            refs=refs,
            action="resolve",
            token=token,
            perform=lambda c: staff.resolve_conversation(conversation=c, membership=member),
        )

    outcomes = resolve(named)
    assert [o.refusal.code if o.refusal else "" for o in outcomes] == [
        "", "", "", "not_yours", "not_found",
    ]  # fmt: skip
    assert theirs.now().status == Status.OPEN
    mine[1].write("no!")
    result = undo(membership=cast.agent, token=token)
    assert (result.done, result.changed) == (2, (mine[1].conversation.ref,))
    assert [c.now().status for c in mine] == [Status.OPEN, Status.QUEUED, Status.OPEN]
    for wrong in ([], named * 6):
        with pytest.raises(BadInput):
            resolve(wrong)


# --- the live invariant -------------------------------------------------------------------


def test_fresh_page_equals_old_page_and_events(cast: Cast) -> None:
    """What a screen had plus what came since is what a new screen shows, for every action."""
    first, second = two_of_one(cast)
    here, there = first.now, second.now
    tag = Tag.objects.create(brand=cast.brand, name="vip", colour="blue")
    token, merged = uuid4(), uuid4()
    boss = {"membership": cast.supervisor}
    assert cast.agent.team is not None
    team = cast.agent.team
    acts: list[Callable[[], object]] = [
        lambda: snooze.snooze_conversation(conversation=here(), until=soon(), **boss),
        lambda: snooze.wake_conversation(conversation=here(), **boss),
        lambda: snooze.snooze_conversation(conversation=here(), until=soon(), **boss),
        lambda: first.write("wake up"),
        lambda: assign_team(conversation=here(), team=team, **boss),
        lambda: undoable(
            action="tag",
            token=token,
            conversation=here(),
            perform=lambda c: tags.tag_conversation(conversation=c, tag=tag, **boss),
            tag=tag,
            **boss,
        ),
        lambda: undo(token=token, **boss),
        lambda: links.link_conversations(conversation=here(), other=there(), **boss),
        lambda: links.unlink_conversations(conversation=here(), other=there(), **boss),
        lambda: split.split_conversation(conversation=here(), seq=3, **boss),
        lambda: undoable_merge(token=merged, conversation=here(), into=there(), **boss),
        lambda: undo(token=merged, **boss),
        lambda: block.block_contact(conversation=here(), until=soon(), reason=safe("spam"), **boss),
        lambda: block.unblock_contact(conversation=here(), **boss),
    ]
    for act in acts:
        seen = [
            (c, audience, queries.thread(c, audience))
            for c in (first.conversation, second.conversation)
            for audience in Audience
        ]
        act()
        for conversation, audience, before in seen:
            cursor = before[-1]["seq"]
            since = queries.events_after([(conversation.ref, cursor, audience)], limit=100)[0]
            told = before + [msgspec.json.decode(data) for _, data in since]
            assert told == queries.thread(conversation, audience)
