"""The outbox table."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class OutboxEvent(models.Model):
    """One fact for one handler. Rows vanish when handled; `parked_at`: it kept failing."""

    handler = models.CharField(max_length=100)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.SmallIntegerField(db_default=0)
    error = models.TextField(db_default="")
    parked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                F("handler"), F("key"), F("id"), condition=Q(parked_at=None), name="outbox_heads"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.handler} ({self.key})"
