"""Watching a transaction: both sides are told, it ends by itself, it is capped, nothing is lost."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine

from tests.cast import Cast
from tests.diagnoses.conftest import HASH, Chain, answers, look_again, use, work
from walletdesk.chain.networks import load_book
from walletdesk.conversations import queries
from walletdesk.conversations.diagnoses.actions.refusals import NothingToWatch, TooManyWatches
from walletdesk.conversations.diagnoses.actions.watching import (
    claim_watch,
    stop_watch,
    take_up_due,
    watch_by_customer,
    watch_by_staff,
)
from walletdesk.conversations.diagnoses.models import Diagnosis, Watch
from walletdesk.conversations.diagnoses.rules import WATCH_LIFE, WATCHES_PER_CONVERSATION
from walletdesk.conversations.diagnoses.types import Outcome
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience, Kind
from walletdesk.kit import clock
from walletdesk.kit.errors import NotAllowed, NotFound


def lines(cast: Cast, audience: Audience = Audience.CUSTOMER) -> list[dict[str, Any]]:
    events = queries.thread(cast.customer.now(), audience)
    return [event for event in events if event["kind"] == Kind.CHAIN]


def reasons(cast: Cast) -> list[str]:
    return [line["data"]["reason"] for line in lines(cast)]


@pytest.fixture
def pending(cast: Cast, chain: Chain) -> Chain:
    """A customer whose transaction waits, and who has been told so."""
    chain.send()
    answers(cast, cast.customer, f"my transfer is stuck {HASH}")
    work()
    return chain


def begin(cast: Cast, reference: str = HASH) -> Watch:
    return watch_by_customer(conversation=cast.customer.now(), seq=1, reference=reference)


def test_both_sides_are_told_when_it_is_mined(cast: Cast, pending: Chain) -> None:
    watch = begin(cast)
    look_again(watch)
    assert reasons(cast) == ["watching"]
    pending.mine()
    look_again(watch)
    assert reasons(cast) == ["watching", "changed"]
    assert "is complete" in lines(cast)[-1]["text"]
    assert lines(cast, Audience.STAFF)[-1]["data"]["verdict"] == "confirmed"
    watch.refresh_from_db()
    assert watch.outcome == Outcome.SETTLED
    assert Diagnosis.objects.get().verdict == "confirmed"
    look_again(watch)
    assert reasons(cast) == ["watching", "changed"]


def test_who_reads_mails_gets_a_message(cast: Cast, pending: Chain) -> None:
    watch = begin(cast)
    Conversation.objects.filter(pk=watch.conversation_id).update(channel="email")
    pending.mine()
    look_again(watch)
    newest = queries.thread(cast.customer.now(), Audience.CUSTOMER)[-1]
    assert (newest["kind"], newest["author"]) == ("message", "bot")
    assert "is complete" in newest["text"]


def test_a_silent_network_is_no_news(cast: Cast, pending: Chain) -> None:
    watch = begin(cast)
    use(load_book(environ={}).limited([("ethereum", "http://127.0.0.1:1")]))
    look_again(watch)
    watch.refresh_from_db()
    assert reasons(cast) == ["watching"]
    assert (watch.ended_at, watch.verdict) == (None, "pending")
    assert watch.next_at > clock.now()


def test_pauses_grow_and_one_look_at_a_time(cast: Cast, pending: Chain) -> None:
    watch = begin(cast)
    assert claim_watch(watch_id=watch.pk) is None  # not due yet
    pauses = []
    for _ in range(4):
        look_again(watch)
        watch.refresh_from_db()
        pauses.append(watch.next_at - clock.now())
    assert pauses == sorted(pauses)
    assert pauses[-1] < timedelta(minutes=10)
    Watch.objects.update(next_at=clock.now() - timedelta(minutes=1))
    assert claim_watch(watch_id=watch.pk) is not None
    assert claim_watch(watch_id=watch.pk) is None


def test_it_ends_by_itself(cast: Cast, pending: Chain) -> None:
    watch = begin(cast)
    with time_machine.travel(clock.now() + WATCH_LIFE + timedelta(hours=1)):
        look_again(watch)
    watch.refresh_from_db()
    assert watch.outcome == Outcome.EXPIRED
    assert reasons(cast) == ["watching", "expired"]


def test_a_lost_job_is_taken_up(cast: Cast, pending: Chain) -> None:
    begin(cast)
    assert take_up_due() == 0
    Watch.objects.update(next_at=clock.now() - timedelta(minutes=2))
    assert take_up_due() == 1


def test_twice_is_once_and_stopping_is_told(cast: Cast, pending: Chain) -> None:
    watch = begin(cast)
    again = watch_by_staff(
        conversation=cast.customer.now(), membership=cast.agent, seq=1, reference=HASH
    )
    assert again == watch
    for _ in range(2):
        stop_watch(conversation=cast.customer.now(), reference=HASH, membership=cast.agent)
    assert reasons(cast) == ["watching", "stopped"]
    assert lines(cast)[-1]["name"] == "Alex"


def test_who_may_not(cast: Cast, pending: Chain) -> None:
    here = cast.customer.now()
    with pytest.raises(NotAllowed):
        watch_by_staff(conversation=here, membership=cast.viewer, seq=1, reference=HASH)
    with pytest.raises(NotFound):
        watch_by_staff(conversation=here, membership=cast.stranger, seq=1, reference=HASH)
    with pytest.raises(NotFound):
        watch_by_customer(conversation=cast.other_customer.now(), seq=1, reference=HASH)
    for reference in ("0x" + "11" * 32, "\0", "x" * 120):
        with pytest.raises(NothingToWatch):
            begin(cast, reference)
    pending.mine()
    Diagnosis.objects.update(state="asked")
    work()
    with pytest.raises(NothingToWatch):
        begin(cast)


def test_it_is_capped(cast: Cast, chain: Chain) -> None:
    names = [f"0x{number:064x}" for number in range(1, WATCHES_PER_CONVERSATION + 2)]
    for name in names:
        chain.send(name)
        answers(cast, cast.customer, f"and transaction {name}")
        work()
    seqs = list(Diagnosis.objects.order_by("seq").values_list("seq", flat=True))
    here = cast.customer.now
    for seq, name in list(zip(seqs, names, strict=True))[:-1]:
        watch_by_customer(conversation=here(), seq=seq, reference=name)
    with pytest.raises(TooManyWatches):
        watch_by_customer(conversation=here(), seq=seqs[-1], reference=names[-1])


def test_old_page_and_events_are_the_new_page(cast: Cast, pending: Chain) -> None:
    def again() -> None:
        pending.mine()
        look_again(Watch.objects.get(ended_at=None))

    acts = [
        lambda: begin(cast),
        lambda: stop_watch(conversation=cast.customer.now(), reference=HASH, membership=None),
        lambda: watch_by_staff(
            conversation=cast.customer.now(), membership=cast.agent, seq=1, reference=HASH
        ),
        again,
    ]
    for act in acts:
        here = cast.customer.now()
        before = {a: queries.thread(here, a) for a in Audience}
        act()
        for audience in Audience:
            cursor = before[audience][-1]["seq"]
            since = queries.events_after([(here.ref, cursor, audience)], limit=50)[0]
            told = before[audience] + [msgspec.json.decode(data) for _, data in since]
            assert since
            assert told == queries.thread(cast.customer.now(), audience)
