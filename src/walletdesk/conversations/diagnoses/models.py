"""Look-ups of what messages name, transactions that are watched, and what was seen first."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.conversations.diagnoses.types import Outcome, State
from walletdesk.conversations.models import Conversation


class Diagnosis(models.Model):
    """What the networks say about all that one message names, as they said it last.

    `report` holds the diagnoses as `records` writes them, the most serious first; codes and facts,
    no words. `explain`: the bot tells the customer when it is made. `attempts` counts jobs, so that
    one that keeps dying is given up.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="diagnoses")
    seq = models.IntegerField()
    state = models.CharField(max_length=6, choices=[(s, s) for s in State], default=State.ASKED)
    explain = models.BooleanField(db_default=False, default=False)
    attempts = models.SmallIntegerField(db_default=0, default=0)
    verdict = models.CharField(max_length=32, db_default="", default="")
    report = models.JSONField(default=list)
    asked_at = models.DateTimeField(db_default=Now())
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="diagnosis_once_a_message")
        ]
        indexes = [
            models.Index(F("asked_at"), condition=Q(state=State.ASKED), name="diagnosis_asked")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq} {self.verdict or self.state}"


class Watch(models.Model):
    """A transaction that the worker looks at again until it is settled, or too old.

    `by` is the member of staff who wanted it, None when it was the customer. `verdict` is the last
    that was told, `next_at` when to look again; a look pushes it ahead, so that two never meet.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="watches")
    seq = models.IntegerField()
    reference = models.CharField(max_length=120)
    network = models.CharField(max_length=40)
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=32)
    tries = models.SmallIntegerField(db_default=0, default=0)
    next_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=8, choices=[(o, o) for o in Outcome], db_default="", default="", blank=True
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "reference"],
                condition=Q(ended_at=None),
                name="watched_once",
            )
        ]
        indexes = [models.Index(F("next_at"), condition=Q(ended_at=None), name="watch_due")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.reference[:12]} {self.verdict}"


class FirstSight(models.Model):
    """Sender and number, or spent coins, of a transaction when it was first seen.

    A transaction that was replaced vanishes from every node. Public facts of a chain, nobody's
    personal data: they stand apart from conversations.
    """

    network = models.CharField(max_length=40)
    transaction = models.CharField(max_length=120)
    sender = models.CharField(max_length=120, db_default="", default="")
    nonce = models.BigIntegerField(null=True)
    inputs = ArrayField(models.CharField(max_length=120), default=list)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "transaction"], name="first_sight_once")
        ]
        indexes = [models.Index(fields=["seen_at"], name="first_sight_age")]

    def __str__(self) -> str:
        return f"{self.network} {self.transaction[:12]}"


class NetworkChoice(models.Model):
    """What a brand's owner chose for one network, and what stood there before (for the undo).

    Both are sealed (`books`): addresses of nodes hold keys and passwords.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    network = models.CharField(max_length=40)
    choice = models.BinaryField()
    before = models.BinaryField()
    version = models.IntegerField(db_default=1, default=1)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "network"], name="network_chosen_once")
        ]

    def __str__(self) -> str:
        return f"{self.brand_id} {self.network}"
