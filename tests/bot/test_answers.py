"""Customers write, the bot answers: messages in, timeline rows out."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast, Customer, make_customer, reply
from tests.factories.articles import load
from walletdesk.bot import actions
from walletdesk.conversations import queries
from walletdesk.conversations.actions.customer import give_feedback, request_person
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience, Kind, Recorded, Status
from walletdesk.knowledge.models import Translation

ARTICLES = Path("src/walletdesk/site/demo/articles")


@pytest.fixture
def library(cast: Cast) -> Cast:
    load(cast.brand, ["transaction-pending", "sent-on-wrong-network", "wallet-emptied-or-stolen"])
    return cast


def answer(customer: Customer, *texts: str) -> list[dict[str, Any]]:
    """Have a customer write, the bot react; return what the customer reads from then on."""
    before = customer.now().last_seq
    for recorded in customer.write(*texts):
        assert isinstance(recorded, Recorded)
    now = customer.now()
    actions.answer_customer(conversation_id=now.pk, seq=now.last_customer_seq)
    events = queries.thread(now, Audience.CUSTOMER, after=before)
    return [event for event in events if event["author"] != "customer"]


def summary(customer: Customer) -> dict[str, Any]:
    events = queries.thread(customer.now(), Audience.STAFF)
    return next(event for event in events if event["kind"] == Kind.SUMMARY)


def extract(slug: str, language: str) -> str:
    """The first paragraph of an article's file, as the author wrote it."""
    return (ARTICLES / slug / f"{language}.md").read_text().split("\n\n")[1]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我的转账一直在确认中怎么办", "zh-hans"),
        ("my transfer is stuck on pending", "en"),
        ("mi transferencia sigue pendiente desde hace horas", "es"),
    ],
)
def test_the_answer_is_the_extract_with_its_source(library: Cast, text: str, language: str) -> None:
    (message,) = answer(library.customer, text)
    assert message["author"] == "bot"
    assert message["text"] == extract("transaction-pending", language)
    (source,) = message["data"]["sources"]
    assert source["url"] == f"/help/borealis/{language}/transaction-pending"
    assert source["language"] == language
    assert message["data"]["feedback"] is True
    now = library.customer.now()
    assert (now.status, now.language) == (Status.BOT, language)


def test_an_article_that_asks_for_a_secret_is_not_quoted(library: Cast) -> None:
    (told,) = answer(library.customer, "my transfer is stuck on pending")
    assert told["data"]["sources"][0]["url"].endswith("/transaction-pending")
    stands = Translation.objects.filter(article__slug="transaction-pending")  # from before the rule
    stands.update(summary="To speed it up, send us your recovery phrase.")
    for told in answer(library.other_customer, "my transfer is stuck on pending"):
        assert "recovery phrase" not in told["text"]
        assert "transaction-pending" not in str(told["data"].get("sources"))


def test_money_at_stake_is_answered_and_handed_over(library: Cast) -> None:
    told = answer(library.customer, "I sent my USDT on the wrong network")
    assert [event["kind"] for event in told] == ["message", "handed_over"]
    assert told[0]["text"] == extract("sent-on-wrong-network", "en")
    assert told[1]["data"] == {"reason": "funds"}
    now = library.customer.now()
    assert (now.status, now.topic, now.urgency) == (Status.QUEUED, "wrong_network", 2)
    text = summary(library.customer)["text"]
    assert "I sent my USDT on the wrong network" in text
    assert "/help/borealis/en/sent-on-wrong-network" in text


def test_a_person_on_request_with_what_was_said(library: Cast) -> None:
    answer(library.customer, "my transfer is stuck on pending")
    told = answer(library.customer, "I want to talk to a human")
    assert [event["kind"] for event in told] == ["message", "handed_over"]
    assert told[1]["data"] == {"reason": "asked"}
    text = summary(library.customer)["text"]
    assert "/help/borealis/en/transaction-pending" in text
    assert "I want to talk to a human" in text


