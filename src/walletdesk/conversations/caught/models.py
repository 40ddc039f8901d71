"""What was caught. The secret itself is nowhere; the mark recognises it when it comes again."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand
from walletdesk.conversations.models import Conversation


class CaughtSecret(models.Model):
    """One secret in one message. `mark`: HMAC-SHA-256 under a key that is not in the database."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="caught")
    seq = models.IntegerField()
    mark = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(F("brand"), F("mark"), name="caught_mark")]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq", "mark"], name="caught_once")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}#{self.seq}"
