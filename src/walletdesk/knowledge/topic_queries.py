"""Topics and their examples: reading them, and triage as a brand has taught it."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from django.db.models import QuerySet
from pgvector.django import CosineDistance

from walletdesk.accounts.models import Brand, Membership
from walletdesk.kit.errors import NotFound
from walletdesk.kit.vectors import in_process
from walletdesk.knowledge.models import BrandTopic, TopicExample, TopicVersion
from walletdesk.knowledge.types import ExampleState, VersionState
from walletdesk.language.rules import raise_urgency
from walletdesk.language.topics import TOPICS, default_urgency
from walletdesk.language.triage.judge import (
    NOTHING,
    SMALL_TALK,
    Triaged,
    topic_model,
    triage_vectors,
    vectors_of,
)
from walletdesk.language.triage.learned import unpack
from walletdesk.language.triage.model import BadModel, TopicModel
from walletdesk.language.types import Urgency, Vectors

log = logging.getLogger("walletdesk.topics")

# A brand's own example decides from this cosine on, when it is nearer than ours are.
NEAR = 0.7
SHOWN = 100


def own_topics(brand: Brand) -> list[BrandTopic]:
    """Return the topics that a brand added, by name."""
    return list(BrandTopic.objects.filter(brand=brand).order_by("name"))


def is_topic(brand: Brand, code: str) -> bool:
    """Whether a brand's conversations may have this topic."""
    if code in TOPICS or "\x00" in code:
        return code in TOPICS
    return BrandTopic.objects.filter(brand=brand, code=code).exists()


def urgency_of(brand: Brand, code: str) -> Urgency:
    """Return the urgency of a topic before anybody has looked closer."""
    if code in TOPICS:
        return default_urgency(code)
    own = BrandTopic.objects.filter(brand=brand, code=code).values_list("urgency", flat=True)
    return Urgency(own.first() or 0)


def triage_for(*, brand: Brand, text: str) -> Triaged:
    """Return what a message to a brand is about: the model's word, or the brand's nearest example.

    What rules are sure of, such as a bare greeting, no example changes.
    """
    if not text.strip():
        return NOTHING
    vectors = vectors_of([text])
    urgency_in_brand = partial(urgency_of, brand)
    (triaged,) = triage_vectors([text], vectors, urgency_in_brand, model_of(brand))
    if triaged.topic not in TOPICS and not is_topic(brand, triaged.topic):
        (triaged,) = triage_vectors([text], vectors)  # learnt for a topic that was removed since
    if triaged.topic in SMALL_TALK:
        return triaged
    found = _nearest(brand, vectors)
    if found is None or found[1] < max(NEAR, triaged.likeness):
        return triaged
    topic, cosine = found
    urgency = raise_urgency(text, urgency_in_brand(topic))
    # What was raised by words stays; what the model's own topic had set goes with that topic.
    usual = urgency_in_brand(triaged.topic)
    raised = triaged.urgency if triaged.urgency > usual else Urgency.LOW
    return replace(
        triaged,
        topic=topic,
        confidence=round(cosine, 4),
        urgency=Urgency(max(urgency, raised)),
        out_of_scope=False,
    )


def model_of(brand: Brand) -> TopicModel:
    """Return the version of the model that counts for a brand; the shipped one without any."""
    rows = TopicVersion.objects.filter(brand=brand, state=VersionState.ACTIVE)
    version = rows.values_list("pk", flat=True).first()
    return topic_model() if version is None else _learned(version)


@lru_cache(maxsize=4)  # about 15 MB each
def _learned(version: int) -> TopicModel:
    content = TopicVersion.objects.values_list("content", flat=True).filter(pk=version).first()
    try:
        return unpack(topic_model(), bytes(content or b""))
    except BadModel:
        log.info("topics: version %s is of another shipped model", version)
        return topic_model()


def topic_versions(brand: Brand) -> list[TopicVersion]:
    """Return a brand's versions, newest first, without their arrays."""
    return list(TopicVersion.objects.filter(brand=brand).order_by("-number").defer("content"))


def _nearest(brand: Brand, vectors: Vectors) -> tuple[str, float] | None:
    accepted = TopicExample.objects.filter(brand=brand, state=ExampleState.ACCEPTED)
    if in_process():
        return _nearest_of(list(accepted.values_list("topic", "embedding")), vectors[0])
    row = (
        accepted.annotate(distance=CosineDistance("embedding", vectors[0]))
        .order_by("distance")
        .values_list("topic", "distance")
        .first()
    )
    return (row[0], 1 - row[1]) if row and row[1] is not None else None


def _nearest_of(rows: Sequence[tuple[str, Any]], asked: Any) -> tuple[str, float] | None:
    known = [row for row in rows if row[1] is not None]
    if not known:
        return None
    cosines = np.stack([row[1] for row in known]) @ asked
    best = int(cosines.argmax())
    return known[best][0], float(cosines[best])


def proposed_examples(membership: Membership) -> QuerySet[TopicExample]:
    """Return what waits for a decision, oldest first, at most SHOWN."""
    rows = TopicExample.objects.filter(brand_id=membership.brand_id)
    return rows.filter(state=ExampleState.PROPOSED).order_by("pk")[:SHOWN]


def accepted_examples(brand: Brand) -> QuerySet[TopicExample]:
    """Return what teaches triage, newest first."""
    return TopicExample.objects.filter(brand=brand, state=ExampleState.ACCEPTED).order_by("-pk")


def get_example_for(membership: Membership, example_id: int) -> TopicExample:
    """Return an example of one's brand. Raises NotFound."""
    found = TopicExample.objects.filter(brand_id=membership.brand_id, pk=example_id).first()
    if found is None:
        raise NotFound
    return found


def exported(brand: Brand) -> str:
    """Return the accepted examples as `make models` reads them."""
    rows = accepted_examples(brand).order_by("topic", "pk").values_list("topic", "text")
    lines: list[str] = []
    for topic, group in groupby(rows, key=itemgetter(0)):
        lines += [f"== {topic}", *(" ".join(text.split()) for _topic, text in group), ""]
    return "\n".join(lines)
