"""Staff correct a topic, a supervisor decides, and the next message is triaged by it."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from walletdesk.accounts.models import AuditEntry
from walletdesk.bot import actions as bot
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.knowledge.actions import topics as actions
from walletdesk.knowledge.models import BrandTopic, TopicExample
from walletdesk.knowledge.topic_queries import exported, proposed_examples, triage_for
from walletdesk.language.types import Urgency

ASKED = "the chrome plug-in shows my ledger as a brick, mail me at a.b@example.com"
NEAR = "chrome plug-in says my ledger is a brick"
CARD = "my metal card broke\nthe card does not work at the till\nsend me a new metal card"


def correct(cast: Cast, topic: str, text: str = ASKED) -> None:
    cast.customer.write(text)
    describe_conversation(
        conversation=cast.customer.now(), membership=cast.agent, field="topic", value=topic
    )


def test_what_is_accepted_counts_at_once(cast: Cast) -> None:
    before = triage_for(brand=cast.brand, text=NEAR).topic
    assert before != "two_factor"
    correct(cast, "two_factor")
    (example,) = proposed_examples(cast.supervisor)
    assert (example.topic, example.origin) == ("two_factor", cast.customer.now().ref)
    assert "example.com" not in example.text
    assert triage_for(brand=cast.brand, text=NEAR).topic == before
    with pytest.raises(NotAllowed):
        actions.decide_example(actor=cast.agent, example=example, accept=True)
    actions.decide_example(actor=cast.supervisor, example=example, accept=True)
    found = triage_for(brand=cast.brand, text=NEAR)
    assert (found.topic, found.urgency, found.out_of_scope) == ("two_factor", Urgency.MEDIUM, False)
    assert triage_for(brand=cast.brand, text="why are fees so high").topic == "fees"
    assert triage_for(brand=cast.stranger.brand, text=NEAR).topic == before
    assert exported(cast.brand) == f"== two_factor\n{example.text}\n"
    actions.decide_example(actor=cast.supervisor, example=example, accept=False)
    assert triage_for(brand=cast.brand, text=NEAR).topic == before
    with pytest.raises(NotFound):
        actions.decide_example(actor=cast.supervisor, example=example, accept=True)
    assert AuditEntry.objects.filter(action__startswith="topic_example.").count() == 2


def test_a_correction_taken_back_teaches_nothing(cast: Cast) -> None:
    cast.customer.write(ASKED)
    now = cast.customer.now()
    bot.answer_customer(conversation_id=now.pk, seq=now.last_customer_seq)
    was = cast.customer.now().topic
    assert was
    for topic in ("kyc", "staking", was):
        describe_conversation(
            conversation=cast.customer.now(), membership=cast.agent, field="topic", value=topic
        )
        assert TopicExample.objects.count() == (topic != was)


def test_a_brand_adds_a_topic(cast: Cast) -> None:
    topic = actions.create_topic(
        actor=cast.supervisor, name="Metal card", urgency=Urgency.HIGH, examples=CARD
    )
    assert topic.code == "own_metal_card"
    found = triage_for(brand=cast.brand, text="my metal card is broken")
    assert (found.topic, found.urgency) == (topic.code, Urgency.HIGH)
    correct(cast, topic.code, "my metal card")
    assert cast.customer.now().topic == topic.code
    page = cast.client(cast.agent).get(reverse("desk:conversation", args=[cast.customer.now().ref]))
    assert "Metal card" in page.content.decode()
    with pytest.raises(BadInput) as taken:
        actions.create_topic(actor=cast.owner, name="Metal card", urgency=0, examples=CARD)
    with pytest.raises(BadInput) as few:
        actions.create_topic(actor=cast.owner, name="Other card", urgency=0, examples="one\ntwo")
    assert (taken.value.fields, few.value.fields) == ({"name": "taken"}, {"examples": "few"})
    actions.remove_topic(actor=cast.owner, code=topic.code)
    assert not BrandTopic.objects.exists()
    assert not TopicExample.objects.filter(topic=topic.code, origin="").exists()


def test_the_first_matter_decides_and_urgency_only_rises(cast: Cast) -> None:
    seen = []
    for text in ("hello", "充值一直没到账", "thanks", "someone stole all my coins"):
        cast.customer.write(text)
        now = cast.customer.now()
        bot.answer_customer(conversation_id=now.pk, seq=now.last_customer_seq)
        now = cast.customer.now()
        seen.append((now.topic, now.urgency))
    assert seen[0] == ("greeting", Urgency.LOW)
    assert seen[1] == ("deposit_missing", Urgency.HIGH)
    assert {topic for topic, _ in seen[1:]} == {"deposit_missing"}
    levels = [urgency for _, urgency in seen]
    assert levels == sorted(levels)


def test_the_page_asks_the_same_however_long_it_is(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = cast.client(cast.supervisor), reverse("desk:settings:topics")
    for number in range(12):
        TopicExample.objects.create(
            brand=cast.brand,
            topic="fees",
            language="en",
            text=f"dear {number}",
            origin=f"r{number}",
        )
    with django_assert_max_num_queries(10):
        page = client.get(address).content.decode()
    assert page.count("topics/examples/") == 36  # accept, reject, and accept with changes
    assert cast.client(cast.agent).get(address).status_code == 403
