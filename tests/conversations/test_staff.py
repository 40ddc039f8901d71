"""What staff do, who may, and what everybody then sees."""

from collections.abc import Callable
from uuid import uuid4

import msgspec
import pytest

from tests.cast import Cast, reply
from walletdesk.conversations import queries
from walletdesk.conversations.actions import customer as customers
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.refusals import AlreadyTaken, NotYours, WrongState
from walletdesk.conversations.types import Audience, QueuePlace, Status, View
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.safety import guard


def test_claim_gives_the_conversation_to_one_person(cast: Cast) -> None:
    cast.customer.write("help")
    here = cast.customer.now()
    staff.claim_conversation(conversation=here, membership=cast.agent)
    staff.claim_conversation(conversation=here, membership=cast.agent)  # a double click
    with pytest.raises(AlreadyTaken) as refusal:
        staff.claim_conversation(conversation=here, membership=cast.colleague)
    assert refusal.value.fields == {"name": "Alex"}
    assert cast.customer.now().assignee == cast.agent
    told = queries.thread(here, Audience.CUSTOMER)
    assert [e["kind"] for e in told] == ["message", "claimed"]


@pytest.mark.parametrize(
    "act",
    [
        lambda c: staff.claim_conversation(conversation=c.customer.now(), membership=c.viewer),
        lambda c: reply(c.viewer, c.customer, "hi"),
        lambda c: staff.add_note(
            conversation=c.customer.now(),
            membership=c.viewer,
            client_id=uuid4(),
            text=guard.check("n").safe,
        ),
        lambda c: staff.resolve_conversation(conversation=c.customer.now(), membership=c.viewer),
    ],
)
def test_a_viewer_only_looks(cast: Cast, act: Callable[[Cast], object]) -> None:
    cast.customer.write("help")
    queries.get_conversation_for(cast.viewer, cast.customer.conversation.ref)
    with pytest.raises(NotAllowed):
        act(cast)
    assert cast.customer.now().last_seq == 1


def test_another_brand_does_not_exist(cast: Cast) -> None:
    cast.customer.write("help")
    here = cast.customer.now()
    with pytest.raises(NotFound):
        queries.get_conversation_for(cast.stranger, here.ref)
    with pytest.raises(NotFound):
        staff.claim_conversation(conversation=here, membership=cast.stranger)
    with pytest.raises(NotFound):
        staff.hand_over_conversation(
            conversation=here, membership=cast.supervisor, to=cast.stranger
        )


def test_a_reply_is_sent_once(cast: Cast) -> None:
    cast.customer.write("help")
    client_id, text = uuid4(), guard.check("here I am").safe
    events = [
        staff.send_reply(
            conversation=cast.customer.now(),
            membership=cast.agent,
            client_id=client_id,
            text=text,
        )
        for _ in range(2)
    ]
    assert events[0].seq == events[1].seq
    told = queries.thread(cast.customer.now(), Audience.CUSTOMER)
    assert [e["kind"] for e in told] == ["message", "claimed", "message"]


def test_only_the_holder_answers(cast: Cast) -> None:
    cast.customer.write("help")
    reply(cast.agent, cast.customer, "mine")
    with pytest.raises(AlreadyTaken):
        reply(cast.colleague, cast.customer, "mine too")
    with pytest.raises(NotYours):
        staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.colleague)
    staff.resolve_conversation(conversation=cast.customer.now(), membership=cast.supervisor)
    with pytest.raises(WrongState):
        reply(cast.agent, cast.customer, "too late")


def test_notes_and_summaries_never_reach_the_customer(cast: Cast) -> None:
    cast.customer.write("help")
    staff.add_note(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check("seems honest").safe,
    )
    seen = queries.thread(cast.customer.now(), Audience.STAFF)
    told = queries.thread(cast.customer.now(), Audience.CUSTOMER)
    assert [e["kind"] for e in seen] == ["message", "note"]
    assert [e["kind"] for e in told] == ["message"]
    assert not any({"staff_data", "author_id"} & set(e) for e in told)
    live = queries.events_after([(cast.customer.conversation.ref, 0, Audience.CUSTOMER)], limit=9)
    assert b"honest" not in b"".join(data for _, data in live[0])


