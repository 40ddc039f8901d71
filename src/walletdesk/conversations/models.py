"""Conversations, their timeline, and the receipts that make delivery idempotent."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from walletdesk.accounts.models import Brand, Membership, Team
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.conversations.types import (
    TAG_LENGTH,
    Author,
    FileState,
    Kind,
    PictureCheck,
    ScheduledState,
    Status,
    TagColour,
    View,
)

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

PREVIEW_LENGTH = 140
SAVED_NAME = 60
SAVED_QUERY = 1_000
# Partitions older than a conversation are not looked at. The database's clock dates a conversation,
# a server's clock its events: so far may the one be behind the other (in SQL: interval '1 hour').
CLOCK_MARGIN = timedelta(hours=1)


class Conversation(models.Model):
    """One matter of one customer.

    `last_seq` numbers the timeline; whoever appends holds this row's lock, so numbers have no gaps
    and follow the order of commits. `change_xid` is the transaction that changed the row last: with
    a snapshot's xmin as cursor a screen finds all that changed since, in any order of commits.
    """

    ref = models.CharField(max_length=20)
    # Each message writes a new entry into each index of this table: none that another one covers.
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="conversations", db_index=False)
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="conversations", db_index=False
    )
    # The device session (contacts.ContactSession) on which it began: a number, because the device
    # may be forgotten long before the conversation.
    started_on = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20, db_default="chat")
    # Nobody vouches for who wrote: the sender of a mail was not authenticated.
    unverified = models.BooleanField(db_default=False, default=False)
    status = models.CharField(
        max_length=10, choices=[(s, s) for s in Status], db_default=Status.NEW, default=Status.NEW
    )
    language = models.CharField(max_length=12)
    topic = models.CharField(max_length=40, db_default="", default="")
    urgency = models.SmallIntegerField(db_default=0, default=0)
    assignee = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="conversations"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="conversations")
    last_seq = models.IntegerField(db_default=0, default=0)
    last_customer_seq = models.IntegerField(db_default=0, default=0)
    staff_read_seq = models.IntegerField(db_default=0, default=0)
    customer_delivered_seq = models.IntegerField(db_default=0, default=0)
    customer_read_seq = models.IntegerField(db_default=0, default=0)
    preview = models.CharField(max_length=PREVIEW_LENGTH, db_default="", default="")
    last_author = models.CharField(max_length=10, choices=[(a, a) for a in Author], db_default="")
    last_event_at = models.DateTimeField(db_default=Now())
    waiting_since = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    rating = models.SmallIntegerField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    # always the one in which it goes on at last, so that one step leads there
    merged_into = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="absorbed", db_index=False
    )
    merged_seq = models.IntegerField(db_default=0, default=0)  # the other's number of that event
    split_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="parts", db_index=False
    )
    bot_misses = models.SmallIntegerField(db_default=0, default=0)
    allowance = models.FloatField(null=True)
    allowance_at = models.DateTimeField(null=True)
    change_xid = models.BigIntegerField(db_default=0, default=0)
    created_at = models.DateTimeField(db_default=Now())

    visible_after = 0  # not stored: from where on a guest may read (queries.get_conversation_of)

    if TYPE_CHECKING:
        events: RelatedManager["Event"]

    class Meta:
        indexes = [
            models.Index(
                F("team"),
                F("last_event_at").desc(),
                F("id").desc(),
                condition=Q(status__in=[Status.QUEUED, Status.OPEN]),
                name="conversation_of_team",
            ),
            # A rare topic, and who has waited for days, would else be looked for in all rows.
            models.Index(
                F("brand"),
                F("topic"),
                F("last_event_at").desc(),
                F("id").desc(),
                condition=~Q(topic=""),
                name="conversation_by_topic",
            ),
            models.Index(
                fields=["brand", "waiting_since"],
                condition=Q(waiting_since__isnull=False),
                name="conversation_waits",
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="conversation_merged",
            ),
            models.Index(
                fields=["split_from"],
                condition=Q(split_from__isnull=False),
                name="conversation_split",
            ),
            models.Index(
                F("brand"),
                F("urgency").desc(),
                F("queued_at"),
                F("id"),
                condition=Q(status=Status.QUEUED),
                name="conversation_queue",
            ),
            models.Index(
                F("assignee"),
                F("last_event_at").desc(),
                F("id").desc(),
                condition=Q(status=Status.OPEN),
                name="conversation_mine",
            ),
            models.Index(
                F("brand"),
                F("status"),
                F("last_event_at").desc(),
                F("id").desc(),
                name="conversation_by_status",
            ),
            models.Index(
                F("brand"),
                F("last_event_at").desc(),
                F("id").desc(),
                condition=~Q(status=Status.NEW),
                name="conversation_recent",
            ),
            models.Index(F("brand"), F("change_xid"), name="conversation_changed"),
            models.Index(F("contact"), F("id").desc(), name="conversation_of_contact"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="conversation_ref_once"),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="rating_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(urgency__range=(0, 3)), name="urgency_low_to_critical"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.OPEN) | Q(assignee__isnull=False),
                name="open_has_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.QUEUED) | Q(queued_at__isnull=False),
                name="queued_since_some_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SNOOZED, snoozed_until__isnull=False)
                | (~Q(status=Status.SNOOZED) & Q(snoozed_until=None)),
                name="snoozed_until_some_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into=None)),
                name="merged_into_another",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Event(models.Model):
    """One numbered fact of a conversation. Appended, never changed but by a redaction.

    The table is partitioned by month of `created_at`, which therefore is part of the key.
    """

    pk = models.CompositePrimaryKey("conversation_id", "seq", "created_at")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="events", db_constraint=False
    )
    seq = models.IntegerField()
    created_at = models.DateTimeField()
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=12, choices=[(k, k) for k in Kind])
    author = models.CharField(max_length=10, choices=[(a, a) for a in Author])
    author_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=80)
    text = models.TextField()
    data = models.JSONField(default=dict)
    staff_data = models.JSONField(default=dict)
    client_id = models.UUIDField(null=True)

    class Meta:
        db_table = "conversations_event"
        managed = False  # Django cannot declare partitions: migration 0002 makes the table

    def __str__(self) -> str:
        return f"{self.conversation_id}#{self.seq} {self.kind}"


class Mention(models.Model):
    """A colleague who was named in a note. `seen` once they have had it on their screen."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="mentions")
    seq = models.IntegerField()
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="mentions")
    seen = models.BooleanField(db_default=False, default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "seq", "membership"], name="mentioned_once_in_a_note"
            )
        ]
        indexes = [models.Index(F("membership"), F("seen"), F("id").desc(), name="mention_of")]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.conversation_id}#{self.seq}"


