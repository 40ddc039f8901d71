"""A brand trains its triage: measured, refused when worse, restored, and taken back."""

import pytest
from django.urls import reverse

from tests.cast import Cast
from walletdesk.accounts.models import AuditEntry
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.knowledge.actions import topics, training
from walletdesk.knowledge.models import TopicExample, TopicVersion
from walletdesk.knowledge.topic_queries import model_of, triage_for
from walletdesk.knowledge.topic_trainer import train_version
from walletdesk.knowledge.types import ExampleState, VersionState
from walletdesk.language.triage.held_out import Measured
from walletdesk.language.triage.judge import topic_model
from walletdesk.language.types import Urgency

CARD = "my metal card broke\nthe card does not work at the till\nsend me a new metal card"
LIKE = "the cash machine does not take the card of metal"


def teach(cast: Cast) -> None:
    TopicExample.objects.create(
        brand=cast.brand, topic="fees", language="en", text="so dear", state=ExampleState.ACCEPTED
    )


# A training computes for seconds, outside of any transaction.
@pytest.mark.django_db(transaction=True)
def test_a_version_is_trained_and_counts(cast: Cast) -> None:
    with pytest.raises(BadInput) as nothing:
        training.ask_for_training(actor=cast.supervisor)
    assert nothing.value.fields == {"examples": "none"}
    topic = topics.create_topic(
        actor=cast.supervisor, name="Metal card", urgency=Urgency.HIGH, examples=CARD
    )
    assert triage_for(brand=cast.brand, text=LIKE).topic != topic.code
    version = training.ask_for_training(actor=cast.supervisor)
    train_version(version.pk)
    version.refresh_from_db()
    assert version.figures["before"]["messages"] > 1_000
    assert version.state == VersionState.ACTIVE
    found = triage_for(brand=cast.brand, text=LIKE)
    assert (found.topic, found.urgency) == (topic.code, Urgency.HIGH)
    assert model_of(cast.stranger.brand) is topic_model()
    topics.remove_topic(actor=cast.owner, code=topic.code)
    assert triage_for(brand=cast.brand, text=LIKE).topic != topic.code


def measured(cast: Cast, *, right: int, alarms: int = 10) -> TopicVersion:
    """Record a training that learnt one example, with the figures given, after one of 90 and 10."""
    version = training.ask_for_training(actor=cast.supervisor)
    training.record_training(
        version=version,
        content=b"nothing that can be read",
        before=Measured(90, 100, 10, 10),
        after=Measured(right, 100, alarms, 10),
    )
    version.refresh_from_db()
    return version


def test_what_is_worse_is_refused_and_what_counted_comes_back(cast: Cast) -> None:
    teach(cast)
    assert measured(cast, right=89).state == VersionState.REFUSED
    worse = measured(cast, right=99, alarms=9)
    assert (worse.state, worse.content) == (VersionState.REFUSED, None)
    first, second = measured(cast, right=90), measured(cast, right=91)
    assert TopicVersion.objects.get(state=VersionState.ACTIVE) == second
    training.use_version(actor=cast.owner, version_id=first.pk)
    assert TopicVersion.objects.get(state=VersionState.ACTIVE) == first
    for version in (first, worse):
        with pytest.raises(NotFound):
            training.use_version(actor=cast.owner, version_id=version.pk)
    assert model_of(cast.brand) is topic_model()  # made for another shipped model
    page = cast.client(cast.supervisor).get(reverse("desk:settings:topics")).content.decode()
    assert page.count("% before") == 4
    assert "Refused" in page
    training.use_shipped(actor=cast.owner)
    assert not TopicVersion.objects.filter(state=VersionState.ACTIVE).exists()
    assert AuditEntry.objects.filter(action__startswith="topic_version.").count() == 6
    for _ in range(training.KEPT):
        measured(cast, right=95)
    assert TopicVersion.objects.count() == training.KEPT


def test_one_training_at_a_time(cast: Cast) -> None:
    teach(cast)
    client, train = cast.client(cast.supervisor), reverse("desk:settings:topic_train")
    assert client.post(train).status_code == 302
    assert client.post(train).status_code == 422
    version = TopicVersion.objects.get()
    training.record_failure(version=version)
    train_version(version.pk)
    version.refresh_from_db()
    assert version.state == VersionState.FAILED
    assert client.post(train).status_code == 302


def test_words_and_topic_are_mended_while_accepting(cast: Cast) -> None:
    example = TopicExample.objects.create(
        brand=cast.brand, topic="fees", language="en", text="it is dear", origin="r1"
    )
    client = cast.client(cast.supervisor)
    accept = reverse("desk:settings:example_accept", args=[example.pk])
    secret = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    for wrong in ({"text": secret}, {"text": "\x00 "}, {"topic": "nothing"}, {"topic": "a\x00"}):
        assert client.post(accept, {"text": "dear", "topic": "fees"} | wrong).status_code == 422
    sent = {"text": "swaps cost too much, mail a.b@example.com", "topic": "swap_failed"}
    assert client.post(accept, sent).status_code == 302
    example.refresh_from_db()
    assert (example.topic, example.state) == ("swap_failed", ExampleState.ACCEPTED)
    assert example.text == "swaps cost too much, mail"
