"""How a brand shares its work, what each person can do, who is there, and who waits for whom."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.conversations.models import Conversation
from walletdesk.routing.types import CHOSEN, HIGHEST_LEVEL, Limits, Mode, OfferState, Presence


def default_capacity() -> dict[str, int]:
    """Return how many conversations of each channel fill one person."""
    return {"chat": 3, "form": 6, "email": 6, "voice": 1}


class RoutingRules(models.Model):
    """How a brand shares its work. Without a row: the defaults, with agents who pick."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="routing")
    mode = models.CharField(max_length=8, choices=[(m, m) for m in Mode], default=Mode.PICK)
    offer_seconds = models.IntegerField(default=45)
    overflow_seconds = models.IntegerField(default=180)
    ageing_minutes = models.IntegerField(default=30)
    wrap_up_seconds = models.IntegerField(default=0)
    office_hours = models.BooleanField(default=True)
    capacity = models.JSONField(default=default_capacity)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offer_seconds__range=Limits.OFFER)
                & Q(overflow_seconds__range=Limits.OVERFLOW)
                & Q(ageing_minutes__range=Limits.AGEING)
                & Q(wrap_up_seconds__range=Limits.WRAP_UP),
                name="routing_within_limits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mode} of {self.brand_id}"


class Ability(models.Model):
    """What one person can do. `skills`: [topic, language, level]; `capacity` where it differs."""

    membership = models.OneToOneField(
        Membership, models.CASCADE, primary_key=True, related_name="ability"
    )
    skills = models.JSONField(default=list)
    capacity = models.JSONField(default=dict)
    version = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"skills of {self.membership_id}"


class Attendance(models.Model):
    """What somebody chose to be, and when their browser was last heard of."""

    membership = models.OneToOneField(
        Membership, models.CASCADE, primary_key=True, related_name="attendance"
    )
    chosen = models.CharField(
        max_length=8, choices=[(p, p) for p in CHOSEN], default=Presence.ONLINE
    )
    heard_at = models.DateTimeField()
    wrap_up_until = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    missed = models.SmallIntegerField(db_default=0, default=0)  # offers in a row, unanswered

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.chosen}"


class Route(models.Model):
    """The level that a conversation needs, where somebody asked for one (an escalation).

    `previous` had it then, and does not get it back.
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="route"
    )
    level = models.SmallIntegerField()
    previous = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__range=(1, HIGHEST_LEVEL)), name="route_level_exists"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: level {self.level}"


class Offer(models.Model):
    """A conversation is reserved for somebody until `expires_at`. It never makes anybody owner."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="offers")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="offers")
    state = models.CharField(
        max_length=10, choices=[(s, s) for s in OfferState], default=OfferState.PENDING
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state=OfferState.PENDING),
                name="reserved_for_one",
            )
        ]
        indexes = [
            models.Index(
                fields=["membership"],
                condition=Q(state=OfferState.PENDING),
                name="offer_pending_of",
            ),
            models.Index(F("conversation"), F("id").desc(), name="offer_of_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} to {self.membership_id}: {self.state}"


class QueueStay(models.Model):
    """One stay of a conversation in the queue: what its customer was told, and how it ended.

    `membership` took it; null with `left_at` set: it was settled or taken back without anybody.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="stays")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    contact_id = models.BigIntegerField()  # a number: who knew this customer last
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=12)
    urgency = models.SmallIntegerField()
    queued_at = models.DateTimeField()
    place = models.IntegerField(null=True)  # null: nobody was there, nothing was told
    reckoned = models.FloatField(null=True)
    low = models.FloatField(null=True)
    middle = models.FloatField(null=True)
    high = models.FloatField(null=True)
    left_at = models.DateTimeField(null=True)
    membership = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    released_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "queued_at"], name="stay_once")
        ]
        indexes = [
            models.Index(fields=["brand"], condition=Q(left_at=None), name="stay_now"),
            models.Index(F("brand"), F("left_at").desc(), name="stay_over"),
            models.Index(
                F("contact_id"),
                F("id").desc(),
                condition=Q(membership__isnull=False),
                name="stay_of_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} from {self.queued_at}"


def merged_capacity(brand: Any, own: Any) -> dict[str, int]:
    """Return a person's capacity: their own numbers over the brand's."""
    return {**default_capacity(), **dict(brand or {}), **dict(own or {})}