class Draft(models.Model):
    """What a person has begun to write, on whichever device they go on. `text` is guarded."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=[("reply", "reply"), ("note", "note")])
    text = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "membership", "kind"], name="one_draft_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.conversation_id}"


class ScheduledReply(models.Model):
    """A reply that is sent later. `customer_seq`: what of the customer's its author had read.

    It waits, or is held because something happened that its author has not seen: `reason`.
    """

    ref = models.CharField(max_length=20, unique=True)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="scheduled")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="scheduled")
    client_id = models.UUIDField()
    text = models.TextField()
    files = models.JSONField(default=list)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=[(s, s) for s in ScheduledState])
    reason = models.CharField(max_length=20, db_default="", default="")
    customer_seq = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "client_id"], name="scheduled_once_per_client_id"
            )
        ]
        indexes = [
            models.Index(
                F("due_at"), condition=Q(state=ScheduledState.WAITING), name="scheduled_due"
            ),
            models.Index(F("conversation"), F("due_at"), name="scheduled_in_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"


class Tag(models.Model):
    """A word by which staff sort conversations. Customers never see it."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=TAG_LENGTH)
    colour = models.CharField(max_length=10, choices=[(c, c) for c in TagColour])
    archived = models.BooleanField(db_default=False, default=False)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(F("brand"), Lower("name"), name="tag_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ConversationTag(models.Model):
    """A tag on a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="uses")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "tag"], name="tagged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.tag_id}"


class Macro(models.Model):
    """A prepared reply, with what is done when it is sent. `owner` is None when it is shared.

    `bodies` maps a language to the text, with variables in braces (see `macro_text`).
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="macros")
    owner = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="macros")
    name = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=24, db_default="", default="", blank=True)
    bodies = models.JSONField(default=dict)
    tags = models.ManyToManyField(Tag, related_name="macros")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    resolve = models.BooleanField(db_default=False, default=False)
    snooze_hours = models.SmallIntegerField(null=True)
    archived = models.BooleanField(db_default=False, default=False)
    version = models.IntegerField(db_default=0, default=0)

    class Meta:
        indexes = [models.Index(fields=["brand", "owner"], name="macros_of_brand")]
        constraints = [
            models.UniqueConstraint(
                F("brand"),
                F("shortcut"),
                condition=Q(owner=None, archived=False) & ~Q(shortcut=""),
                name="macro_shortcut_once",
            ),
            models.UniqueConstraint(
                F("owner"),
                F("shortcut"),
                condition=Q(owner__isnull=False, archived=False) & ~Q(shortcut=""),
                name="own_macro_shortcut_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Receipt(models.Model):
    """Proof that a client's message was recorded: written with it, looked up by every retry."""

    pk = models.CompositePrimaryKey("conversation_id", "client_id")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, db_constraint=False, db_index=False
    )
    client_id = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="receipt_age")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.client_id}"


