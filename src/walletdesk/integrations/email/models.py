"""Accounts of e-mail, the raw mails that came in, and the ids by which answers find their way."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.types import MailState, Source, WayIn, WayOut


class MailAccount(models.Model):
    """One address of a brand, with the way in and the way out of its mails.

    Passwords, tokens and keys lie in `in_secrets`, `out_settings` and `dkim_key`, sealed (see
    `vault`); `in_settings` holds what may be shown: host, port, user, folder. `token` names the
    account in the addresses of webhooks. `authserv_id` is the one server whose
    Authentication-Results count for mails that were fetched (RFC 8601).
    """

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="mail_accounts")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=254, unique=True)
    aliases = ArrayField(models.CharField(max_length=254), default=list)
    active = models.BooleanField(db_default=True, default=True)
    language = models.CharField(max_length=12, db_default="", default="", blank=True)
    token = models.CharField(max_length=64, unique=True)
    # in
    in_way = models.CharField(
        max_length=10, choices=[(w, w) for w in WayIn], db_default=WayIn.NONE, default=WayIn.NONE
    )
    in_settings = models.JSONField(default=dict)
    in_secrets = models.BinaryField(null=True)
    authserv_id = models.CharField(max_length=254, db_default="", default="", blank=True)
    last_fetched_at = models.DateTimeField(null=True)
    lag_seconds = models.IntegerField(null=True)
    last_error = models.CharField(max_length=40, db_default="", default="", blank=True)
    last_error_at = models.DateTimeField(null=True)
    # out
    out_backend = models.CharField(
        max_length=10,
        choices=[(w, w) for w in WayOut],
        db_default=WayOut.CONSOLE,
        default=WayOut.CONSOLE,
    )
    out_settings = models.BinaryField(null=True)
    from_address = models.CharField(max_length=254, db_default="", default="", blank=True)
    from_name = models.CharField(max_length=80, db_default="", default="", blank=True)
    reply_domain = models.CharField(max_length=254, db_default="", default="", blank=True)
    reply_address = models.CharField(max_length=254, db_default="", default="", blank=True)
    signature = models.TextField(db_default="", default="", blank=True)
    dkim_selector = models.CharField(max_length=63, db_default="", default="", blank=True)
    dkim_key = models.BinaryField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    last_out_error = models.CharField(max_length=40, db_default="", default="", blank=True)
    last_out_error_at = models.DateTimeField(null=True)
    version = models.IntegerField(db_default=0, default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["brand"], name="mail_accounts_of_brand")]

    def __str__(self) -> str:
        return self.address


class RawMail(models.Model):
    """A mail as it came, sealed, and what became of it.

    `content_key` is a keyed hash of its bytes: the same mail again finds this row. The blob is
    sealed under a key of its own, which lies in `wrapped`: under the installation's key until the
    customer is known, then under theirs (`contact`), so that erasing the customer's key erases the
    mail too.
    """

    ref = models.CharField(max_length=20, unique=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    account = models.ForeignKey(MailAccount, models.SET_NULL, null=True, related_name="mails")
    content_key = models.BinaryField(max_length=32)
    blob = models.CharField(max_length=32, db_default="", default="")
    size = models.BigIntegerField()
    wrapped = models.BinaryField(max_length=80, null=True)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    envelope = models.BinaryField(null=True)
    source = models.CharField(max_length=8, choices=[(s, s) for s in Source])
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in MailState], default=MailState.RECEIVED
    )
    reason = models.CharField(max_length=40, db_default="", default="")
    tries = models.SmallIntegerField(db_default=0, default=0)
    next_try_at = models.DateTimeField(null=True)
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    seq = models.IntegerField(null=True)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "content_key"], name="raw_mail_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state=MailState.RECEIVED), name="raw_mail_due"
            ),
            models.Index(
                F("brand"),
                F("id").desc(),
                condition=Q(state=MailState.QUARANTINED),
                name="raw_mail_quarantine",
            ),
            models.Index(fields=["conversation", "seq"], name="raw_mail_of_event"),
            models.Index(fields=["received_at"], condition=~Q(blob=""), name="raw_mail_age"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.state}"


class MessageId(models.Model):
    """A Message-ID that a customer's mail carried (a keyed hash of it), and where it went.

    `said` is a keyed hash of sender and text: with the same id another text is another mail.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    id_key = models.BinaryField(max_length=32)
    said = models.BinaryField(max_length=32)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    seq = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "id_key"], name="message_id_once"),
        ]

    def __str__(self) -> str:
        return f"message of {self.conversation_id}#{self.seq}"


class FolderBookmark(models.Model):
    """Up to where a folder of an IMAP account was read (RFC 3501 section 2.3.1.1)."""

    account = models.ForeignKey(MailAccount, models.CASCADE, related_name="bookmarks")
    folder = models.CharField(max_length=200)
    uidvalidity = models.BigIntegerField()
    last_uid = models.BigIntegerField(db_default=0, default=0)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "folder"], name="one_bookmark_a_folder"),
        ]

    def __str__(self) -> str:
        return f"{self.folder} of account {self.account_id} to {self.last_uid}"
