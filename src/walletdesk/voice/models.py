"""Numbers and how they are answered, calls with their commands, call-backs, recordings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand, Membership
from walletdesk.channels.models import Inbox
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.voice.flow.states import Stage

RECORDING = ("off", "announce", "ask")


class Line(models.Model):
    """How a number is answered: an inbox of the kind "phone". Its hours are the inbox's."""

    inbox = models.OneToOneField(Inbox, models.CASCADE, primary_key=True, related_name="line")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="lines")
    languages = ArrayField(models.CharField(max_length=12), default=list)
    record = models.CharField(max_length=8, choices=[(r, r) for r in RECORDING], default="off")
    announce_seconds = models.IntegerField(default=60)
    overflow_seconds = models.IntegerField(default=900)
    most_calls = models.IntegerField(default=50)
    call_backs = models.BooleanField(default=True)
    messages = models.BooleanField(default=True)
    links = models.BooleanField(default=False)
    survey = models.BooleanField(default=True)
    version = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"line {self.inbox_id}"


class VoiceRules(models.Model):
    """What holds for all numbers of a brand. `countries`: ISO codes that may be called."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="voice")
    countries = ArrayField(models.CharField(max_length=2), default=list)
    calls_per_hour = models.IntegerField(default=30)
    keep_days = models.IntegerField(default=90)
    fit = ArrayField(models.CharField(max_length=12), default=list)  # generated voices in use
    version = models.IntegerField(db_default=0, default=0)

    def __str__(self) -> str:
        return f"voice of {self.brand_id}"


class MenuVersion(models.Model):
    """A menu as it was saved: calls end in the one in which they began. `body`: menu.Menu."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    number = models.IntegerField()
    body = models.JSONField()
    author = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="menu_version_once")
        ]

    def __str__(self) -> str:
        return f"menu {self.number} of {self.brand_id}"


class Prompt(models.Model):
    """The sound of a prompt in a language, as WAV. `key` as in texts, or "menu:" and a digest."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    key = models.CharField(max_length=48)
    wav = models.BinaryField()
    generated = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "language", "key"], name="prompt_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language}"


class Call(models.Model):
    """One telephone call. `name` is the driver's for it; `state` is flow.states.State as JSON."""

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="calls")
    line = models.ForeignKey(Line, models.SET_NULL, null=True, related_name="calls")
    menu = models.ForeignKey(MenuVersion, models.SET_NULL, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="calls")
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="calls")
    driver = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    number_hash = models.BinaryField(max_length=32, null=True)  # lookup of the caller's number
    stage = models.CharField(max_length=10, choices=[(s, s) for s in Stage])
    state = models.JSONField()
    due_at = models.DateTimeField(null=True)
    agent = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    out = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, db_default="", default="")
    talked_seconds = models.IntegerField(db_default=0, default=0)
    waited_seconds = models.IntegerField(db_default=0, default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["driver", "name"], name="call_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="call_due"),
            models.Index(F("brand"), F("started_at").desc(), name="call_log"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.stage}"


class CallCommand(models.Model):
    """Something the driver is to do. `body` is emptied once it is done."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="commands")
    number = models.IntegerField()
    body = models.BinaryField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="command_once")]
        indexes = [
            models.Index(fields=["call", "number"], condition=Q(done_at=None), name="command_due")
        ]

    def __str__(self) -> str:
        return f"{self.call_id}#{self.number}"


class Callback(models.Model):
    """Somebody is to be called back; their conversation keeps its place in the queue meanwhile.

    The number is an identity of the contact (`number_hash` finds it). `salt` makes the code that
    both sides know.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="callback")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    line = models.ForeignKey(Line, models.SET_NULL, null=True, related_name="+")
    driver = models.CharField(max_length=20)
    number_hash = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16)
    language = models.CharField(max_length=12)
    tries = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=8, default="waiting")  # waiting, calling, done, given_up
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="callback_due")
        ]

    def __str__(self) -> str:
        return f"call-back for {self.conversation_id}: {self.state}"


class Recording(models.Model):
    """A recorded talk or message: its sound lies sealed under the contact's key."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="recordings")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    blob = models.CharField(max_length=32, unique=True)
    size = models.IntegerField()
    seconds = models.FloatField(default=0.0)
    is_message = models.BooleanField()
    complete = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="recording_once")]
        indexes = [models.Index(fields=["expires_at"], name="recording_age")]

    def __str__(self) -> str:
        return f"{self.name} of {self.call_id}"


class CallCode(models.Model):
    """A one-time code by which a caller shows who they are. Of the code only a hash is kept."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "digest"], name="call_code_once")]
        indexes = [models.Index(fields=["expires_at"], name="call_code_age")]

    def __str__(self) -> str:
        return f"code of {self.contact_id}"