class SavedView(models.Model):
    """A filter that somebody named: for themselves (`owner`), or without owner for the brand."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    owner = models.ForeignKey(Membership, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=SAVED_NAME)
    view = models.CharField(max_length=10, choices=[(v, v) for v in View])
    query = models.CharField(max_length=SAVED_QUERY)  # canonical: filters.write_filter
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["brand", "name"], name="saved_view_of_brand")]

    def __str__(self) -> str:
        return self.name


class UndoStep(models.Model):
    """How one conversation stood before an action that can be taken back, for a few seconds."""

    token = models.UUIDField()
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    action = models.CharField(max_length=12)
    before = models.JSONField()
    after_seq = models.IntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "token", "conversation"], name="one_undo_step_each"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="undo_step_age")]

    def __str__(self) -> str:
        return f"{self.action} {self.conversation_id}"


class Block(models.Model):
    """A contact who cannot write for a time. Its row is kept: it tells who did it, and why."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="blocks")
    by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField()
    until = models.DateTimeField()
    told = ArrayField(models.BigIntegerField(), default=list)  # conversations that show it
    lifted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(lifted_at=None), name="one_block_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} until {self.until:%F}"


class Relation(models.Model):
    """Two conversations that belong together. `first` has the lower number, so a pair is once."""

    first = models.ForeignKey(Conversation, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="related_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="related_lower_number_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"


class Attachment(models.Model):
    """A file that somebody sent, or uploaded and has not sent yet.

    The row comes first (`pending`), then the contents, sealed under the contact's key and under a
    random name in the blob store, then `ready`. Until it goes out with a message it belongs to the
    device or the member of staff who uploaded it; `conversation` and `seq` say with which one it
    went. `internal`: with a note, so customers may not have it.
    """

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="attachments")
    session = models.ForeignKey(ContactSession, models.SET_NULL, null=True, related_name="+")
    membership = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    client_id = models.UUIDField()
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="attachments"
    )
    seq = models.IntegerField(null=True)
    internal = models.BooleanField(db_default=False, default=False)
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in FileState], default=FileState.PENDING
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, default="")
    media_type = models.CharField(max_length=40, default="")
    size = models.IntegerField(default=0)
    thumb_size = models.IntegerField(default=0)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    secrets = models.JSONField(default=list)
    # of those secrets, in hex: caught.CaughtSecret.mark
    marks = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    check_state = models.CharField(
        max_length=8, choices=[(s, s) for s in PictureCheck], default="", db_default=""
    )
    blob = models.CharField(max_length=32)
    thumb_blob = models.CharField(max_length=32, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "client_id"], name="file_once_of_session"),
            models.UniqueConstraint(fields=["membership", "client_id"], name="file_once_of_member"),
            models.CheckConstraint(
                condition=Q(conversation=None) | Q(state=FileState.READY), name="sent_is_ready"
            ),
        ]
        indexes = [
            models.Index(F("created_at"), condition=Q(conversation=None), name="attachment_unsent"),
            models.Index(F("blob"), name="attachment_blob"),
            models.Index(F("thumb_blob"), name="attachment_thumb_blob"),
        ]

    def __str__(self) -> str:
        return self.ref
