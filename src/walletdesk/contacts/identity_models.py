"""The tables of identity: who a customer was shown to be, and what that was shown with."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.contacts.types import Algorithm, Proof, ProofOfWork


class ExternalIdentity(models.Model):
    """A name under which a customer is known for certain: the wallet's user, or an address.

    Found by a keyed hash. Only an address, which is public on its chain, can be read here.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    contact = models.ForeignKey(
        "contacts.Contact", models.CASCADE, related_name="external_identities"
    )
    kind = models.CharField(max_length=12, choices=[(p, p) for p in Proof])
    digest = models.BinaryField(max_length=32)
    address = models.CharField(max_length=200, db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "digest"], name="external_identity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of contact {self.contact_id}"


class IdentityKey(models.Model):
    """A key with which a wallet signs identity tokens: a sealed secret, or a public key."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="identity_keys")
    kid = models.CharField(max_length=32)
    algorithm = models.CharField(max_length=8, choices=[(a, a) for a in Algorithm])
    secret = models.BinaryField(max_length=200, null=True)
    public_key = models.BinaryField(max_length=32, null=True)
    active = models.BooleanField(db_default=True, default=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "kid"], name="kid_once_per_brand"),
            models.CheckConstraint(
                condition=models.Q(
                    algorithm=Algorithm.HS256, secret__isnull=False, public_key__isnull=True
                )
                | models.Q(
                    algorithm=Algorithm.EDDSA, secret__isnull=True, public_key__isnull=False
                ),
                name="identity_key_fits_algorithm",
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class UsedToken(models.Model):
    """An identity token that was accepted. The unique key is what makes it good for once only."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "digest"], name="token_used_once")]
        indexes = [models.Index(fields=["expires_at"], name="used_token_age")]

    def __str__(self) -> str:
        return f"token until {self.expires_at:%H:%M:%S}"


class WalletChallenge(models.Model):
    """A message that a wallet was asked to sign: one open question for each device."""

    session = models.OneToOneField(
        "contacts.ContactSession", models.CASCADE, related_name="challenge"
    )
    nonce = models.CharField(max_length=32)
    address = models.CharField(max_length=42)
    chain_id = models.BigIntegerField()
    message = models.TextField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="challenge_age")]

    def __str__(self) -> str:
        return f"challenge of session {self.session_id}"


class DeviceLink(models.Model):
    """A link that takes a conversation to another device: once, within minutes."""

    session = models.ForeignKey("contacts.ContactSession", models.CASCADE, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    ref = models.CharField(max_length=20)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="device_link_age")]

    def __str__(self) -> str:
        return f"link of session {self.session_id}"


class IdentityPolicy(models.Model):
    """What a brand allows. No row: the defaults."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="identity_policy")
    wallet_sign_in = models.BooleanField(db_default=False, default=False)
    chains = ArrayField(models.BigIntegerField(), default=list)
    proof_of_work = models.CharField(
        max_length=4,
        choices=[(p, p) for p in ProofOfWork],
        db_default=ProofOfWork.AUTO,
        default=ProofOfWork.AUTO,
    )

    class Meta:
        verbose_name_plural = "identity policies"

    def __str__(self) -> str:
        return f"identity policy of brand {self.brand_id}"
