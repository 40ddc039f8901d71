"""Two hands at once, on the real database: one outcome, nothing lost, no deadlock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tests.cast import Cast, Customer, reply
from walletdesk.accounts.actions.teams import remove_team
from walletdesk.accounts.models import Team
from walletdesk.conversations import queries
from walletdesk.conversations.actions import customer as customers
from walletdesk.conversations.actions import snooze, staff
from walletdesk.conversations.actions.block import block_contact, unblock_contact
from walletdesk.conversations.actions.macros import MacroDraft, create_macro
from walletdesk.conversations.actions.refusals import (
    AlreadyTaken,
    CannotMerge,
    NothingToUndo,
    NotYours,
    WrongState,
)
from walletdesk.conversations.actions.undo import undo, undoable, undoable_merge
from walletdesk.conversations.actions.use_macro import send_macro
from walletdesk.conversations.models import Block, Conversation
from walletdesk.conversations.types import Audience, Recorded, Refused, Status
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError
from walletdesk.safety import guard

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


def test_who_comes_second_is_told_who_was_first(cast: Cast) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    here = cast.customer.now()

    def claim() -> DomainError | None:
        try:
            staff.claim_conversation(conversation=here, membership=cast.colleague)
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        with transaction.atomic():
            staff.claim_conversation(conversation=here, membership=cast.agent)
            second = pool.submit(claim)
            waiting = 0
            while not waiting and not second.done():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                [waiting] = cursor.fetchone()
        refusal = second.result()
    assert isinstance(refusal, AlreadyTaken)
    assert refusal.fields == {"name": "Alex"}


def test_a_macro_sent_twice_at_once_acts_once(cast: Cast) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    assert cast.colleague.team is not None
    draft = MacroDraft(name="Over", bodies={"en": "My team"}, team=cast.colleague.team.pk)
    macro = create_macro(actor=cast.supervisor, draft=draft)
    here, client_id = cast.customer.now(), uuid4()

    def send() -> object:
        try:
            return send_macro(
                conversation=here,
                membership=cast.agent,
                client_id=client_id,
                text=guard.check("My team looks at it").safe,
                macro=macro,
            )
        except DomainError as refusal:
            return refusal

    def send_again() -> object:
        try:
            return send()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        with transaction.atomic():
            first = send()
            second = pool.submit(send_again)
            waiting = 0
            while not waiting and not second.done():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                [waiting] = cursor.fetchone()
        assert second.result() == first
    is_whole(here)
    assert cast.customer.now().status == Status.QUEUED


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


def test_a_team_that_was_removed_is_not_restored(cast: Cast) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    team = Team.objects.create(brand=cast.brand, name="Night")
    Conversation.objects.filter(pk=cast.customer.conversation.pk).update(team=team)
    token = uuid4()
    undoable(
        action="resolve",
        token=token,
        membership=cast.agent,
        conversation=cast.customer.now(),
        perform=lambda one: staff.resolve_conversation(conversation=one, membership=cast.agent),
    )
    remove_team(actor=cast.owner, team=team)
    assert undo(membership=cast.agent, token=token).done == 1
    assert (cast.customer.now().status, cast.customer.now().team) == (Status.OPEN, None)


@pytest.mark.parametrize("lift", [False, True])
def test_a_block_locks_conversations_in_their_order(cast: Cast, lift: bool) -> None:
    """As a merge does: who holds the first one gets the second, too."""
    first = cast.customer
    first.write("hello")
    reply(cast.agent, first, "hi")
    opened = customers.start_conversation(contact=first.contact, language="en")
    second = Customer(first.contact, first.token, opened)
    second.write("hello")
    reply(cast.agent, second, "hi")
    here = second.now()

    def block() -> None:
        block_contact(
            conversation=here,
            membership=cast.agent,
            until=clock.now() + timedelta(hours=1),
            reason=guard.check("insults").safe,
        )

    def unblock() -> None:
        unblock_contact(conversation=here, membership=cast.supervisor)

    if lift:
        block()
    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        with transaction.atomic():
            queries.lock_conversation(first.conversation.pk)
            other = pool.submit(at_once, unblock if lift else block)
            waiting = 0
            while not waiting and not other.done():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                [waiting] = cursor.fetchone()
            rows = Conversation.objects.select_for_update(nowait=True)
            assert rows.get(pk=here.pk) == here
        assert other.result() == [None]
    assert Block.objects.filter(lifted_at=None).exists() is not lift
