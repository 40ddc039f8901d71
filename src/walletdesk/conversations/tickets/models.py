"""Tickets, what a brand offers on its form, confirmed addresses, and what the form spared."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import ContactSession
from walletdesk.contacts.personal.models import Identity
from walletdesk.conversations.models import Conversation

ANSWER_HOURS = 24


class FormSettings(models.Model):
    """A brand's form. Without a row it is open, with all topics."""

    brand = models.OneToOneField(
        Brand, models.CASCADE, primary_key=True, related_name="form_settings"
    )
    enabled = models.BooleanField(db_default=True, default=True)
    hidden_topics = ArrayField(models.CharField(max_length=40), default=list)
    answer_hours = models.SmallIntegerField(db_default=ANSWER_HOURS, default=ANSWER_HOURS)
    version = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"form of {self.brand_id}"


class Ticket(models.Model):
    """A conversation that began on the form.

    `client_digest` is the hash of the UUID that the sender's page made: sending again finds the
    ticket. The status page's secret follows from `salt` and the installation's key; only its hash
    is looked up, and a new salt makes the old secret worthless. `session` stands for that page:
    nobody holds its token. `fields` is a list of [code, text with tokens].
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="ticket"
    )
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    number = models.CharField(max_length=8)
    client_digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16)
    token_hash = models.BinaryField(max_length=32, unique=True)
    session = models.ForeignKey(ContactSession, models.SET_NULL, null=True, related_name="tickets")
    fields = models.JSONField(default=list)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "client_digest"], name="ticket_sent_once"),
            models.UniqueConstraint(fields=["brand", "number"], name="ticket_number_once"),
        ]

    def __str__(self) -> str:
        return self.number


class AddressConfirmation(models.Model):
    """A link by which whoever reads an address shows it. Used once; only its hash is stored."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="confirmations")
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="confirmations")
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"confirmation {self.pk}"


class Deflection(models.Model):
    """How often in a day an article made a ticket needless. Nothing about the reader is kept."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    day = models.DateField()
    topic = models.CharField(max_length=40)
    article = models.CharField(max_length=80)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "day", "topic", "article"], name="deflection_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.topic}: {self.count}"
