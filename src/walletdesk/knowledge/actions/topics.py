"""A brand's own topics, and the examples by which triage learns from what staff correct."""

import re
import unicodedata

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.knowledge.models import BrandTopic, TopicExample
from walletdesk.knowledge.topic_queries import is_topic
from walletdesk.knowledge.types import EXAMPLE_LENGTH, TOPIC_NAME_LENGTH, ExampleState
from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.topics import TOPICS
from walletdesk.language.triage.judge import vectors_of
from walletdesk.language.types import Urgency
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

TOPICS_OF_BRAND = 50
EXAMPLES_OF_BRAND = 2_000
EXAMPLES_AT_ONCE = 100
_MASK = re.compile("⟦[^⟧]*⟧")


@transaction.atomic
def propose_example(
    *,
    brand: Brand,
    topic: str,
    was: str,
    language: str,
    text: SafeText,
    origin: str,
) -> None:
    """Put a correction of staff before a supervisor; a later one of the conversation replaces it.

    `text` has no personal data any more. Nothing is proposed when nothing is left of it.
    """
    words = _impersonal(text)
    rows = TopicExample.objects.filter(brand=brand, origin=origin)
    if not words or topic == was:
        return
    first = rows.filter(state=ExampleState.PROPOSED).values_list("was", flat=True).first()
    if first == topic:  # taken back: it stands again as triage had said
        rows.filter(state=ExampleState.PROPOSED).delete()
        return
    values = {"topic": topic, "language": language, "text": words, "embedding": None}
    TopicExample.objects.update_or_create(
        brand=brand,
        origin=origin,
        defaults={**values, "state": ExampleState.PROPOSED},
        create_defaults={**values, "was": was},
    )


@transaction.atomic
def decide_example(
    *,
    actor: Membership,
    example: TopicExample,
    accept: bool,
    text: str | None = None,
    topic: str | None = None,
) -> None:
    """Accept or reject a proposed example; an accepted one counts from the next message on.

    Whoever accepts may change its text and topic. An accepted one may be rejected later. Raises
    NotFound when it is decided so already, BadInput: example too_many, required, secret; topic
    unknown.
    """
    require_right(actor.role, Permission.TAG_EDIT)
    state = ExampleState.ACCEPTED if accept else ExampleState.REJECTED
    values: dict[str, object] = {"state": state, "embedding": None}
    if accept:
        values |= _as_accepted(actor.brand, example, text, topic)
    rows = TopicExample.objects.filter(pk=example.pk).exclude(
        state__in=[state, ExampleState.REJECTED]
    )
    if not rows.update(**values):
        raise NotFound
    record_change(
        actor=actor,
        action=f"topic_example.{state}",
        subject=f"topic_example:{example.pk}",
        before={"topic": example.was},
        after={"topic": values.get("topic", example.topic)},
    )


def _as_accepted(
    brand: Brand, example: TopicExample, text: str | None, topic: str | None
) -> dict[str, object]:
    topic = example.topic if topic is None else topic
    if not is_topic(brand, topic):
        raise BadInput(topic="unknown")
    if accepted_count(brand) >= EXAMPLES_OF_BRAND:
        raise BadInput(example="too_many")
    words = example.text
    if text is not None and text != example.text:
        words = _checked_example(text)
    return {"topic": topic, "text": words, "embedding": vectors_of([words])[0]}


@transaction.atomic
def create_topic(*, actor: Membership, name: str, urgency: int, examples: str) -> BrandTopic:
    """Make a topic of the brand's own, with one example a line.

    Raises BadInput: name required, too_long, taken, secret; examples few, too_many, secret.
    """
    require_right(actor.role, Permission.TAG_EDIT)
    name = " ".join(name.split())
    if not name:
        raise BadInput(name="required")
    if len(name) > TOPIC_NAME_LENGTH:
        raise BadInput(name="too_long")
    if guard.check(name).secret:
        raise BadInput(name="secret")
    if urgency not in list(Urgency):
        raise BadInput(urgency="unknown")
    texts = _checked_examples(examples)
    if BrandTopic.objects.filter(brand_id=actor.brand_id).count() >= TOPICS_OF_BRAND:
        raise BadInput(name="too_many")
    try:
        with transaction.atomic():
            topic = BrandTopic.objects.create(
                brand_id=actor.brand_id, code=_code(actor.brand, name), name=name,
                group="own", urgency=urgency,
            )  # fmt: skip
    except IntegrityError:
        raise BadInput(name="taken") from None
    _add_examples(actor.brand, topic.code, texts)
    record_change(
        actor=actor,
        action="topic.created",
        subject=f"topic:{topic.pk}",
        before={},
        after={"name": name, "urgency": urgency, "examples": len(texts)},
    )
    return topic


@transaction.atomic
def remove_topic(*, actor: Membership, code: str) -> None:
    """Remove a topic of the brand's own with its examples. Conversations keep its code.

    Raises NotFound.
    """
    require_right(actor.role, Permission.TAG_EDIT)
    topic = BrandTopic.objects.filter(brand_id=actor.brand_id, code=code).first()
    if topic is None:
        raise NotFound
    TopicExample.objects.filter(brand_id=actor.brand_id, topic=code).delete()
    record_change(
        actor=actor,
        action="topic.removed",
        subject=f"topic:{topic.pk}",
        before={"name": topic.name},
        after={},
    )
    topic.delete()


def accepted_count(brand: Brand) -> int:
    """Return how many examples teach a brand's triage."""
    return TopicExample.objects.filter(brand=brand, state=ExampleState.ACCEPTED).count()


def _checked_examples(examples: str) -> list[str]:
    lines = [" ".join(line.split()) for line in examples.replace("\x00", "").splitlines()]
    texts = list(dict.fromkeys(line[:EXAMPLE_LENGTH] for line in lines if line))
    if len(texts) < 3:
        raise BadInput(examples="few")
    if len(texts) > EXAMPLES_AT_ONCE:
        raise BadInput(examples="too_many")
    return [_checked_example(text, field="examples") for text in texts]


def _checked_example(text: str, *, field: str = "example") -> str:
    """Return what may be kept of typed words: nothing secret, nobody's data."""
    checked = guard.check(" ".join(text.replace("\x00", " ").split())[:EXAMPLE_LENGTH])
    if checked.secret:
        raise BadInput(**{field: "secret"})
    words = _impersonal(guard.impersonal(checked.safe))
    if not words:
        raise BadInput(**{field: "required"})
    return words


def _impersonal(text: SafeText) -> str:
    return " ".join(_MASK.sub(" ", text.text).split())[:EXAMPLE_LENGTH]


def _add_examples(brand: Brand, code: str, texts: list[str]) -> None:
    identify = EldcLanguageId(tuple(brand.languages)).identify
    TopicExample.objects.bulk_create(
        TopicExample(
            brand=brand,
            topic=code,
            language=identify(text).language,
            text=text,
            state=ExampleState.ACCEPTED,
            embedding=vector,
        )
        for text, vector in zip(texts, vectors_of(texts), strict=True)
    )


def _code(brand: Brand, name: str) -> str:
    """Return a code that is free: the name in small letters, or a number where it has none."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    base = "own_" + (re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30] or "topic")
    if base not in TOPICS and not is_topic(brand, base):
        return base
    number = 2
    while is_topic(brand, f"{base}_{number}"):
        number += 1
    return f"{base}_{number}"
