"""An escalation to an address outside, as its mail server gets it."""

from tests.cast import Cast
from tests.escalation.test_going_up import raise_by_hand
from tests.mailout.conftest import drain, send
from tests.mailout.far_side import FarSide
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import State
from walletdesk.escalation.actions.levels import LevelDraft, create_level, ensure_levels
from walletdesk.escalation.models import Told
from walletdesk.escalation.queries import levels_of
from walletdesk.integrations.email.models import MailAccount

VENDOR = "duty@vendor.example"
WORDS = "My card 4111 1111 1111 1111 was charged twice, says nobody but me"


def test_who_is_outside_gets_a_number_and_the_note_and_nothing_of_the_customer(
    cast: Cast, account: MailAccount, far_side: FarSide
) -> None:
    ensure_levels(cast.brand)
    create_level(actor=cast.owner, draft=LevelDraft(name="Card network", address=VENDOR))
    level = next(one for one in levels_of(cast.brand) if one.address)
    cast.customer.write(WORDS)
    raise_by_hand(cast.agent, cast.customer, level, "Is the network down? See claim 77")
    drain()
    assert send(Delivery.objects.get()).state == State.SENT
    [(_envelope, to, raw)] = far_side.taken
    [got] = far_side.mails
    text = got.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    assert to == [VENDOR]
    assert cast.customer.conversation.ref[:6].upper() in text
    assert "Is the network down? See claim 77" in text
    assert cast.customer.contact.label.encode() not in raw
    assert b"charged" not in raw
    assert Told.objects.filter(who="outside").exists()
