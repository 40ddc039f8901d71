"""Two hands at once, on the real database: one outcome, nothing lost, no deadlock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from tests.cast import Cast, Customer, reply
from walletdesk.conversations import queries
from walletdesk.conversations.actions import customer as customers
from walletdesk.conversations.actions import snooze, staff
from walletdesk.conversations.actions.refusals import (
    CannotMerge,
    NothingToUndo,
    NotYours,
    WrongState,
)
from walletdesk.conversations.actions.undo import undo, undoable, undoable_merge
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience, Recorded, Refused, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all at the same moment, each in a thread with a connection of its own."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            ready.wait(90)
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def is_whole(conversation: Conversation) -> None:
    """Numbers without gap, and the row's summary fits them."""
    fresh = Conversation.objects.get(pk=conversation.pk)
    events = queries.thread(fresh, Audience.STAFF)
    assert [event["seq"] for event in events] == list(range(1, fresh.last_seq + 1))


def test_one_snoozes_while_another_resolves(cast: Cast) -> None:
    for _ in range(ROUNDS):
        cast.customer.write("hello")
        if cast.customer.now().status != Status.OPEN:
            reply(cast.agent, cast.customer, "hi")
        here = cast.customer.now()
        outcomes = at_once(
            lambda: snooze.snooze_conversation(
                conversation=here,  # noqa: B023 - done within the round
                membership=cast.agent,
                until=clock.now() + timedelta(hours=1),
            ),
            lambda: staff.resolve_conversation(
                conversation=here,  # noqa: B023 - as above
                membership=cast.supervisor,
            ),
        )
        assert not isinstance(outcomes[1], DomainError)
        assert isinstance(outcomes[0], Conversation | WrongState)
        assert cast.customer.now().status == Status.RESOLVED
        is_whole(here)


def test_two_merge_in_opposite_directions_while_the_customer_writes(cast: Cast) -> None:
    for _ in range(ROUNDS):
        pair = []
        for _each in range(2):
            opened = customers.start_conversation(contact=cast.customer.contact, language="en")
            one = Customer(cast.customer.contact, cast.customer.token, opened)
            one.write("hello")
            reply(cast.agent, one, "hi")
            pair.append(one)
        one, other = pair

        def merge(merged: Customer, into: Customer) -> Conversation:
            return undoable_merge(
                token=uuid4(),
                membership=cast.agent,
                conversation=merged.conversation,
                into=into.conversation,
            )

        first, second, written = at_once(
            lambda: merge(one, other),  # noqa: B023 - done within the round
            lambda: merge(other, one),  # noqa: B023 - as above
            lambda: one.write("and more")[0],  # noqa: B023 - as above
        )
        refused = [o for o in (first, second) if isinstance(o, DomainError)]
        assert len(refused) == 1
        assert isinstance(refused[0], CannotMerge | NotYours)
        assert one.now() == other.now()
        if isinstance(written, Refused):
            assert written.code == "busy"
            written = one.write("and more")[0]
        assert isinstance(written, Recorded)
        texts = [
            event["text"]
            for each in pair
            for event in queries.thread(
                Conversation.objects.get(pk=each.conversation.pk), Audience.STAFF
            )
        ]
        assert texts.count("and more") == 1
        for each in pair:
            is_whole(each.conversation)


def test_a_double_click_undoes_once(cast: Cast) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    token = uuid4()
    undoable(
        action="resolve",
        token=token,
        membership=cast.agent,
        conversation=cast.customer.now(),
        perform=lambda c: staff.resolve_conversation(conversation=c, membership=cast.agent),
    )
    outcomes = at_once(*[lambda: undo(membership=cast.agent, token=token)] * 3)
    assert sum(isinstance(outcome, NothingToUndo) for outcome in outcomes) == 2
    assert cast.customer.now().status == Status.OPEN
    is_whole(cast.customer.now())
