"""What follows a caught secret: an event, a mark by which it is known again, nothing left of it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from mnemonic import Mnemonic

from tests.cast import Cast, make_customer, reply
from tests.safety import disguises
from walletdesk.conversations import events, queries
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.drafts import save_draft
from walletdesk.conversations.actions.split import split_conversation
from walletdesk.conversations.caught.models import CaughtSecret
from walletdesk.conversations.models import Conversation, Draft, Event
from walletdesk.conversations.search.actions.indexing import index_all
from walletdesk.conversations.search.models import Entry
from walletdesk.conversations.types import Audience, Kind, Urgency
from walletdesk.kit.outbox.models import OutboxEvent
from walletdesk.safety import guard

WORDS = Mnemonic("english").to_mnemonic(bytes(range(7, 23))).split()
PHRASE = " ".join(WORDS)
Heard = Callable[[], list[tuple[str, dict[str, object]]]]


def lines(conversation: Conversation, kind: Kind) -> list[Event]:
    return list(queries.events_of(conversation).filter(kind=kind).order_by("seq"))


def test_a_caught_secret_is_told_with_its_mark_only(cast: Cast, heard: Heard) -> None:
    cast.customer.write(f"help, it is {PHRASE}")
    told = dict(heard())
    fact = told[events.SECRET_CAUGHT]
    conversation = cast.customer.now()
    row = CaughtSecret.objects.get()
    assert fact == {
        "conversation_id": conversation.pk,
        "seq": 1,
        "kinds": ["seed_phrase"],
        "fingerprint": bytes(row.mark).hex(),
    }
    assert told[events.SECRET_REMOVED]["seqs"] == [1]
    assert conversation.urgency == Urgency.CRITICAL
    assert len(bytes(row.mark)) == 32
    assert not lines(conversation, Kind.RECOGNISED)


def test_the_same_secret_is_known_again_however_it_is_written(cast: Cast) -> None:
    cast.customer.write(PHRASE)
    grid = "\n".join(f"{n}. {word.upper()}" for n, word in enumerate(WORDS, 1))
    cast.other_customer.write(grid)
    [line] = lines(cast.other_customer.now(), Kind.RECOGNISED)
    assert line.staff_data == {"refs": cast.customer.conversation.ref}
    assert CaughtSecret.objects.values("mark").distinct().count() == 1
    shown = queries.thread(cast.other_customer.now(), Audience.CUSTOMER)
    assert Kind.RECOGNISED not in {event["kind"] for event in shown}


def test_another_secret_and_another_brand_are_not_recognised(cast: Cast) -> None:
    cast.customer.write(PHRASE)
    stranger = make_customer(cast.other_brand)
    stranger.write(PHRASE)
    other = disguises.phrase(disguises.dice(4))
    cast.other_customer.write(" ".join(other))
    for customer in (stranger, cast.other_customer):
        conversation = Conversation.objects.get(ref=customer.conversation.ref)
        assert not lines(conversation, Kind.RECOGNISED)


def test_secrets_in_a_batch_take_no_more_statements(
    cast: Cast, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    """One look for marks and one insert, however many conversations alarm at once."""
    from walletdesk.conversations.actions.intake import record_messages  # noqa: PLC0415

    customers = [make_customer(cast.brand) for _ in range(6)]
    batch = [
        customer.inbound(" ".join(disguises.phrase(disguises.dice(seed))))
        for seed, customer in enumerate(customers)
    ]
    with django_assert_max_num_queries(18):
        record_messages(batch)
    assert CaughtSecret.objects.count() == 6


def test_a_phrase_over_messages_is_gone_everywhere(cast: Cast) -> None:
    """Also where an agent quoted it, in the copies of a split, and in a draft."""
    customer = cast.customer
    customer.write("I cannot see my coins")
    reply(cast.agent, customer, "What do you see?")
    half = " ".join(WORDS[:3])
    customer.write(half)
    note = staff.add_note(
        conversation=customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check(f"he writes: {half}, odd").safe,
    )
    reply(cast.agent, customer, f"You wrote “{half}”. What is it?")
    save_draft(
        conversation=customer.now(),
        membership=cast.agent,
        kind="reply",
        checked=guard.check(f"And {half} means?"),
    )
    part = split_conversation(conversation=customer.now(), membership=cast.agent, seq=3)
    index_all()
    customer.write(" ".join(WORDS[3:6]), " ".join(WORDS[6:9]), " ".join(WORDS[9:]))
    index_all()

    texts = list(Event.objects.values_list("text", flat=True))
    assert not [text for text in texts if half in text]
    assert not Draft.objects.exists()
    assert all(half not in c.preview for c in Conversation.objects.all())
    entries = " ".join(str(entry.tokens) for entry in Entry.objects.all())
    assert WORDS[1] not in entries
    told = lines(customer.now(), Kind.REDACTED)
    public = {seq for event in told for seq in event.data["texts"]}
    private = {seq for event in told for seq in event.staff_data.get("texts", {})}
    assert str(note.seq) in private
    assert str(note.seq) not in public
    facts = OutboxEvent.objects.filter(payload__conversation_id=customer.now().pk)
    assert half not in str(list(facts.values_list("payload", flat=True)))
    assert part.pk != customer.conversation.pk


def test_fresh_page_equals_old_page_and_events(cast: Cast) -> None:
    """Live invariant: what a page knew, changed by the events that followed, is the page of now."""
    customer = cast.customer
    customer.write(*WORDS[:4])
    reply(cast.agent, customer, f"Why {' '.join(WORDS[:3])}?")
    page = {event["seq"]: event for event in queries.thread(customer.now(), Audience.STAFF)}
    customer.write(*WORDS[4:])
    for event in queries.thread(customer.now(), Audience.STAFF, after=max(page)):
        page[event["seq"]] = event
        texts = event["data"].get("texts", {}) | event["staff_data"].get("texts", {})
        for seq, text in texts.items() if event["kind"] == Kind.REDACTED else ():
            page[int(seq)]["text"] = text
    fresh = queries.thread(customer.now(), Audience.STAFF)
    assert [page[event["seq"]] for event in fresh] == fresh
    assert "⟦secret:" in page[1]["text"]


@pytest.mark.parametrize("word", ["about", "ability"])
def test_an_ordinary_word_of_an_agent_stays(cast: Cast, word: str) -> None:
    cast.customer.write(WORDS[0])
    reply(cast.agent, cast.customer, f"We look into it, tell me more {word} {WORDS[0]}")
    cast.customer.write(*WORDS[1:])
    said = lines(cast.customer.now(), Kind.MESSAGE)
    assert [event.text for event in said if event.author == "agent"] == [
        f"We look into it, tell me more {word} {WORDS[0]}"
    ]
