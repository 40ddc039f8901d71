"""What the live edge is handed: what one client asks for harms no other of the same batch."""

import pytest

from tests.cast import Cast, Customer
from walletdesk.kit.live.types import Feed
from walletdesk.site import ports

pytestmark = pytest.mark.django_db(transaction=True)


def feed(customer: Customer) -> Feed:
    name = f"conversation:{customer.conversation.ref}"
    subject = f"customer:{customer.contact.pk}"
    return Feed(f"{name}:customer:0", name, subject, ordered=True)


@pytest.mark.parametrize("made_up", [2**31 - 1, 2**31, 2**63 - 1])
def test_a_made_up_cursor_hurts_nobody_else(cast: Cast, made_up: int) -> None:
    cast.customer.write("hello")
    cast.other_customer.write("nothing of this is read")
    asked = [(feed(cast.other_customer), made_up), (feed(cast.customer), 0)]
    assert [[event.cursor for event in found] for found in ports.read(asked)] == [[], [1]]
