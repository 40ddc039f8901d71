"""Flows of a brand, each saved state of them, and the runs in conversations."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.bot.flows.types import Then
from walletdesk.conversations.models import Conversation

NAME_LENGTH = 80


class BotFlow(models.Model):
    """A flow of a brand. `version` is the number of its newest state, the draft.

    `code` names one that we ship, "" a brand's own. Customers meet it while it is `on` and has a
    `published` state.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="flows")
    code = models.CharField(max_length=40, db_default="", default="", blank=True)
    name = models.CharField(max_length=NAME_LENGTH)
    on = models.BooleanField(db_default=False, default=False)
    published = models.ForeignKey("FlowVersion", models.SET_NULL, null=True, related_name="+")
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="flow_name_once"),
            models.UniqueConstraint(
                fields=["brand", "code"], condition=~Q(code=""), name="flow_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FlowVersion(models.Model):
    """A state of a flow as somebody saved it: a document of `documents`. Appended only.

    `published_at` is set on the copy that was published; runs are pinned to it.
    """

    flow = models.ForeignKey(BotFlow, models.CASCADE, related_name="versions")
    number = models.IntegerField()
    body = models.JSONField()
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=80, db_default="", default="")
    created_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="flow_version_once")]

    def __str__(self) -> str:
        return f"{self.flow_id} {self.number}"


class FlowRun(models.Model):
    """A flow in a conversation, with the version that it began with.

    `state` is what `documents.write_state` writes; `heard_seq` the customer's last message that it
    knows, `waiting_seq` the message whose look-up is awaited, 0 for none. `outcome` is "" while it
    runs.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="flow_runs")
    version = models.ForeignKey(FlowVersion, models.CASCADE, related_name="runs")
    state = models.JSONField(default=dict)
    heard_seq = models.IntegerField(db_default=0, default=0)
    waiting_seq = models.IntegerField(db_default=0, default=0)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=12, choices=[(t, t) for t in Then], db_default="", default="", blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(ended_at=None), name="flow_run_one_at_a_time"
            )
        ]
        indexes = [models.Index(F("conversation"), F("id").desc(), name="flow_run_newest")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.outcome or 'runs'}"
