"""Writes to raw mails: kept before anything else, then settled once."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from walletdesk.accounts.models import Brand
from walletdesk.contacts.models import Contact
from walletdesk.conversations.contents.keys import keys_for_uploads
from walletdesk.integrations.email.models import MailAccount, MessageId, RawMail
from walletdesk.integrations.email.raw_store import mail_store
from walletdesk.integrations.email.rules import POISON, RETRY_AFTER, TRIES, stable_part
from walletdesk.integrations.email.types import Envelope, Letter, MailState
from walletdesk.integrations.email.vault import (
    digest,
    open_fields,
    seal_fields,
    unwrap_key,
    wrap_key,
    wrap_key_under,
)
from walletdesk.kit import clock, ids
from walletdesk.kit.blobs.sealed import put_blob
from walletdesk.kit.blobs.types import StoreUnavailable, new_blob_name
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.kit.seal import new_key

LEFT_ALONE = timedelta(minutes=2)  # whoever kept it is at work on it, or was killed


@dataclass(frozen=True, slots=True)
class Kept:
    """A raw mail that is on the disk. `repeated`: it was before this one came."""

    mail: RawMail
    repeated: bool


def keep_raws(
    *, brand: Brand, account: MailAccount | None, letters: Sequence[Letter]
) -> list[Kept]:
    """Seal mails into the store, then write their rows. The same mail again finds the first row.

    Raises StoreFull, StoreUnavailable: then none of those that were new is kept.
    """
    names = [digest("content", sha256(stable_part(each.raw)).hexdigest()) for each in letters]
    known = {name: Kept(row, repeated=True) for name, row in _rows_of(brand, names).items()}
    fresh = {name: letter for name, letter in zip(names, letters, strict=True) if name not in known}
    made = _kept_anew(brand, account, fresh) if fresh else {}
    told: list[Kept] = []
    for name in names:
        told.append(known[name] if name in known else made[name])
        known[name] = Kept(told[-1].mail, repeated=True)
    return told


def _rows_of(brand: Brand, names: Collection[bytes]) -> dict[bytes, RawMail]:
    rows = RawMail.objects.filter(brand=brand, content_key__in=list(names))
    return {bytes(row.content_key): row for row in rows.select_related("conversation")}


def _kept_anew(
    brand: Brand, account: MailAccount | None, fresh: dict[bytes, Letter]
) -> dict[bytes, Kept]:
    rows: list[RawMail] = []
    try:
        for name, letter in fresh.items():
            rows.append(_sealed_row(brand, account, name, letter))
        with transaction.atomic():
            RawMail.objects.bulk_create(rows)
    except IntegrityError:  # one of these mails on another way at this moment
        _forget_blobs(rows)
        if len(fresh) > 1:
            each = [_kept_anew(brand, account, {name: one}) for name, one in fresh.items()]
            return {name: kept for one in each for name, kept in one.items()}
        found = _rows_of(brand, fresh)
        if not found:
            raise
        return {name: Kept(row, repeated=True) for name, row in found.items()}
    except DomainError:
        _forget_blobs(rows)
        raise
    return {bytes(row.content_key): Kept(row, repeated=False) for row in rows}


def _sealed_row(brand: Brand, account: MailAccount | None, name: bytes, letter: Letter) -> RawMail:
    ref, key, blob, now = ids.new_ref(), new_key(), new_blob_name(), clock.now()
    put_blob(mail_store(), blob, key, [letter.raw])
    return RawMail(
        ref=ref,
        brand=brand,
        account=account,
        content_key=name,
        blob=blob,
        size=len(letter.raw),
        wrapped=wrap_key(key, ref=ref),
        envelope=_sealed_envelope(letter.envelope, ref),
        source=letter.envelope.source,
        received_at=letter.envelope.arrived or now,
        next_try_at=now + LEFT_ALONE,
    )


def _forget_blobs(rows: Sequence[RawMail]) -> None:
    for row in rows:
        with suppress(StoreUnavailable):
            mail_store().delete(row.blob)


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


def lock_all_waiting(mails: Sequence[RawMail]) -> dict[int, RawMail]:
    """Return those of the raw mails, locked, that nobody has settled, by their ids."""
    rows = RawMail.objects.select_for_update(of=("self",)).order_by("pk")
    found = rows.filter(pk__in=[mail.pk for mail in mails], state=MailState.RECEIVED)
    return {row.pk: row for row in found}


def lock_waiting(mail: RawMail) -> RawMail | None:
    """Return a raw mail, locked, while nobody has settled it; None once somebody has."""
    return lock_all_waiting([mail]).get(mail.pk)


_SENDERS = """
UPDATE email_channel_rawmail r SET wrapped = w.wrapped, contact_id = w.contact
FROM unnest(%s::bigint[], %s::bytea[], %s::bigint[]) AS w(id, wrapped, contact) WHERE r.id = w.id
"""
_SETTLED = """
UPDATE email_channel_rawmail r
SET state = w.state, reason = w.reason, conversation_id = w.conversation, seq = w.seq,
    done_at = %s, next_try_at = NULL
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::int[])
  AS w(id, state, reason, conversation, seq)
