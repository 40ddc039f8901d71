"""One row that fails unexpectedly keeps none of those behind it waiting, and is tried again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from tests.cast import Cast, Customer, make_customer, reply
from walletdesk.conversations.actions import housekeeping, scheduled, snooze
from walletdesk.conversations.actions.staff import resolve_conversation
from walletdesk.conversations.models import Conversation, ScheduledReply
from walletdesk.conversations.types import ScheduledState, Status
from walletdesk.escalation.actions import reading
from walletdesk.escalation.models import Cursor, Reading
from walletdesk.kit import clock
from walletdesk.kit.one_by_one import LONGEST_PAUSE
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.safety import guard
from walletdesk.surveys.actions import asking, grouping
from walletdesk.surveys.models import Invitation, Response, SurveySettings, Theme
from walletdesk.surveys.types import AskState, Way

pytestmark = pytest.mark.django_db


@contextmanager
def failing(statement: str, key: object) -> Iterator[None]:
    """Have a statement about one key fail as no database does."""

    def execute(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        if statement in sql and params and key in params:
            raise RuntimeError
        return execute(sql, params, *rest)

    with connection.execute_wrapper(execute):
        yield


def locking(conversation: Conversation) -> Any:
    return failing('OF "conversations_conversation"', conversation.pk)


def later(minutes: float = 0, **more: float) -> Any:
    return time_machine.travel(clock.now() + timedelta(minutes=minutes, **more), tick=False)


def both(cast: Cast) -> tuple[Customer, Customer]:
    """Return two customers whom the agent serves; what comes due of the first comes first."""
    for customer in (cast.customer, cast.other_customer):
        customer.write("hello")
        reply(cast.agent, customer, "hi")
    return cast.customer, cast.other_customer


def test_replies_for_later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled, "AT_ONCE", 1)
    first, second = both(cast)
    for customer in (first, second):
        scheduled.schedule_reply(
            conversation=customer.now(),
            membership=cast.agent,
            client_id=uuid4(),
            text=guard.check("later").safe,
            due_at=clock.now() + timedelta(minutes=5),
        )

    def sent(customer: Customer) -> bool:
        row = ScheduledReply.objects.get(conversation=customer.conversation)
        return row.state == ScheduledState.SENT

    with later(10):
        with locking(first.conversation):
            scheduled.send_due()
            scheduled.send_due()
        assert (sent(first), sent(second)) == (False, True)
    with later(12):
        scheduled.send_due()
    assert sent(first), "it is tried again"


def test_conversations_left_with_the_bot(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "AT_ONCE", 1)
    cast.customer.write("hello")
    cast.other_customer.write("hello")
    with later(days=2), locking(cast.customer.conversation):
        housekeeping.close_idle()
        housekeeping.close_idle()
    assert cast.customer.now().status == Status.BOT
    assert cast.other_customer.now().status == Status.RESOLVED


def test_snoozed_conversations(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snooze, "AT_ONCE", 1)
    first, second = both(cast)
    for customer in (first, second):
        until = clock.now() + timedelta(minutes=5)
        snooze.snooze_conversation(conversation=customer.now(), membership=cast.agent, until=until)
    with later(10), locking(first.conversation):
        snooze.wake_overdue()
        snooze.wake_overdue()
    assert (first.now().status, second.now().status) == (Status.SNOOZED, Status.OPEN)


def test_invitations(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    SurveySettings.objects.create(brand=cast.brand, by_email=True, delay_hours=6)
    first, second = both(cast)
    for customer in (first, second):
        resolve_conversation(conversation=customer.now(), membership=cast.agent)
        asking.plan_asking(conversation_id=customer.conversation.pk)
    with later(hours=7), locking(first.conversation):
        asking.ask_due()
        asking.ask_due()
    states = [Invitation.objects.get(conversation=c.conversation).state for c in (first, second)]
    assert states == [AskState.PLANNED, AskState.DROPPED], "nobody knows an address of theirs"


def test_reading_along(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CONVERSATIONS", 1)
    monkeypatch.setattr(reading, "STEP", 0)
    first, second = cast.customer, cast.other_customer
    for customer in (first, second):
        customer.write("let me talk to your supervisor")
        customer.ask_for_person()
    while handle_next():
        pass

    def read(customer: Customer) -> bool:
        return Reading.objects.filter(conversation=customer.conversation, seq__gt=0).exists()

    with failing('INTO "escalation_escalation"', first.conversation.pk):
        for _ in range(3):
            reading.read_along()
        assert (read(first), read(second)) == (False, True)
        assert not Cursor.objects.exists(), "it comes again"
        for attempt in range(2, reading.TRIES + 3):
            with later(attempt * LONGEST_PAUSE.total_seconds() / 60):
                while reading.read_along():
                    pass
    assert (read(first), Cursor.objects.exists()) == (True, True), "it was given up"


def test_themes(cast: Cast) -> None:
    for language in ("en", "es"):
        for at in range(10):
            customer = make_customer(cast.brand, language)
            Response.objects.create(
                brand=cast.brand,
                contact=customer.contact,
                conversation=customer.conversation,
                seq=1,
                way=Way.CHAT,
                score=3,
                comment=("so slow, two days", "a friendly agent")[at % 2],
                language=language,
            )
    with failing('FROM "surveys_theme"', "en"):
        grouping.group_comments()
    assert set(Theme.objects.values_list("language", flat=True)) == {"es"}
