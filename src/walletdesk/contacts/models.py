"""Customers and their chat sessions."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.contacts import identity_models  # noqa: F401 - Django finds models here only
from walletdesk.contacts.names import shown_name


class Contact(models.Model):
    """A customer. Anonymous until a wallet vouches for them; then shown as verified."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="contacts")
    label = models.CharField(max_length=40)
    language = models.CharField(max_length=12)
    verified_at = models.DateTimeField(null=True)
    # what the wallet calls the customer's tier ("gold"): promises may depend on it
    tier = models.CharField(max_length=24, db_default="", default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """What staff call the customer, in the active language."""
        return shown_name(self.label)


class ContactSession(models.Model):
    """One device's bearer token, of which only the hash is kept.

    `device`, `app_version` and `zone` are what the device says of itself, `key` is what vouched for
    its customer. `linked_from` is the session that let this one in by a link.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="sessions")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    device = models.CharField(max_length=60, db_default="", default="")
    app_version = models.CharField(max_length=40, db_default="", default="")
    zone = models.CharField(max_length=40, db_default="", default="")  # of the IANA list
    key = models.ForeignKey(
        "contacts.IdentityKey", models.SET_NULL, null=True, related_name="sessions"
    )
    linked_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    by_link = models.BooleanField(db_default=False, default=False)
    # made for the status page of a ticket: no device holds its token, and none is listed
    of_page = models.BooleanField(db_default=False, default=False)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="session_age")]

    def __str__(self) -> str:
        return f"session {self.pk}"


class ContactNote(models.Model):
    """What staff know about a customer, beside any conversation. `text` is guarded."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=80)
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(F("contact"), F("id").desc(), name="note_of_contact")]

    def __str__(self) -> str:
        return f"note {self.pk}"
