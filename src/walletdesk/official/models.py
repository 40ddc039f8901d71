"""Entries of the registry, changes that wait for a second person, known fakes, the publication."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership, User
from walletdesk.official.rules import LABEL, LONGEST
from walletdesk.official.types import Change, ChangeState, Kind

_KINDS = [(kind, kind) for kind in Kind]


class Entry(models.Model):
    """One thing that is official. `ordinary`: a name that is a word of everyday language too."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="official_entries")
    kind = models.CharField(max_length=12, choices=_KINDS)
    value = models.CharField(max_length=LONGEST)
    label = models.CharField(max_length=LABEL, db_default="", default="")
    ordinary = models.BooleanField(db_default=False, default=False)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "kind", "value"], name="official_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class RegistryChange(models.Model):
    """A change of the registry: one person asks for it, another one decides.

    `requester` is the person, whatever their place in the brand is by now.
    """

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="official_changes")
    change = models.CharField(max_length=6, choices=[(c, c) for c in Change])
    kind = models.CharField(max_length=12, choices=_KINDS)
    value = models.CharField(max_length=LONGEST)
    label = models.CharField(max_length=LABEL, db_default="", default="")
    ordinary = models.BooleanField(db_default=False, default=False)
    reason = models.CharField(max_length=500)
    state = models.CharField(
        max_length=9, choices=[(s, s) for s in ChangeState], default=ChangeState.REQUESTED
    )
    requested_by = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    requester = models.ForeignKey(User, models.CASCADE, related_name="+")
    decided_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index("brand", models.F("id").desc(), name="official_change_of_brand")]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "kind", "value"],
                condition=Q(state=ChangeState.REQUESTED),
                name="official_change_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class KnownFake(models.Model):
    """Something known as fake. Without a brand it came from a public list and counts for all."""

    brand = models.ForeignKey(Brand, models.CASCADE, null=True, related_name="known_fakes")
    kind = models.CharField(max_length=12, choices=_KINDS)
    value = models.CharField(max_length=LONGEST)
    source = models.CharField(max_length=LABEL)
    confirmed = models.BooleanField(db_default=False, default=False)  # by our own people
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value", "brand"], name="known_fake_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Publication(models.Model):
    """The signed document of a brand as it is handed out, and the sealed key that signs it."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="official_publication")
    serial = models.IntegerField(db_default=0, default=0)
    document = models.JSONField(default=dict)
    signature = models.BinaryField(max_length=64)
    public_key = models.BinaryField(max_length=32)
    sealed_key = models.BinaryField()
    issued_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"official document {self.serial} of brand {self.brand_id}"
