"""Levels, what leads to them, what went up, and who was told."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership, Team
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.escalation.types import NAME_LENGTH, NOTE_LENGTH, Cause


class EscalationRules(models.Model):
    """When a contact counts as repeated: the `times`th about the same within `days`.

    The row is made with a brand's first levels and says that they were made.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="+")
    times = models.SmallIntegerField(default=3)
    days = models.SmallIntegerField(default=14)
    version = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"escalation of {self.brand_id}"


class Level(models.Model):
    """One level above the agent: a team, people, or an address outside; else all supervisors.

    `position` counts from 1. With `moves` the conversation goes to the team's queue, else whoever
    has it keeps it. After `minutes` without an answer the next level is called.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    position = models.SmallIntegerField()
    name = models.CharField(max_length=NAME_LENGTH)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    people = models.ManyToManyField(Membership, related_name="levels")
    address = models.EmailField(db_default="", default="", blank=True)
    moves = models.BooleanField(db_default=False, default=False)
    minutes = models.IntegerField(null=True)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "position"],
                name="level_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"


class Rule(models.Model):
    """What leads to a level by itself. `topic` is a code where the cause is a topic."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    level = models.ForeignKey(Level, models.CASCADE, related_name="rules")
    cause = models.CharField(max_length=10, choices=[(c, c) for c in Cause])
    topic = models.CharField(max_length=40, db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "cause", "topic"], name="one_level_of_a_cause")
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.topic} → {self.level_id}"


class Escalation(models.Model):
    """One conversation that went to a level. A cause does so once in a matter: `key` names it.

    `settled`: the matter was resolved since, so that the same cause counts anew. `due_at`: when the
    next level is called if nobody answered.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="escalations")
    level = models.ForeignKey(Level, models.SET_NULL, null=True, related_name="+")
    level_name = models.CharField(max_length=NAME_LENGTH)
    position = models.SmallIntegerField()
    cause = models.CharField(max_length=10, choices=[(c, c) for c in Cause])
    key = models.CharField(max_length=60, db_default="", default="")
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=NOTE_LENGTH, db_default="", default="")
    seq = models.IntegerField(db_default=0, default=0)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    settled = models.BooleanField(db_default=False, default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "cause", "key"],
                condition=Q(settled=False),
                name="escalated_once_for_a_cause",
            )
        ]
        indexes = [
            models.Index(F("level"), F("id"), condition=Q(ended_at=None), name="escalated_to"),
            models.Index(F("due_at"), condition=Q(due_at__isnull=False), name="escalation_due"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} → {self.level_name} ({self.cause})"


class Told(models.Model):
    """Who was told of an escalation, and when: a colleague, the customer, or somebody outside.

    `seq` is the message by which the customer was told; `name` stays when a colleague has left.
    """

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="told")
    who = models.CharField(max_length=8)  # staff, customer, outside
    membership = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120, db_default="", default="")
    seq = models.IntegerField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.who} {self.name}"


class Named(models.Model):
    """A transaction or address that a customer named, by which the same matter is known again.

    `mark`: HMAC-SHA-256 under a key that is not in the database: what a secret's redaction cuts out
    later cannot be read here either.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    mark = models.BinaryField(max_length=32)
    transaction = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "mark"], name="named_once_in_it")
        ]
        indexes = [models.Index(F("brand"), F("mark"), name="named_mark")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {bytes(self.mark).hex()[:8]}"


class Cursor(models.Model):
    """Before which transaction every message was read; one row, made by the first reading."""

    xid = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.xid)


class Reading(models.Model):
    """Up to which number a conversation was read."""

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="+"
    )
    seq = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.conversation_id} up to {self.seq}"
