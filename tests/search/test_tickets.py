"""A ticket is found by its number, however somebody writes it, by those who may read it."""

import pytest

from tests.cast import Cast
from tests.portal.desk import opened, the_ticket
from tests.search.conftest import Search
from walletdesk.conversations.tickets.rules import spoken

pytestmark = pytest.mark.django_db


def test_a_ticket_is_found_by_its_number(cast: Cast, search: Search) -> None:
    opened(cast)
    cast.customer.write("another matter")
    ticket = the_ticket()
    said, ref = spoken(ticket.number), ticket.conversation.ref
    for typed in (said, ticket.number.lower(), f"ticket:{said}", f"工单:{ticket.number}"):
        assert [found.ref for found in search(typed).found] == [ref], typed
    assert search(f"ticket:{said} is:resolved").found == ()
    assert search("ticket:nonsense").problems[0].code == "unknown_value"
    assert search(said, by=cast.stranger).found == ()
