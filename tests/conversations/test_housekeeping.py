"""What time does to conversations while people go on writing in them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from tests.cast import Cast
from walletdesk.conversations.actions.housekeeping import NEW_KEPT, remove_old_receipts
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.types import Recorded, Refused
from walletdesk.kit import clock

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_first_message_is_never_removed_with_its_silent_conversation(cast: Cast) -> None:
    """It comes at the moment between looking for silent conversations and removing them."""
    outcomes: list[Recorded | Refused] = []

    def write() -> None:
        outcomes.extend(record_messages([cast.customer.inbound("at last")]))
        connection.close()

    def interrupted(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("DELETE") and not outcomes:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(write).result()
        return execute(sql, *rest)

    later = clock.now() + NEW_KEPT + timedelta(minutes=1)
    with time_machine.travel(later, tick=False), connection.execute_wrapper(interrupted):
        remove_old_receipts()
    assert len(outcomes) == 1
    recorded = isinstance(outcomes[0], Recorded)
    assert Event.objects.filter(text="at last").exists() == recorded
    assert Conversation.objects.filter(pk=cast.customer.conversation.pk).exists() == recorded
    assert not Conversation.objects.filter(pk=cast.other_customer.conversation.pk).exists()