WHERE r.id = w.id
"""


@transaction.atomic
def note_senders(*, senders: Sequence[tuple[RawMail, Contact]]) -> None:
    """Note whose mails they are and seal their keys under theirs.

    The rows at hand stay as they are: this may be undone with the transaction and tried again.
    Raises NotFound for a customer who was erased.
    """
    outer = keys_for_uploads([contact for _mail, contact in senders])
    wrapped: list[bytes] = []
    for mail, contact in senders:
        key = unwrap_key(mail.wrapped, ref=mail.ref, contact=mail.contact)
        if contact.pk not in outer:
            raise NotFound
        wrapped.append(wrap_key_under(outer[contact.pk], key, ref=mail.ref))
    with connection.cursor() as cursor:
        cursor.execute(
            _SENDERS,
            [
                [mail.pk for mail, _contact in senders],
                wrapped,
                [contact.pk for _mail, contact in senders],
            ],
        )


def settle_all(*, mails: Sequence[RawMail]) -> None:
    """Write what became of raw mails, as their rows say. The caller holds their locks."""
    now = clock.now()
    for mail in mails:
        mail.done_at, mail.next_try_at = now, None
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLED,
            [
                now,
                [mail.pk for mail in mails],
                [mail.state for mail in mails],
                [mail.reason for mail in mails],
                [mail.conversation_id for mail in mails],
                [mail.seq for mail in mails],
            ],
        )


def settle(*, mail: RawMail, state: MailState, reason: str = "") -> None:
    """Say what became of a raw mail that was not recorded. The caller holds its lock."""
    mail.state, mail.reason = state, reason
    settle_all(mails=[mail])


def note_message_ids(*, noted: Sequence[tuple[RawMail, str, bytes]]) -> None:
    """Note where Message-IDs went, so that answers to them and the same mails again are found.

    Each comes with the raw mail, recorded by now, and what its `said` is (see MessageId).
    """
    MessageId.objects.bulk_create(
        [
            MessageId(
                brand_id=mail.brand_id,
                id_key=digest("message-id", message_id),
                said=said,
                conversation_id=mail.conversation_id,
                seq=mail.seq,
            )
            for mail, message_id, said in noted
            if mail.conversation_id is not None and mail.seq is not None
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
    """Return raw mails that are due for another try, and keep others from taking them too.

    Those that may have killed who read them come last: they burn what time there is.
    """
    now = clock.now()
    due = RawMail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=MailState.RECEIVED, next_try_at__lte=now
    )
    last = due.annotate(poison=Q(reason__in=POISON))
    rows: list[RawMail] = list(last.order_by("poison", "next_try_at")[:most])
    RawMail.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=now + LEFT_ALONE)
    return rows


def forget_old(*, before_days: int, most: int = 500) -> int:
    """Delete the originals of mails that are older than so many days. Return how many.

    Those that wait or are in quarantine stay until they are settled: their servers may have got
    them long ago. The rows stay: the same mail is known again.
    """
    before = clock.now() - timedelta(days=before_days)
    old = RawMail.objects.filter(received_at__lt=before).exclude(
        Q(blob="") | Q(state__in=(MailState.RECEIVED, MailState.QUARANTINED))
    )
    rows = list(old.order_by("received_at")[:most])
    for row in rows:
        mail_store().delete(row.blob)
    RawMail.objects.filter(pk__in=[row.pk for row in rows]).update(
        blob="", wrapped=None, envelope=None
    )
    return len(rows)