def test_hand_over_release_resolve_reopen(cast: Cast) -> None:
    cast.customer.write("help")
    here = cast.customer.now
    reply(cast.agent, cast.customer, "one moment")
    staff.hand_over_conversation(conversation=here(), membership=cast.agent, to=cast.colleague)
    assert here().assignee == cast.colleague
    staff.release_conversation(conversation=here(), membership=cast.colleague)
    assert (here().status, here().assignee) == (Status.QUEUED, None)
    staff.claim_conversation(conversation=here(), membership=cast.supervisor)
    staff.resolve_conversation(conversation=here(), membership=cast.supervisor)
    assert (here().status, here().queued_at) == (Status.RESOLVED, None)
    staff.reopen_conversation(conversation=here(), membership=cast.agent)
    assert (here().status, here().assignee) == (Status.OPEN, cast.agent)
    assert [e["kind"] for e in queries.thread(here(), Audience.CUSTOMER)] == [
        "message", "claimed", "message", "assigned", "released", "claimed", "resolved", "reopened",
    ]  # fmt: skip


def test_the_queue_is_sorted_by_urgency_then_by_waiting(cast: Cast) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    cast.other_customer.write("private key: " + "5c504ed432cb51138bcf09aa5e8a410d" * 2)
    page, after = queries.list_conversations(cast.agent, View.QUEUE)
    assert [c.contact for c in page] == [cast.other_customer.contact, cast.customer.contact]
    assert after is None
    assert queries.queue_place(cast.customer.now()) == QueuePlace(place=2, waiting=2)
    assert queries.desk_state(cast.agent).counts[View.QUEUE] == 2
    assert queries.desk_state(cast.stranger).counts[View.QUEUE] == 0


def test_rating_needs_an_end_and_a_score(cast: Cast) -> None:
    cast.customer.write("hello")
    nothing = guard.check("").safe
    with pytest.raises(WrongState):
        customers.rate_conversation(conversation=cast.customer.now(), score=5, comment=nothing)
    customers.finish_conversation(conversation=cast.customer.now())
    with pytest.raises(BadInput):
        customers.rate_conversation(conversation=cast.customer.now(), score=6, comment=nothing)
    customers.rate_conversation(conversation=cast.customer.now(), score=4, comment=nothing)
    assert cast.customer.now().rating == 4


def test_feedback_counts_once_and_only_for_answers_of_the_bot(cast: Cast) -> None:
    cast.customer.write("hello")
    with pytest.raises(NotFound):
        customers.give_feedback(conversation=cast.customer.now(), seq=1, helped=True)


def test_what_changed_since_misses_nothing(cast: Cast) -> None:
    cast.customer.write("hello")
    cursor = queries.desk_cursor()
    cast.other_customer.write("hi")
    changed = queries.changed_since(cast.brand.pk, cursor)
    assert cast.other_customer.conversation.ref in changed.refs
    assert changed.cursor >= cursor
    assert queries.changed_since(cast.other_brand.pk, 0).refs == ()


def test_fresh_page_equals_old_page_and_events(cast: Cast) -> None:
    """The live invariant: what a screen had plus what came since is what a new screen shows."""
    cast.customer.write("help")
    acts: list[Callable[[], object]] = [
        cast.customer.ask_for_person,
        lambda: staff.claim_conversation(conversation=here(), membership=cast.agent),
        lambda: reply(cast.agent, cast.customer, "hi"),
        lambda: staff.add_note(
            conversation=here(),
            membership=cast.agent,
            client_id=uuid4(),
            text=guard.check("n").safe,
        ),
        lambda: staff.hand_over_conversation(
            conversation=here(), membership=cast.agent, to=cast.colleague
        ),
        lambda: staff.release_conversation(conversation=here(), membership=cast.colleague),
        lambda: staff.claim_conversation(conversation=here(), membership=cast.agent),
        lambda: staff.resolve_conversation(conversation=here(), membership=cast.agent),
        lambda: customers.rate_conversation(
            conversation=here(), score=3, comment=guard.check("ok").safe
        ),
        lambda: cast.customer.write("again"),
        lambda: cast.customer.write("private key: " + "5c504ed432cb51138bcf09aa5e8a410d" * 2),
        lambda: customers.finish_conversation(conversation=here()),
        lambda: staff.reopen_conversation(conversation=here(), membership=cast.agent),
    ]

    def here() -> object:
        return cast.customer.now()

    for audience in Audience:
        assert queries.thread(here(), audience)
    for act in acts:
        before = {a: queries.thread(here(), a) for a in Audience}
        act()
        for audience in Audience:
            cursor = before[audience][-1]["seq"]
            since = queries.events_after([(here().ref, cursor, audience)], limit=100)[0]
            told = before[audience] + [msgspec.json.decode(data) for _, data in since]
            assert told == queries.thread(here(), audience)
