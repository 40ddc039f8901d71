"""Replays that were asked for on the desk, and their reports."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.bot.replays.types import State

ACTIVE = (State.WAITING, State.RUNNING)


class Replay(models.Model):
    """One run over past conversations. `report` as `reporting` makes it: no words of customers.

    `beat_at` is when it last told how far it is; a run whose worker died is taken up again.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    days = models.SmallIntegerField()
    language = models.CharField(max_length=12, db_default="", default="", blank=True)
    most = models.IntegerField()
    state = models.CharField(
        max_length=10,
        choices=[(s, s) for s in State],
        db_default=State.WAITING,
        default=State.WAITING,
    )
    attempts = models.SmallIntegerField(db_default=0, default=0)
    done = models.IntegerField(db_default=0, default=0)
    total = models.IntegerField(db_default=0, default=0)
    beat_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand"], condition=Q(state__in=ACTIVE), name="replay_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="replay_state_known"),
        ]
        indexes = [models.Index(fields=["brand", "-id"], name="replay_of_brand")]

    def __str__(self) -> str:
        return f"{self.brand_id} {self.asked_at:%Y-%m-%d} {self.state}"
