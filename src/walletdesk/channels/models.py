"""The inboxes of a brand."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from walletdesk.accounts.models import Brand
from walletdesk.channels.types import InboxKind, Launcher, Side


class Inbox(models.Model):
    """A way on which customers reach a brand. `promises` maps a language to the brand's words.

    `origins`, `side` and `launcher` are for chat only: who may embed it, and how it stands there.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="inboxes")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in InboxKind])
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=200, db_default="", default="", blank=True)
    shown = models.BooleanField(db_default=True, default=True)
    promises = models.JSONField(default=dict)
    position = models.IntegerField(db_default=0, default=0)
    origins = ArrayField(models.CharField(max_length=200), default=list)
    side = models.CharField(max_length=5, choices=[(s, s) for s in Side], default=Side.RIGHT)
    launcher = models.CharField(
        max_length=8, choices=[(look, look) for look in Launcher], default=Launcher.ROUND
    )
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        indexes = [models.Index(fields=["brand", "position"], name="inboxes_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["brand"], condition=Q(kind=InboxKind.CHAT), name="one_chat_inbox"
            ),
            models.UniqueConstraint(fields=["brand", "kind", "address"], name="inbox_address_once"),
        ]

    def __str__(self) -> str:
        return self.name
