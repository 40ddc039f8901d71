"""Articles, their translations, and what search needs to find them."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.kit.vectors import HalfVectors, Vectors
from walletdesk.knowledge import reader_models  # noqa: F401 - Django finds models here only
from walletdesk.knowledge.types import (
    EXAMPLE_LENGTH,
    TOPIC_NAME_LENGTH,
    ArticleAudience,
    ExampleState,
    HandOver,
    ReviewState,
    VersionState,
)
from walletdesk.language.use_embedder import DIMENSIONS

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Article(models.Model):
    """One matter that customers ask about, in one or more languages.

    `direction` and `offset` are learned from the passages of all articles of the brand: the inner
    product of a question with `direction`, plus `offset`, is how strongly the question pulls to
    this article rather than to the others (see `ranking`).

    `released` is its author's wish, `published` what customers and the bot see: a released article
    for customers. So whatever reads for customers asks for `published` and nothing else.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="articles")
    slug = models.SlugField(max_length=80)
    topic = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    hand_over = models.CharField(
        max_length=10, choices=[(h, h) for h in HandOver], default=HandOver.NO, blank=True
    )
    position = models.IntegerField(default=0)
    published = models.BooleanField(default=True)
    audience = models.CharField(
        max_length=10,
        choices=[(a, a) for a in ArticleAudience],
        default=ArticleAudience.CUSTOMERS,
        db_default=ArticleAudience.CUSTOMERS,
    )
    released = models.BooleanField(default=True, db_default=True)
    version = models.IntegerField(db_default=0, default=0)
    direction = HalfVectors(dimensions=DIMENSIONS, null=True)
    offset = models.FloatField(default=0)
    # the nearest other articles by meaning, nearest first; learned with `direction`
    related = ArrayField(models.BigIntegerField(), db_default=[], default=list)

    if TYPE_CHECKING:
        translations: RelatedManager["Translation"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="article_slug_once"),
            models.CheckConstraint(
                condition=Q(hand_over__in=list(HandOver)), name="article_hand_over_known"
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(audience=ArticleAudience.CUSTOMERS, released=True),
                name="published_is_for_customers",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Translation(models.Model):
    """An article in one language.

    `tokens` holds each word once, labelled with the best place it stands in: A title or phrasing,
    B summary, D body.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="translations")
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=150)
    summary = models.TextField()
    body = models.TextField(blank=True)
    asked = ArrayField(models.TextField(), default=list)
    content_hash = models.CharField(max_length=64)
    updated_at = models.DateTimeField(db_default=Now())
    tokens = SearchVectorField(null=True)
    # "<language>:<content hash>" of the original that it was last brought up to; "" when unknown
    source_mark = models.CharField(max_length=80, db_default="", default="", blank=True)

    if TYPE_CHECKING:
        passages: RelatedManager["Passage"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="translation_once"),
        ]
        indexes = [GinIndex(fields=["tokens"], name="translation_tokens")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Revision(models.Model):
    """A state of a translation as somebody saved it, published or not.

    Appended; later only the outcome of its review and its publication are written down. The
    highest `number` of a language is its draft; the published text is the translation.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions")
    language = models.CharField(max_length=12)
    number = models.IntegerField()
    title = models.CharField(max_length=150)
    summary = models.TextField()
    body = models.TextField(blank=True)
    asked = ArrayField(models.TextField(), default=list)
    content_hash = models.CharField(max_length=64)
    published = models.BooleanField(default=False)
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=80, default="")
    created_at = models.DateTimeField(db_default=Now())
    review = models.CharField(
        max_length=10,
        choices=[(state, state) for state in ReviewState],
        db_default=ReviewState.NONE,
        default=ReviewState.NONE,
        blank=True,
    )
    review_note = models.CharField(max_length=500, db_default="", default="", blank=True)
    reviewer_name = models.CharField(max_length=80, db_default="", default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "language", "number"], name="revision_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.language} {self.number}"


