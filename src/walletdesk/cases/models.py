"""Security cases, their steps, what the chain showed, and orders to the wallet's back end."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership, Team
from walletdesk.cases.types import (
    AddressRole,
    CaseKind,
    CaseState,
    Cause,
    CheckMethod,
    OrderKind,
    OrderState,
    Outcome,
    RiskKind,
    RiskState,
    StepState,
)
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation

NOTE_LENGTH = 500


class CaseRules(models.Model):
    """Whom a brand's security cases are offered to."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"security cases of {self.brand_id}"


class SecurityCase(models.Model):
    """One security case of one customer. A conversation has at most one open case of a kind.

    `because` holds the facts on which `cause` rests (`types.Source`); `cause_by` is None when the
    chain told it. `fingerprint` is the guard's keyed hash of a secret, never the secret.
    `checking_until`: a reading of the chain runs until then at the latest.
    """

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="cases")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="cases")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=20, choices=[(k, k) for k in CaseKind])
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in CaseState], default=CaseState.OPEN
    )
    assignee = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="cases")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    cause = models.CharField(max_length=20, choices=[(c, c) for c in Cause], default=Cause.UNKNOWN)
    confidence = models.CharField(max_length=8, default="possible")
    because = models.JSONField(default=list)
    other_causes = models.JSONField(default=list)
    cause_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    fingerprint = models.CharField(max_length=128, default="", db_default="")
    outcome = models.CharField(
        max_length=14, choices=[(o, o) for o in Outcome], default="", db_default=""
    )
    checked_at = models.DateTimeField(null=True)
    checking_until = models.DateTimeField(null=True)
    silent = models.JSONField(default=list)  # networks that did not answer the last reading
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(F("brand"), F("id").desc(), name="case_of_brand"),
            models.Index(F("conversation"), F("id").desc(), name="case_of_conversation"),
            models.Index(
                fields=["brand", "fingerprint"],
                condition=~Q(fingerprint=""),
                name="case_by_fingerprint",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "kind"],
                condition=~Q(state=CaseState.CLOSED),
                name="one_open_case_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED, closed_at__isnull=False)
                | (~Q(state=CaseState.CLOSED) & Q(closed_at=None)),
                name="case_closed_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def customer(self) -> Contact:
        """Whose case it is now: they may have signed in since `contact` opened it."""
        return self.conversation.contact


class CaseConversation(models.Model):
    """Another conversation that belongs to a case: the same theft, told elsewhere."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="further")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "conversation"], name="in_a_case_once")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} in {self.case_id}"


class CaseStep(models.Model):
    """A step of a case: what became of it, who did it, when. `note` holds no personal data."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="steps")
    code = models.CharField(max_length=24)
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in StepState], default=StepState.OPEN
    )
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=80, default="", db_default="")
    at = models.DateTimeField(null=True)
    note = models.CharField(max_length=NOTE_LENGTH, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="step_once_in_a_case")]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class CaseEntry(models.Model):
    """One line of a case's own history: appended, never changed. `detail` holds codes."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="entries")
    code = models.CharField(max_length=24)
    actor_name = models.CharField(max_length=80, default="", db_default="")
    detail = models.JSONField(default=dict)
    text = models.CharField(max_length=NOTE_LENGTH, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="entries_of_case")]

    def __str__(self) -> str:
        return f"{self.code} in {self.case_id}"


class CaseReference(models.Model):
    """A transaction or address that a case is about. `seq`: the message that named it, if one."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="references")
    text = models.CharField(max_length=130)
    kind = models.CharField(max_length=12)
    role = models.CharField(
        max_length=8, choices=[(r, r) for r in AddressRole], default=AddressRole.OTHER
    )
    seq = models.IntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "text"], name="named_once_in_case")]

    def __str__(self) -> str:
        return self.text


class CaseReading(models.Model):
    """What a network showed of a reference at the last reading (`types.Seen`)."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="readings")
    reference = models.CharField(max_length=130)
    network = models.CharField(max_length=40)
    seen = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reference", "network"], name="read_once_in_a_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} on {self.network}"


class CaseRisk(models.Model):
    """Something that is or was at risk, and what became of it. `gone`: no longer on the chain."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="risks")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=[(k, k) for k in RiskKind])
    reference = models.CharField(max_length=130)
    network = models.CharField(max_length=40)
    network_name = models.CharField(max_length=80)
    fields = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in RiskState], default=RiskState.OPEN
    )
    gone = models.BooleanField(default=False)
    by_name = models.CharField(max_length=80, default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="risk_once_in_a_case")]

    def __str__(self) -> str:
        return self.key


class FollowUp(models.Model):
    """A day on which somebody looks again. `told_at`: it came up; `done_at`: they have looked."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="follow_ups")
    due_at = models.DateTimeField()
    note = models.CharField(max_length=NOTE_LENGTH, default="", db_default="")
    by_name = models.CharField(max_length=80)
    told_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(told_at=None, done_at=None), name="follow_ups_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} at {self.due_at:%Y-%m-%d}"


class IdentityCheck(models.Model):
    """Somebody made sure that the customer is the owner of the account."""

    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="identity_checks")
    method = models.CharField(max_length=16, choices=[(m, m) for m in CheckMethod])
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.method} in {self.case_id}"


class WalletOrder(models.Model):
    """Something that the wallet's back end is asked to do, under one key however often it is sent.

    `item` names the account: "identity:12", a sealed identity of the contact, or "address:…", an
    address of the case. `requester` is the person, whatever their place in the brand is by now.
    An approved order is due at `due_at`; whoever carries it out moves that on first, so that a
    process that dies leaves it to the next one.
    """

    ref = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True)
    case = models.ForeignKey(SecurityCase, models.CASCADE, related_name="orders")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in OrderKind])
    item = models.CharField(max_length=140)
    reason = models.CharField(max_length=NOTE_LENGTH, default="", db_default="")
    state = models.CharField(max_length=10, choices=[(s, s) for s in OrderState])
    requested_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    requested_name = models.CharField(max_length=80)
    requester_id = models.BigIntegerField()
    decided_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    decided_name = models.CharField(max_length=80, default="", db_default="")
    decided_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    problem = models.CharField(max_length=40, default="", db_default="")
    answer = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=OrderState.APPROVED), name="wallet_orders_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=OrderState.APPROVED) | Q(due_at__isnull=False),
                name="approved_order_is_due",
            ),
            # The same thing is asked for once at a time: two impatient people freeze only once.
            models.UniqueConstraint(
                fields=["case", "kind", "item"],
                condition=Q(state__in=[OrderState.REQUESTED, OrderState.APPROVED]),
                name="one_waiting_order_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
