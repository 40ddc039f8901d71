"""Writes to raw mails: kept before anything else, then settled once."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Q

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.models import MailAccount, MessageId, RawMail
from walletdesk.integrations.email.raw_store import mail_store
from walletdesk.integrations.email.rules import RETRY_AFTER, TRIES, stable_part
from walletdesk.integrations.email.types import Envelope, MailState
from walletdesk.integrations.email.vault import (
    digest,
    open_fields,
    seal_fields,
    unwrap_key,
    wrap_key,
)
from walletdesk.kit import clock, ids
from walletdesk.kit.blobs.sealed import put_blob
from walletdesk.kit.blobs.types import new_blob_name
from walletdesk.kit.seal import new_key

LEFT_ALONE = timedelta(minutes=2)  # whoever kept it is at work on it, or was killed


@dataclass(frozen=True, slots=True)
class Kept:
    """A raw mail that is on the disk. `repeated`: it was before this one came."""

    mail: RawMail
    repeated: bool


def keep_raw(*, brand: Brand, account: MailAccount | None, raw: bytes, envelope: Envelope) -> Kept:
    """Seal a mail into the store, then write its row. The same mail again finds the first row.

    Raises StoreFull, StoreUnavailable.
    """
    content = digest("content", sha256(stable_part(raw)).hexdigest())
    known = RawMail.objects.filter(brand=brand, content_key=content).first()
    if known is not None:
        return Kept(known, repeated=True)
    ref, key, blob, now = ids.new_ref(), new_key(), new_blob_name(), clock.now()
    put_blob(mail_store(), blob, key, [raw])
    try:
        with transaction.atomic():
            made = RawMail.objects.create(
                ref=ref,
                brand=brand,
                account=account,
                content_key=content,
                blob=blob,
                size=len(raw),
                wrapped=wrap_key(key, ref=ref),
                envelope=_sealed_envelope(envelope, ref),
                source=envelope.source,
                received_at=envelope.arrived or now,
                next_try_at=now + LEFT_ALONE,
            )
    except IntegrityError:  # the same mail on another way at this moment
        mail_store().delete(blob)
        known = RawMail.objects.filter(brand=brand, content_key=content).first()
        if known is None:
            raise
        return Kept(known, repeated=True)
    return Kept(made, repeated=False)


def _sealed_envelope(envelope: Envelope, ref: str) -> bytes:
    fields = {
        "mail_from": envelope.mail_from,
        "rcpt": list(envelope.rcpt),
        "peer": envelope.peer,
        "helo": envelope.helo,
    }
    return seal_fields(fields, ref=ref, column="envelope")


def envelope_of(mail: RawMail) -> Envelope:
    """Return what the transport had said of a mail."""
    fields = open_fields(mail.envelope, ref=mail.ref, column="envelope")
    return Envelope(
        mail_from=fields.get("mail_from", ""),
        rcpt=tuple(fields.get("rcpt", ())),
        peer=fields.get("peer", ""),
        helo=fields.get("helo", ""),
        source=mail.source,  # type: ignore[arg-type] # the column holds its values
        arrived=mail.received_at,
    )


def lock_waiting(mail: RawMail) -> RawMail | None:
    """Return a raw mail, locked, while nobody has settled it; None once somebody has."""
    return (
        RawMail.objects.select_for_update(of=("self",))
        .filter(pk=mail.pk, state=MailState.RECEIVED)
        .first()
    )


@transaction.atomic
def note_sender(*, mail: RawMail, contact: Contact) -> None:
    """Note whose mail it is and seal its key under theirs: a repeated try finds the same one."""
    key = unwrap_key(mail.wrapped, ref=mail.ref, contact=mail.contact)
    mail.wrapped = wrap_key(key, ref=mail.ref, contact=contact)
    mail.contact = contact
    mail.save(update_fields=["wrapped", "contact"])


def settle(
    *,
    mail: RawMail,
    state: MailState,
    reason: str = "",
    conversation: Conversation | None = None,
    seq: int | None = None,
) -> None:
    """Say what became of a raw mail. The caller holds its lock."""
    mail.state, mail.reason = state, reason
    mail.conversation, mail.seq = conversation, seq
    mail.done_at, mail.next_try_at = clock.now(), None
    mail.save(update_fields=["state", "reason", "conversation", "seq", "done_at", "next_try_at"])


def note_message_id(
    *, mail: RawMail, message_id: str, said: bytes, conversation: Conversation, seq: int
) -> None:
    """Note where a Message-ID went, so that answers to it and the same mail again are found."""
    MessageId.objects.bulk_create(
        [
            MessageId(
                brand_id=mail.brand_id,
                id_key=digest("message-id", message_id),
                said=said,
                conversation=conversation,
                seq=seq,
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def put_off(*, mail: RawMail, reason: str) -> RawMail:
    """Count a failed try: once more later, after the last one to quarantine."""
    locked = lock_waiting(mail)
    if locked is None:
        mail.refresh_from_db()
        return mail
    locked.tries += 1
    locked.reason = reason
    if locked.tries >= TRIES:
        locked.state, locked.next_try_at = MailState.QUARANTINED, None
    else:
        locked.next_try_at = clock.now() + RETRY_AFTER[locked.tries - 1]
    locked.save(update_fields=["tries", "reason", "state", "next_try_at"])
    return locked


@transaction.atomic
def take_due(*, most: int) -> list[RawMail]:
    """Return raw mails that are due for another try, and keep others from taking them too."""
    now = clock.now()
    due = RawMail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=MailState.RECEIVED, next_try_at__lte=now
    )
    rows = list(due.order_by("next_try_at")[:most])
    RawMail.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=now + LEFT_ALONE)
    return rows


def forget_old(*, before_days: int, most: int = 500) -> int:
    """Delete the originals of mails that are older than so many days. Return how many.

    Those in quarantine stay until somebody decides. The rows stay: the same mail is known again.
    """
    before = clock.now() - timedelta(days=before_days)
    old = RawMail.objects.filter(received_at__lt=before).exclude(
        Q(blob="") | Q(state=MailState.QUARANTINED)
    )
    rows = list(old.order_by("received_at")[:most])
    for row in rows:
        mail_store().delete(row.blob)
    RawMail.objects.filter(pk__in=[row.pk for row in rows]).update(
        blob="", wrapped=None, envelope=None
    )
    return len(rows)
