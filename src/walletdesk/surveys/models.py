"""What a brand decides, whom it asked, what was answered, and what follows from it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership, Team
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.surveys.types import AskState, FollowUpState, Way


class SurveySettings(models.Model):
    """A brand's surveys: `types.Told`. Without a row the defaults hold."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="surveys")
    in_chat = models.BooleanField(db_default=True, default=True)
    by_email = models.BooleanField(db_default=False, default=False)
    by_sms = models.BooleanField(db_default=False, default=False)
    delay_hours = models.SmallIntegerField(db_default=24, default=24)
    quiet_from = models.SmallIntegerField(db_default=21, default=21)
    quiet_until = models.SmallIntegerField(db_default=9, default=9)
    every_days = models.SmallIntegerField(db_default=14, default=14)
    threshold = models.SmallIntegerField(db_default=2, default=2)
    intros = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    version = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"surveys of {self.brand_id}"


class Standing(models.Model):
    """When somebody was asked last, and whether they never want to be again.

    `mark` is a keyed hash: of a contact, of a verified address or number. The row outlives the
    contact, so that "never again" does too.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    mark = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField(null=True)
    opted_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "mark"], name="standing_once")]

    def __str__(self) -> str:
        return f"standing {self.pk}"


class Invitation(models.Model):
    """That somebody is asked about one conversation, once. Of a link only the hash is kept."""

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="invitation")
    way = models.CharField(max_length=5, choices=[(w, w) for w in Way], default="")
    state = models.CharField(max_length=8, choices=[(s, s) for s in AskState])
    reason = models.CharField(max_length=12, db_default="", default="")
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(F("due_at"), condition=Q(state="planned"), name="invitation_due"),
            models.Index(F("brand"), F("asked_at"), name="invitation_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"


class Theme(models.Model):
    """What several comments of one language are about, named by its most typical words."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    words = ArrayField(models.CharField(max_length=60))
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(F("brand"), F("language"), name="theme_of_brand")]

    def __str__(self) -> str:
        return ", ".join(self.words)


class Response(models.Model):
    """What a customer said of one conversation, and who had it then.

    `comment` has passed the guard; tokens stand in it for personal data whose values are not kept.
    `seq` is the event of the timeline that shows it. Answers with one score only have no others.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="response")
    seq = models.IntegerField()
    way = models.CharField(max_length=5, choices=[(w, w) for w in Way])
    score = models.SmallIntegerField()
    speed = models.SmallIntegerField(null=True)
    accuracy = models.SmallIntegerField(null=True)
    manner = models.SmallIntegerField(null=True)
    comment = models.TextField(db_default="", default="")
    language = models.CharField(max_length=12)
    channel = models.CharField(max_length=20)
    topic = models.CharField(max_length=40)
    agent = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="responses")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(F("brand"), F("created_at").desc(), name="response_of_brand"),
            models.Index(F("agent"), F("created_at").desc(), name="response_of_agent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{name: None}) | Q(**{f"{name}__range": (1, 5)})
                        for name in ("speed", "accuracy", "manner")
                    ),
                    score__range=(1, 5),
                ),
                name="scores_one_to_five",
            )
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"


class FollowUp(models.Model):
    """That somebody who leads looks at what a customer found bad, until it is settled."""

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    response = models.OneToOneField(Response, models.CASCADE, related_name="follow_up")
    state = models.CharField(
        max_length=5, choices=[(s, s) for s in FollowUpState], default=FollowUpState.OPEN
    )
    assignee = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(F("brand"), F("state"), F("id"), name="follow_up_queue")]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"
