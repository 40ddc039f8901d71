"""Brands, people and their places in a brand."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Now

from walletdesk.accounts.types import Role
from walletdesk.kit import clock, ids


def _strict_roles() -> list[str]:
    """Return the roles that need a second factor unless a brand says otherwise."""
    return [Role.OWNER, Role.SUPERVISOR]


class Brand(models.Model):
    """A wallet whose customers are served here. Everything else belongs to exactly one brand."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    languages = ArrayField(models.CharField(max_length=12))
    default_language = models.CharField(max_length=12)
    accent = models.CharField(max_length=7, db_default="#2f6bff")
    greetings = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    site_url = models.CharField(max_length=200, db_default="", default="", blank=True)
    help_url = models.CharField(max_length=200, db_default="", default="", blank=True)
    version = models.IntegerField(db_default=0, default=0)
    second_factor_roles = ArrayField(models.CharField(max_length=12), default=_strict_roles)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accent__regex=r"^#[0-9a-f]{6}$"), name="brand_accent_is_a_colour"
            )
        ]

    def __str__(self) -> str:
        return self.name


class BrandLogo(models.Model):
    """A brand's picture, made anew by us from what was uploaded. `digest` names it in addresses."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="logo")
    digest = models.CharField(max_length=32)
    png = models.BinaryField()
    webp = models.BinaryField()

    def __str__(self) -> str:
        return self.digest


class PrivacyRules(models.Model):
    """How long what is kept, and how much of it a person may look at. See `types.PrivacyLimits`.

    `retention_days` is None when closed conversations are kept for ever.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="privacy")
    reveals_per_day = models.SmallIntegerField(default=20)
    reveal_minutes = models.SmallIntegerField(default=10)
    retention_days = models.IntegerField(null=True)
    session_days = models.SmallIntegerField(default=30)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reveals_per_day__range=(0, 200))
                & Q(reveal_minutes__range=(1, 30))
                & Q(session_days__range=(1, 30))
                & (Q(retention_days=None) | Q(retention_days__range=(30, 3650))),
                name="privacy_within_limits",
            )
        ]

    def __str__(self) -> str:
        return f"privacy of {self.brand_id}"


class UserManager(BaseUserManager["User"]):
    """Makes users; asked for by Django's authentication."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A member of staff who signs in with an e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(db_default=True, default=True)
    language = models.CharField(max_length=12, db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()
    USERNAME_FIELD: ClassVar[str] = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_is_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Team(models.Model):
    """People who share a queue."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in a brand: role, team, languages. What they do carries this row's id."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=[(r, r) for r in Role])
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="memberships")
    languages = ArrayField(models.CharField(max_length=12), default=list)
    # theme, enter, sound, notify, density, view: actions/preferences.py
    preferences = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="one_place_per_brand")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Invitation(models.Model):
    """A link by which a new person chooses a password, once. Only the hash of its token is kept."""

    user = models.OneToOneField(User, models.CASCADE, related_name="invitation")
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.user} until {self.expires_at:%Y-%m-%d %H:%M}"


class StaffSession(AbstractBaseSession):
    """A browser's session: whose it is, and from where and when it was used.

    Without a user it is that of somebody who is just signing in. `active_at` is the last page or
    call that a person asked for; the live stream does not count.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    ref = models.CharField(max_length=16, unique=True, default=ids.new_ref)
    started_at = models.DateTimeField(default=clock.now)
    active_at = models.DateTimeField(default=clock.now)
    address = models.CharField(max_length=45, default="", db_default="")
    device = models.CharField(max_length=200, default="", db_default="")

    class Meta(AbstractBaseSession.Meta):
        indexes = [models.Index(F("user"), F("active_at").desc(), name="session_of_user")]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return what decodes a row. The salt is the class's bare name, which ours shares."""
        return SessionStore


class AuditEntry(models.Model):
    """One line of the audit trail. Appended, never changed or removed by the desk."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="audit")
    actor = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, db_default="")
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(F("brand"), F("id").desc(), name="audit_of_brand"),
            models.Index(F("actor"), F("action"), F("created_at"), name="audit_of_actor"),
            models.Index(F("brand"), F("subject"), F("id").desc(), name="audit_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
