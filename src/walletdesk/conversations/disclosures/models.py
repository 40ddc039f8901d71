"""Openings of conversations by staff, and requests for exports."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership, User
from walletdesk.conversations.disclosures.types import ExportFormat, ExportState, ExportWhat
from walletdesk.conversations.models import Conversation


class Opening(models.Model):
    """When a member of staff last opened a conversation, so that the trail has few rows of it."""

    pk = models.CompositePrimaryKey("membership_id", "conversation_id")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.membership_id} opened {self.conversation_id}"


class Export(models.Model):
    """A request for an export: two people, one download.

    `requester` is the person, whatever their place in the brand is by now.
    """

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="exports")
    requested_by = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    requester = models.ForeignKey(User, models.CASCADE, related_name="+")
    what = models.CharField(max_length=13, choices=[(w, w) for w in ExportWhat])
    format = models.CharField(max_length=5, choices=[(f, f) for f in ExportFormat])
    first_day = models.DateField()
    last_day = models.DateField()
    clear = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    state = models.CharField(
        max_length=10, choices=[(s, s) for s in ExportState], default=ExportState.REQUESTED
    )
    decided_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    rows = models.IntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(F("brand"), F("id").desc(), name="export_of_brand")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[ExportState.APPROVED, ExportState.DOWNLOADED])
                | Q(expires_at__isnull=False),
                name="approved_until_some_time",
            )
        ]

    def __str__(self) -> str:
        return self.ref
