"""Alarms and locks."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership, User
from walletdesk.accounts.watch.types import AlarmKind


class Alarm(models.Model):
    """That somebody behaved oddly. Settled by a supervisor, with a word about it."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="alarms")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in AlarmKind])
    count = models.IntegerField()
    bar = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=Q(settled_at=None),
                name="one_open_alarm_of_a_kind",
            )
        ]
        indexes = [models.Index(F("brand"), F("id").desc(), name="alarm_of_brand")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Lock(models.Model):
    """That a person was locked out of the desk, and who let them in again, and why."""

    user = models.ForeignKey(User, models.CASCADE, related_name="locks")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="locks")
    created_at = models.DateTimeField(db_default=Now())
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=500, db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(opened_at=None), name="locked_once"
            )
        ]

    def __str__(self) -> str:
        return f"lock of {self.user_id}"
