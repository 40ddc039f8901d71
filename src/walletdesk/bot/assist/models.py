"""Solved conversations as vectors, and texts that a model writes for agents."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.bot.assist.types import Kind, State
from walletdesk.conversations.models import Conversation
from walletdesk.kit.vectors import Vectors
from walletdesk.language.use_embedder import DIMENSIONS


class Solved(models.Model):
    """What a resolved conversation was about, as one vector. No words: those stay where they are.

    A row goes with its conversation; one that was opened again is passed over when searched.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, primary_key=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    topic = models.CharField(max_length=40)
    language = models.CharField(max_length=12)
    embedding = Vectors(dimensions=DIMENSIONS)
    resolved_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["brand", "topic", "-resolved_at"], name="solved_by_topic"),
            models.Index(fields=["brand", "-resolved_at"], name="solved_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.topic}"


class Writing(models.Model):
    """A text that an agent wants from a model. Kept for an hour.

    `source` and `text` hold tokens in place of personal data; a draft's values stay with the agent.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in Kind])
    source = models.TextField(blank=True)
    language = models.CharField(max_length=12)
    state = models.CharField(
        max_length=10,
        choices=[(s, s) for s in State],
        db_default=State.WAITING,
        default=State.WAITING,
    )
    characters = models.IntegerField(db_default=0, default=0)
    text = models.TextField(blank=True, db_default="", default="")
    sources = models.JSONField(default=list)
    reason = models.CharField(max_length=12, blank=True, db_default="", default="")
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="writing_state_known")
        ]
        indexes = [models.Index(fields=["asked_at"], name="writing_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
