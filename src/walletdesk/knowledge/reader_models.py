"""The tables around articles: what readers said, searched and see, and what keeps articles good."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.knowledge.types import LinkProblem, Severity

PICTURE_ENDINGS = {"image/webp": "webp", "image/jpeg": "jpg"}


class EditorialRules(models.Model):
    """How a brand publishes. `four_eyes`: nobody publishes a text that they wrote themselves."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="editorial")
    four_eyes = models.BooleanField(db_default=False, default=False)
    version = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"editorial rules of {self.brand_id}"


class StatusNotice(models.Model):
    """Something that customers should know now. `texts`: language → {"title", "text"}."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    severity = models.CharField(max_length=10, choices=[(s, s) for s in Severity])
    texts = models.JSONField(default=dict)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        indexes = [models.Index(fields=["brand", "starts_at"], name="notice_by_start")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="notice_ends_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.severity} {self.pk}"


class MissedSearch(models.Model):
    """A question to the help centre that no article answers well, and how often it was asked.

    `text` holds no secret, no personal datum, no address and no hash; nothing says who asked.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    text = models.CharField(max_length=80)
    count = models.IntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "language", "text"], name="missed_search_once")
        ]
        indexes = [
            models.Index(
                F("brand"), F("count").desc(), F("last_at").desc(), name="missed_search_counts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} × {self.count}"


class ReaderComment(models.Model):
    """What a reader said about a translation. Through the guard, without personal data."""

    translation = models.ForeignKey(
        "knowledge.Translation", models.CASCADE, related_name="comments"
    )
    helped = models.BooleanField()
    text = models.CharField(max_length=500)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.translation_id}: {self.text[:40]}"


class ArticlePicture(models.Model):
    """A picture in articles, written anew by us. `digest` of its bytes names it."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32)
    media_type = models.CharField(max_length=20)
    body = models.BinaryField()
    width = models.IntegerField()
    height = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "digest"], name="article_picture_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """How it is called in texts, addresses and exported folders."""
        return f"{self.digest}-{self.width}x{self.height}.{PICTURE_ENDINGS[self.media_type]}"


class ExternalLink(models.Model):
    """An address elsewhere that a published text leads to, and what the last look found."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    url = models.CharField(max_length=2_000)
    digest = models.CharField(max_length=64)  # of the address: an index takes no 2,000 characters
    problem = models.CharField(
        max_length=12, choices=[(p, p) for p in LinkProblem], db_default="", default=""
    )
    status = models.SmallIntegerField(null=True)  # of HTTP, None without an answer
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "digest"], name="external_link_once")
        ]

    def __str__(self) -> str:
        return self.url
