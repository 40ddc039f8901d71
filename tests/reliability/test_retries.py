"""A client that repeats a message until it is taken gets it in, once."""

import time_machine

from tests.cast import Cast
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Event, Receipt
from walletdesk.conversations.types import Recorded, Refused
from walletdesk.kit import clock


def test_a_message_that_was_refused_for_haste_is_taken_later(cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        record_messages([cast.customer.inbound(str(n)) for n in range(30)])
        hasty = cast.customer.inbound("the one that must not get lost")
        assert record_messages([hasty]) == [Refused("too_many", retry_after=5)]
        traveller.shift(10)
        [taken] = record_messages([hasty])
    assert isinstance(taken, Recorded)
    assert taken.text == hasty.text
    assert not taken.repeated
    assert Event.objects.filter(client_id=hasty.client_id).count() == 1
    assert Receipt.objects.count() == 31
