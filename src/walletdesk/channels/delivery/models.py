"""The ledger's rows."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand
from walletdesk.channels.delivery.rules import CODE_LENGTH, OPEN
from walletdesk.channels.delivery.types import Phase, State
from walletdesk.contacts.models import Contact


class Delivery(models.Model):
    """One thing for one recipient, and what became of it.

    `conversation_id` is a number: conversations stand above this room. No address and no word of a
    server is kept, only codes. `lease_until` and `phase` belong to the attempt under way;
    `attempts` counts all of them and fences off one that was overtaken. `began_at` starts the time
    in which it is tried again.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="deliveries")
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=16)
    job = models.CharField(max_length=60)
    conversation_id = models.BigIntegerField(null=True)
    first_seq = models.IntegerField(db_default=0, default=0)
    seq = models.IntegerField(db_default=0, default=0)
    recipient = models.BinaryField(max_length=32)
    state = models.CharField(
        max_length=9, choices=[(s, s) for s in State], db_default=State.QUEUED, default=State.QUEUED
    )
    reason = models.CharField(max_length=CODE_LENGTH, db_default="", default="")
    code = models.CharField(max_length=CODE_LENGTH, db_default="", default="")
    phase = models.CharField(
        max_length=7, choices=[(p, p) for p in Phase], db_default=Phase.IDLE, default=Phase.IDLE
    )
    attempts = models.IntegerField(db_default=0, default=0)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=250, db_default="", default="")
    began_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # an event goes to a recipient once, however often its news is handled
            models.UniqueConstraint(
                fields=["channel", "conversation_id", "seq", "recipient", "purpose"],
                condition=Q(conversation_id__isnull=False),
                name="delivered_once_to_each",
            ),
        ]
        indexes = [
            models.Index(
                F("next_at"), condition=Q(state__in=[str(s) for s in OPEN]), name="delivery_due"
            ),
            models.Index(
                F("lease_until"),
                condition=~Q(phase=Phase.IDLE),
                name="delivery_leased",
            ),
            models.Index(F("conversation_id"), F("seq"), name="delivery_of_event"),
            models.Index(
                F("provider_id"), condition=~Q(provider_id=""), name="delivery_by_provider"
            ),
            models.Index(F("brand"), F("id").desc(), name="delivery_of_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.state}"