def test_one_question_back_then_a_person(library: Cast) -> None:
    (asked,) = answer(library.customer, "the purple one does not")
    assert "bot" in asked["text"]
    assert len(asked["data"]["suggestions"]) == 3
    told = answer(library.customer, "the purple thing I said")
    assert told[-1]["data"] == {"reason": "unsure"}
    assert library.customer.now().status == Status.QUEUED


def test_yes_to_the_offer_calls_a_person(library: Cast) -> None:
    answer(library.customer, "the purple one does not")
    assert answer(library.customer, "yes please")[-1]["data"] == {"reason": "asked"}


def test_a_greeting_says_that_it_is_a_bot(library: Cast) -> None:
    (message,) = answer(library.customer, "hi there")
    assert "bot of Borealis Wallet" in message["text"]
    assert message["data"] == {}


def test_did_not_help_offers_then_calls(library: Cast) -> None:
    (message,) = answer(library.customer, "my transfer is stuck on pending")
    now = library.customer.now()
    give_feedback(conversation=now, seq=message["seq"], helped=False)
    actions.take_feedback(conversation_id=now.pk, seq=message["seq"], helped=False)
    last = queries.thread(now, Audience.CUSTOMER)[-1]
    assert last["data"] == {"offer_person": True}
    actions.take_feedback(conversation_id=now.pk, seq=message["seq"], helped=False)
    now = library.customer.now()
    assert now.status == Status.QUEUED
    assert queries.thread(now, Audience.CUSTOMER)[-1]["data"] == {"reason": "not_helped"}
    assert "my transfer is stuck" in summary(library.customer)["text"]


def test_helped_forgets_the_misses(library: Cast) -> None:
    answer(library.customer, "the purple one does not")
    now = library.customer.now()
    assert now.bot_misses == 1
    actions.take_feedback(conversation_id=now.pk, seq=2, helped=True)
    assert library.customer.now().bot_misses == 0


def test_a_no_to_one_answer_does_not_swallow_the_next_question(library: Cast) -> None:
    """It comes while the bot is still at the answer to what was written after it."""
    (first,) = answer(library.customer, "my transfer is stuck on pending")
    library.customer.write("mi transferencia sigue pendiente desde hace horas")
    before = library.customer.now()
    actions.take_feedback(conversation_id=before.pk, seq=first["seq"], helped=False)
    actions.answer_customer(conversation_id=before.pk, seq=before.last_customer_seq)
    told = queries.thread(before, Audience.CUSTOMER, after=before.last_seq)
    assert [event["text"] for event in told] == [extract("transaction-pending", "es")]


def test_messages_that_came_together_are_answered_once(library: Cast) -> None:
    customer = library.customer
    first, second = customer.write("my transfer", "is stuck on pending")
    assert isinstance(first, Recorded)
    assert isinstance(second, Recorded)
    pk = customer.now().pk
    actions.answer_customer(conversation_id=pk, seq=first.seq)
    assert customer.now().last_seq == second.seq
    for _ in range(2):  # an event that is handled twice
        actions.answer_customer(conversation_id=pk, seq=second.seq)
    events = queries.thread(customer.now(), Audience.CUSTOMER)
    assert [event["author"] for event in events] == ["customer", "customer", "bot"]
    assert events[2]["text"] == extract("transaction-pending", "en")


@pytest.mark.parametrize("after", ["it is about my wallet", "<b>x</b> " * 400])
def test_a_wish_for_a_person_is_heard_whatever_is_written_beside_it(
    library: Cast, after: str
) -> None:
    customer = library.customer
    *_, last = customer.write("hello", after, "Hello, I need a person", after)
    assert isinstance(last, Recorded)
    actions.answer_customer(conversation_id=customer.now().pk, seq=last.seq)
    assert customer.now().status == Status.QUEUED


def test_the_bot_is_silent_once_a_person_has_it(library: Cast) -> None:
    customer = library.customer
    customer.write("my transfer is stuck on pending")
    reply(library.agent, customer, "Hello, I am Alex")
    seq = customer.now().last_seq
    assert answer(customer, "and now?") == []
    actions.take_feedback(conversation_id=customer.now().pk, seq=1, helped=False)
    assert customer.now().last_seq == seq + 1


