"""A hash in a flow: it is looked up instead of asked for, and what the chain says leads on."""

import pytest

from tests.bot.flows.test_in_conversations import summaries
from tests.cast import Cast
from tests.diagnoses.conftest import HASH, Chain, answers, work
from tests.factories.articles import load
from walletdesk.bot.flows.actions import editing
from walletdesk.bot.flows.models import FlowRun
from walletdesk.bot.flows.types import Then
from walletdesk.conversations import queries
from walletdesk.conversations.types import Audience, Status


@pytest.fixture
def shop(cast: Cast) -> Cast:
    load(cast.brand, ["transaction-pending"])
    editing.load_shipped_flows(actor=cast.owner)
    return cast


def told(cast: Cast) -> list[dict[str, object]]:
    events = queries.thread(cast.customer.now(), Audience.CUSTOMER)
    return [event for event in events if event["author"] == "bot"]


def test_a_hash_is_looked_up_and_not_asked_for(shop: Cast, chain: Chain) -> None:
    chain.send()
    answers(shop, shop.customer, f"my transfer is stuck, please help: {HASH}")
    assert told(shop) == []
    work()
    [message] = told(shop)
    assert message["data"] == {"diagnosis": 1, "verdict": "pending", "feedback": True}
    assert FlowRun.objects.get().outcome == Then.DONE


def test_what_the_chain_cannot_tell_is_asked(shop: Cast, chain: Chain) -> None:
    answers(shop, shop.customer, "my transfer is stuck on pending")
    answers(shop, shop.customer, f"transaction hash {HASH}")
    work()
    last = told(shop)[-1]
    assert last["data"]["suggestions"]  # type: ignore[index]
    assert FlowRun.objects.get().state["asking"] == "explorer"  # the chain has only one network
    answers(shop, shop.customer, "please let me talk to a human")
    assert shop.customer.now().status == Status.QUEUED
    [summary] = summaries(shop.customer)
    assert f"Transaction → {HASH}" in summary
    assert "The chain says" in summary


def test_words_while_it_is_looked_up_change_nothing(shop: Cast, chain: Chain) -> None:
    chain.send()
    answers(shop, shop.customer, f"my transfer is stuck: {HASH}")
    answers(shop, shop.customer, "thanks")
    work()
    assert told(shop)[-1]["data"]["verdict"] == "pending"  # type: ignore[index]