class Passage(models.Model):
    """A piece of a translation as one vector. `embedding` is null until the worker got to it.

    Half precision: 1 kB stays in the row, 2 kB would be fetched from elsewhere for each comparison.
    """

    translation = models.ForeignKey(Translation, models.CASCADE, related_name="passages")
    ordinal = models.SmallIntegerField()
    text = models.TextField()
    weight = models.SmallIntegerField(default=1)
    embedding = HalfVectors(dimensions=DIMENSIONS, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["translation", "ordinal"], name="passage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.translation_id}#{self.ordinal}"


class Term(models.Model):
    """In how many translations of a brand and language a word stands: what makes it telling.

    The empty word stands in each: how many there are.
    """

    pk = models.CompositePrimaryKey("brand_id", "language", "lexeme")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    lexeme = models.CharField(max_length=64)
    articles = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.lexeme} ({self.language})"


class Learning(models.Model):
    """Which state of a brand's passages the learned parts stand for. Behind when the two differ."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="+")
    changed = models.BigIntegerField(default=0)
    learned = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.brand_id}: {self.learned}/{self.changed}"


class Encoder(models.Model):
    """Which model made the vectors of all passages; no row: the packaged one."""

    name = models.CharField(max_length=1_000)

    def __str__(self) -> str:
        return self.name


class Opinion(models.Model):
    """What the readers of a day did: how often a translation was read, helped, did not help."""

    pk = models.CompositePrimaryKey("translation_id", "day")
    translation = models.ForeignKey(Translation, models.CASCADE, related_name="+")
    day = models.DateField()
    helped = models.IntegerField(default=0)
    not_helped = models.IntegerField(default=0)
    views = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"{self.translation_id} {self.day}: {self.helped}/{self.not_helped}"


class BrandTopic(models.Model):
    """A topic that a brand added to those of `language.topics`. Its `code` never changes."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="topics")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=TOPIC_NAME_LENGTH)
    group = models.CharField(max_length=20)
    urgency = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="topic_code_once"),
            models.UniqueConstraint(fields=["brand", "name"], name="topic_name_once"),
            models.CheckConstraint(condition=Q(urgency__range=(0, 3)), name="topic_urgency_known"),
        ]

    def __str__(self) -> str:
        return self.code


class TopicExample(models.Model):
    """A customer's words and the topic that staff gave them; accepted ones teach triage.

    `text` went through the guard, with personal data taken out. `origin` is the conversation's
    reference, "" for one that was typed in. `embedding` is set when the example is accepted.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="topic_examples")
    topic = models.CharField(max_length=40)
    was = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=12)
    text = models.CharField(max_length=EXAMPLE_LENGTH)
    origin = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s, s) for s in ExampleState], default=ExampleState.PROPOSED
    )
    created_at = models.DateTimeField(db_default=Now())
    embedding = Vectors(dimensions=DIMENSIONS, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "origin"], condition=~Q(origin=""), name="example_once_each"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(ExampleState)), name="example_state_known"
            ),
        ]
        indexes = [models.Index(fields=["brand", "state", "id"], name="example_by_state")]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class TopicVersion(models.Model):
    """A brand's triage, trained from its accepted examples.

    `content` is what `language.triage.learned` packs, None for one that never counted. `figures`
    has `before` and `after`, each the fields of `language.triage.held_out.Measured`.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    number = models.IntegerField()
    state = models.CharField(
        max_length=10, choices=[(s, s) for s in VersionState], default=VersionState.TRAINING
    )
    examples = models.IntegerField()
    figures = models.JSONField(default=dict)
    content = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="topic_version_once"),
            *(
                models.UniqueConstraint(
                    fields=["brand"], condition=Q(state=state), name=f"topic_version_one_{state}"
                )
                for state in (VersionState.TRAINING, VersionState.ACTIVE)
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(VersionState)), name="topic_version_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"