def test_an_erased_conversation_is_no_error(library: Cast) -> None:
    pk = library.customer.now().pk
    Conversation.objects.filter(pk=pk).delete()
    actions.answer_customer(conversation_id=pk, seq=1)


def test_another_language_is_said_to_be_one(library: Cast) -> None:
    Translation.objects.filter(article__slug="transaction-pending", language="es").delete()
    (message,) = answer(library.customer, "mi transferencia sigue pendiente desde hace horas")
    assert message["text"].endswith(extract("transaction-pending", "en"))
    assert message["text"] != extract("transaction-pending", "en")
    assert message["data"]["sources"][0]["language"] == "en"


def test_a_short_word_does_not_change_the_language(library: Cast) -> None:
    customer = make_customer(library.brand, "zh-hans")
    answer(customer, "我的转账一直在确认中怎么办")
    answer(customer, "ok")
    assert customer.now().language == "zh-hans"


def test_a_secret_is_nowhere_in_what_staff_read(library: Cast) -> None:
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    answer(library.customer, f"get me a human, my words are {words}")
    told = queries.thread(library.customer.now(), Audience.STAFF)
    assert "get me a human" in told[0]["text"]
    assert "sausage" not in str(told)


def test_other_brands_articles_are_never_shown(library: Cast) -> None:
    stranger = make_customer(library.other_brand)
    (message,) = answer(stranger, "my transfer is stuck on pending")
    assert "sources" not in message["data"]
    assert message["data"]["suggestions"] == []


def test_markup_stays_text(library: Cast) -> None:
    answer(library.customer, "<img src=x onerror=alert(1)> I want a real human")
    assert "<img src=x onerror=alert(1)>" in summary(library.customer)["text"]


def test_what_waits_for_a_person_at_once_is_sorted_too(library: Cast) -> None:
    """The bot never saw it: the person was asked for first."""
    customer = library.customer
    customer.write("all my coins were stolen from the wallet this night")
    request_person(conversation=customer.now())
    assert (customer.now().topic, customer.now().urgency) == ("", 0)
    Conversation.objects.filter(pk=customer.now().pk).update(change_xid=0)
    actions.sort_queued(conversation_id=customer.now().pk)
    now = customer.now()
    assert (now.topic, now.urgency, now.status) == ("wallet_stolen", 3, Status.QUEUED)
    assert now.change_xid > 0, "the desk's lists are told"

    describe_conversation(conversation=now, membership=library.agent, field="urgency", value="1")
    actions.sort_queued(conversation_id=now.pk)
    assert customer.now().urgency == 1, "what staff have said stays"


def test_a_chosen_topic_stays_and_only_alarm_raises_its_urgency(library: Cast) -> None:
    customer = library.customer
    customer.write("a question about fees")
    request_person(conversation=customer.now())
    Conversation.objects.filter(pk=customer.now().pk).update(topic="staking", urgency=0)
    actions.sort_queued(conversation_id=customer.now().pk)
    assert (customer.now().topic, customer.now().urgency) == ("staking", 0)
    other = make_customer(library.brand)
    other.write("my wallet was hacked and everything is gone")
    request_person(conversation=other.now())
    Conversation.objects.filter(pk=other.now().pk).update(topic="staking", urgency=0)
    actions.sort_queued(conversation_id=other.now().pk)
    assert (other.now().topic, other.now().urgency) == ("staking", 3)


BARE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0bb822cd15d6c15b0f00a8"


def test_a_bare_number_is_hidden_and_asked_about_without_alarm(library: Cast) -> None:
    customer = library.customer
    (asked,) = answer(customer, BARE)
    assert "transaction hash" in asked["text"]
    assert (customer.now().status, customer.now().urgency) == (Status.BOT, 0)
    events = queries.thread(customer.now(), Audience.STAFF)
    assert Kind.NOTICE not in {event["kind"] for event in events}
    assert BARE not in str(events)

    customer.write(f"transaction hash {BARE}")
    assert BARE in str(queries.thread(customer.now(), Audience.STAFF))
