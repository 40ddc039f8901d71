"""Mails that left, the addresses they went to, and the keys of our own addresses."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand
from walletdesk.channels.delivery.models import Delivery
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing.types import Purpose


class SentMail(models.Model):
    """A mail of ours, before and after it left; its Message-ID is made before the first attempt.

    `message_id` has its angle brackets. `ref` names it in the return path. `sealed` holds the
    address and the values of a template until the mail has left; a reply's address is opened when
    it is sent. `copy` is what the page "Outbox" shows for a few days, sealed.
    """

    message_id = models.CharField(max_length=255, unique=True)
    ref = models.CharField(max_length=20, unique=True)
    delivery = models.OneToOneField(Delivery, models.CASCADE, related_name="mail")
    account = models.ForeignKey(MailAccount, models.CASCADE, related_name="sent")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="sent_mails"
    )
    seq = models.IntegerField(db_default=0, default=0)
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="sent_mails")
    recipient = models.BinaryField(max_length=32)
    purpose = models.CharField(max_length=16, choices=[(p, p) for p in Purpose])
    language = models.CharField(max_length=12)
    sealed = models.BinaryField(null=True)
    copy = models.BinaryField(null=True)
    copied_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(F("conversation"), F("seq"), name="sent_mail_of_event"),
            models.Index(
                F("account"), F("id").desc(), condition=Q(copy__isnull=False), name="sent_copies"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class MailAddress(models.Model):
    """What we know of one address of a contact. `recipient` is a keyed hash of it.

    Confirmed: whoever reads it said that it is theirs. Undeliverable: its server said for good that
    it is none. Complained: no more mail that nobody asked for.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="mail_addresses")
    recipient = models.BinaryField(max_length=32)
    confirmed_at = models.DateTimeField(null=True)
    undeliverable_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, db_default="", default="")
    complained_at = models.DateTimeField(null=True)
    # of the link that asks whether the address is theirs: works once, until `asked_until`
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    asked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "recipient"], name="mail_address_once"),
        ]
        indexes = [models.Index(fields=["recipient"], name="mail_address_lookup")]

    def __str__(self) -> str:
        return f"address of contact {self.contact_id}"


class ReplyKey(models.Model):
    """A key of the codes in our addresses. The newest one signs; a revoked one proves nothing."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    kid = models.CharField(max_length=2)
    sealed = models.BinaryField()
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "kid"], name="reply_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kid} of {self.brand_id}"


class ReplyTurn(models.Model):
    """How often the reply addresses of one recipient in one conversation were revoked."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    turn = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "contact"], name="reply_turn_once"),
        ]

    def __str__(self) -> str:
        return f"turn {self.turn} of {self.contact_id} in {self.conversation_id}"
