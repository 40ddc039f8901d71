"""Words that wait: what customers and staff see of them, and what an alarm does to them."""

from tests.cast import Cast, make_customer
from walletdesk.contacts.personal.models import Datum
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Event
from walletdesk.conversations.queries import thread
from walletdesk.conversations.types import Audience, Recorded

FIRST, SECOND = "velvet market ocean piano", "tuna gadget lunar, write to a@mail.example"
OTHER = "my wallets are named banana orange lemon tower"


def texts(cast: Cast, audience: Audience) -> list[str]:
    events = thread(cast.customer.now(), audience)
    return [event["text"] for event in events if event["author"] == "customer"]


def test_the_customer_reads_their_words_and_staff_a_token(cast: Cast) -> None:
    cast.customer.write(FIRST)
    assert texts(cast, Audience.CUSTOMER) == [FIRST]
    [shown] = texts(cast, Audience.STAFF)
    assert shown.startswith("⟦words:")
    assert shown.endswith("⟧")
    datum = Datum.objects.get()
    assert f"⟦{datum.kind}:{datum.code}⟧" == shown
    assert cast.customer.now().preview == shown


def test_the_alarm_deletes_what_waited_and_nothing_else(cast: Cast) -> None:
    stranger = make_customer(cast.brand)
    stranger.write(FIRST)
    cast.customer.write(OTHER, *["when will you look into that?"] * 10)
    kept = set(Datum.objects.values_list("pk", flat=True))
    cast.customer.write(FIRST)
    [outcome] = cast.customer.write(SECOND)
    assert isinstance(outcome, Recorded)
    assert outcome.secrets == ("seed_phrase",)
    assert set(Datum.objects.exclude(kind="email").values_list("pk", flat=True)) == kept
    other, *_talk, first, second = texts(cast, Audience.CUSTOMER)
    assert (other, first) == (OTHER, "⟦secret:seed_phrase⟧")
    assert second.endswith("a@mail.example")
    told = Event.objects.get(conversation=cast.customer.now(), kind="redacted")
    assert "velvet" not in str(told.data)


def test_an_alarm_in_the_same_batch(cast: Cast) -> None:
    """Both messages are written together: neither the words nor their seal are kept."""
    both = [cast.customer.inbound(text) for text in (FIRST, SECOND)]
    *_, outcome = record_messages(both)
    assert isinstance(outcome, Recorded)
    assert outcome.secrets == ("seed_phrase",)
    assert not Datum.objects.filter(kind="words").exists()
    assert texts(cast, Audience.STAFF)[0] == "⟦secret:seed_phrase⟧"
