"""The keys of contacts and what is sealed under them."""

from django.db import models
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.types import IdentityKind, Source


class ContactKey(models.Model):
    """A contact's data key, sealed under a master key. Deleting the row erases the person."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, primary_key=True, related_name="data_key"
    )
    master = models.CharField(max_length=8, db_index=True)
    wrapped = models.BinaryField(max_length=60)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"key of contact {self.contact_id}"


class Erasure(models.Model):
    """That a contact was erased: no new key is ever made for them."""

    contact = models.OneToOneField(
        Contact, models.CASCADE, primary_key=True, related_name="erasure"
    )
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"erasure of contact {self.contact_id}"


class Identity(models.Model):
    """One field of who a contact is. `lookup` is a keyed hash of its normal form."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="personal_fields")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in IdentityKind])
    source = models.CharField(max_length=8, choices=[(s, s) for s in Source])
    sealed = models.BinaryField()
    sealed_mask = models.BinaryField()
    lookup = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "kind", "lookup"], name="identity_once")
        ]
        indexes = [models.Index(fields=["brand", "kind", "lookup"], name="identity_lookup")]

    def __str__(self) -> str:
        return f"{self.kind} of contact {self.contact_id}"


class Datum(models.Model):
    """A value that stood in a message, whose text holds the token ⟦kind:code⟧ instead."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="personal_data")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=8)
    sealed = models.BinaryField()
    sealed_mask = models.BinaryField()
    lookup = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "code"], name="datum_code_once")]
        indexes = [models.Index(fields=["brand", "kind", "lookup"], name="datum_lookup")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"
