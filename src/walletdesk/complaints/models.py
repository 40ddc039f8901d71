"""Complaints, their steps, points and letters. What stands here holds tokens for personal data."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.complaints.types import Category, Finding, LetterKind, Outcome, State, Step
from walletdesk.conversations.models import Conversation

POINT_LENGTH = 1_000
ANSWER_LENGTH = 3_000
NOTE_LENGTH = 500


class ComplaintRules(models.Model):
    """What a brand decided: which law holds, and who is named as handling complaints."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="+")
    profile = models.CharField(max_length=40)
    handler = models.CharField(max_length=120)
    email = models.CharField(max_length=200)
    phone = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"complaints of {self.brand_id}"


class Complaint(models.Model):
    """One complaint. A conversation has at most one that is not closed.

    `received_at` never changes: a trigger of the database refuses it. `opened_seq` is the last
    event before it was opened: who acted up to there has handled the matter. `fields` is a list of
    [code, text with tokens] as the form was filled in.
    """

    ref = models.CharField(max_length=20, unique=True)
    number = models.CharField(max_length=8)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="complaints")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="complaints")
    opened_seq = models.IntegerField()
    profile = models.CharField(max_length=40)
    language = models.CharField(max_length=12)
    channel = models.CharField(max_length=10)
    by_representative = models.BooleanField(default=False)
    category = models.CharField(
        max_length=12, choices=[(c, c) for c in Category], default=Category.OTHER
    )
    state = models.CharField(max_length=14, choices=[(s, s) for s in State], default=State.RECEIVED)
    outcome = models.CharField(
        max_length=14, choices=[(o, o) for o in Outcome], default="", db_default=""
    )
    fields = models.JSONField(default=list)
    investigator = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="complaints"
    )
    received_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(F("brand"), F("id").desc(), name="complaint_of_brand")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="complaint_number_once"),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=~Q(state=State.CLOSED),
                name="one_open_complaint",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.CLOSED, closed_at__isnull=False) & ~Q(outcome=""))
                | (~Q(state=State.CLOSED) & Q(closed_at=None, outcome="")),
                name="complaint_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintStep(models.Model):
    """A step with its limit. `warned_at`, `missed_at`: when supervisors were told."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="steps")
    code = models.CharField(max_length=12, choices=[(s, s) for s in Step])
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "code"], name="complaint_step_once")
        ]
        indexes = [
            models.Index(
                fields=["warn_at"], condition=Q(done_at=None, warned_at=None), name="steps_near"
            ),
            models.Index(
                fields=["due_at"], condition=Q(done_at=None, missed_at=None), name="steps_missed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.complaint_id}"


class ComplaintPoint(models.Model):
    """One thing that was complained of, and what is answered to it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="points")
    text = models.TextField()
    answer = models.TextField(default="", db_default="")
    finding = models.CharField(
        max_length=12, choices=[(f, f) for f in Finding], default="", db_default=""
    )
    by_name = models.CharField(max_length=80, default="", db_default="")

    def __str__(self) -> str:
        return f"point of {self.complaint_id}"


class ComplaintSubject(models.Model):
    """A conversation that a complaint is about: who acted in it does not investigate."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="subjects")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "conversation"], name="complained_of_once")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} in {self.complaint_id}"


class ComplaintLetter(models.Model):
    """A letter as it was sent: never changed. `seq` is its message in the conversation."""

    ref = models.CharField(max_length=20, unique=True)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=16, choices=[(k, k) for k in LetterKind])
    language = models.CharField(max_length=12)
    content = models.JSONField()
    by_name = models.CharField(max_length=80, default="", db_default="")
    seq = models.IntegerField()
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} of {self.complaint_id}"


class ComplaintEntry(models.Model):
    """One line of a complaint's own history: appended, never changed. `detail` holds codes."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="entries")
    code = models.CharField(max_length=24)
    actor_name = models.CharField(max_length=80, default="", db_default="")
    detail = models.JSONField(default=dict)
    text = models.CharField(max_length=NOTE_LENGTH, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["complaint", "id"], name="entries_of_complaint")]

    def __str__(self) -> str:
        return f"{self.code} in {self.complaint_id}"
