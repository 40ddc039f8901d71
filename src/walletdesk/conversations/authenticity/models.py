"""Reported links, and who was warned of a confirmed one."""

from django.db import models
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.contacts.models import Contact
from walletdesk.conversations.authenticity.types import Reporter, ReportState
from walletdesk.conversations.models import Conversation


class LinkReport(models.Model):
    """A host that somebody reported as phishing: one case, however many report it."""

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="link_reports")
    host = models.CharField(max_length=253)  # in ASCII
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, related_name="link_reports"
    )
    reporter = models.CharField(max_length=8, choices=[(r, r) for r in Reporter])
    reports = models.IntegerField(db_default=1, default=1)
    state = models.CharField(
        max_length=9,
        choices=[(s, s) for s in ReportState],
        db_default=ReportState.WAITING,
        default=ReportState.WAITING,
    )
    decided_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "host"], name="link_report_once"),
        ]
        indexes = [models.Index(fields=["brand", "state", "id"], name="link_report_of_brand")]

    def __str__(self) -> str:
        return self.ref


class ReportedIn(models.Model):
    """A conversation from which a host was reported: each counts once."""

    report = models.ForeignKey(LinkReport, models.CASCADE, related_name="places")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "conversation"], name="link_reported_in_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} from {self.conversation_id}"


class LinkWarning(models.Model):
    """A customer was warned of a confirmed link: never twice of the same."""

    report = models.ForeignKey(LinkReport, models.CASCADE, related_name="warnings")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "contact"], name="link_warning_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} to contact {self.contact_id}"
