"""A hash in the chat: the bot looks, explains in the customer's language, calls a person."""

from typing import Any

import pytest
import time_machine

from tests.cast import Cast
from tests.diagnoses.conftest import HASH, OTHER, SENDER, Chain, answers, use, work
from walletdesk.bot.diagnosing import explain_diagnosis
from walletdesk.chain.networks import load_book
from walletdesk.conversations import queries
from walletdesk.conversations.actions.customer import request_person
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.conversations.diagnoses.actions.asking import LOST_AFTER, ask_by_staff, take_up_lost
from walletdesk.conversations.diagnoses.actions.forgetting import forget_overwritten
from walletdesk.conversations.diagnoses.models import Diagnosis, FirstSight
from walletdesk.conversations.types import Audience, Kind, Status
from walletdesk.kit import clock
from walletdesk.safety import guard

SWEEPER = "0xef0100" + "ab" * 20


def told(cast: Cast) -> list[dict[str, Any]]:
    events = queries.thread(cast.customer.now(), Audience.CUSTOMER)
    return [event for event in events if event["author"] == "bot"]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        (f"my transfer is stuck, please help: {HASH}", "en", "waits for a block"),
        (f"Mi transferencia sigue pendiente desde ayer, ayuda: {HASH}", "es", "bloque"),
        (f"我的转账一直没有到账，请帮我看看 {HASH}", "zh-hans", "区块"),
    ],
)
def test_the_bot_explains_in_the_customers_language(
    cast: Cast, chain: Chain, text: str, language: str, words: str
) -> None:
    chain.send()
    answers(cast, cast.customer, text)
    assert told(cast) == []
    work()
    [message] = told(cast)
    assert cast.customer.now().language == language
    assert words in message["text"] or language != "en"
    assert message["data"]["verdict"] == "pending"
    assert message["data"]["feedback"] is True
    assert cast.customer.now().status == Status.BOT
    sight = FirstSight.objects.get()
    assert (sight.network, sight.transaction, sight.nonce) == ("ethereum", HASH, 7)


def test_what_vanished_is_told_from_what_was_remembered(cast: Cast, chain: Chain) -> None:
    """The first look remembers number and sender; after a replacement every node forgets it."""
    chain.send()
    answers(cast, cast.customer, f"transaction {HASH}")
    work()
    chain.transactions.clear()
    chain.count = 8
    answers(cast, cast.other_customer, f"transaction {HASH}")
    work()
    assert [row.verdict for row in Diagnosis.objects.order_by("pk")] == ["pending", "replaced"]


def test_a_thief_on_the_chain_calls_a_person_at_once(cast: Cast, chain: Chain) -> None:
    chain.code[SENDER] = SWEEPER
    answers(cast, cast.customer, f"my wallet sends everything away by itself {SENDER}")
    work()
    here = cast.customer.now()
    assert (here.status, here.urgency) == (Status.QUEUED, 3)
    events = queries.thread(here, Audience.STAFF)
    [summary, *_] = [event for event in events if event["kind"] == Kind.SUMMARY]
    said = " ".join(event["text"] for event in told(cast))
    assert "recovery phrase" in said
    assert Diagnosis.objects.get().verdict == "eip7702_sweeper"
    assert "The chain says" in summary["text"] or here.topic == "wallet_stolen"


def test_facts_only_raise_the_urgency_and_staff_have_the_last_word(
    cast: Cast, chain: Chain
) -> None:
    chain.code[SENDER] = SWEEPER
    cast.customer.write(f"what about {SENDER}")
    request_person(conversation=cast.customer.now())
    describe_conversation(
        conversation=cast.customer.now(), membership=cast.agent, field="urgency", value="1"
    )
    diagnose(cast)
    assert cast.customer.now().urgency == 1
    cast.other_customer.write(f"what about {SENDER}")
    request_person(conversation=cast.other_customer.now())
    look(cast, cast.other_customer)
    assert cast.other_customer.now().urgency == 3


def diagnose(cast: Cast) -> None:
    look(cast, cast.customer)


def look(cast: Cast, customer: Any) -> None:
    here = customer.now()
    seq = here.last_customer_seq
    ask_by_staff(conversation=here, membership=cast.agent, seqs=[seq], again=False)
    work()


def test_what_may_be_a_key_reaches_no_node(cast: Cast, chain: Chain) -> None:
    answers(cast, cast.customer, f"my transfer is stuck {HASH[2:]}")
    work()
    key = "5c504ed432cb51138bcf09aa5e8a410d" * 2
    answers(cast, cast.customer, f"private key {key}")
    work()
    assert chain.calls == []
    assert not Diagnosis.objects.exists()


def test_what_turns_out_to_be_a_key_is_forgotten(cast: Cast, chain: Chain) -> None:
    chain.send()
    answers(cast, cast.customer, f"my transaction hash {HASH[2:]}")
    work()
    assert Diagnosis.objects.get().report[0]["ref"]["text"] == HASH
    conversation = cast.customer.now()
    forget_overwritten(conversation_id=conversation.pk, kinds=["private_key"], seqs=[1])
    assert Diagnosis.objects.exists()
    queries.events_of(conversation).filter(kind=Kind.MESSAGE).update(
        text=guard.check(f"private key {HASH[2:]}").safe.text
    )
    forget_overwritten(conversation_id=conversation.pk, kinds=["private_key"], seqs=[1])
    assert not Diagnosis.objects.exists()


def test_without_any_node_it_says_so(cast: Cast) -> None:
    use(load_book(environ={}).limited([("ethereum", "http://127.0.0.1:1")]))
    answers(cast, cast.customer, f"my transfer is stuck {HASH}")
    work()
    [message] = told(cast)
    assert message["data"] == {"diagnosis": 1, "verdict": "unreachable", "offer_person": True}
    assert "says nothing about your money" in message["text"]
    use(load_book(environ={}))


def test_a_look_that_never_comes_is_given_up(cast: Cast, chain: Chain) -> None:
    answers(cast, cast.customer, f"my transfer is stuck {HASH}")
    for turn in range(1, 6):
        with time_machine.travel(clock.now() + LOST_AFTER * 2 * turn):
            take_up_lost()
    assert Diagnosis.objects.get().state == "failed"
    work()
    [message] = told(cast)
    assert message["data"]["offer_person"] is True


def test_an_address_alone_is_no_question(cast: Cast, chain: Chain) -> None:
    answers(cast, cast.customer, f"Is there a dark mode for the app? {OTHER}")
    assert not Diagnosis.objects.exists()
    assert chain.calls == []


def test_the_handler_comes_twice_or_too_late(cast: Cast, chain: Chain) -> None:
    chain.send()
    answers(cast, cast.customer, f"stuck {HASH}")
    here = cast.customer.now()
    request_person(conversation=here)
    staff_took(cast)
    work()
    explain_diagnosis(conversation_id=here.pk, seq=99)
    explain_diagnosis(conversation_id=0, seq=1)
    assert told(cast) == []  # the agent decides what is said


def staff_took(cast: Cast) -> None:
    claim_conversation(conversation=cast.customer.now(), membership=cast.agent)
