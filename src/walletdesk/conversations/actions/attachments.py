"""All writes to the rows of files.

Their contents are none of this module's business: `web/files` puts them into the store between
`begin_upload` and `finish_upload`.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.conversations.actions.caught import mark_of
from walletdesk.conversations.file_queries import file_json
from walletdesk.conversations.file_rules import FILES_PER_MESSAGE
from walletdesk.conversations.models import Attachment, Conversation, ScheduledReply
from walletdesk.conversations.types import (
    FileState,
    PictureCheck,
    ScheduledState,
    StoredFile,
)
from walletdesk.kit import clock, ids
from walletdesk.kit.blobs.types import new_blob_name
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.kit.filetypes import FileKind
from walletdesk.kit.jobs import later
from walletdesk.kit.limits.actions import hit
from walletdesk.safety.types import Checked

UNSENT_KEPT = timedelta(hours=24)
PENDING_KEPT = timedelta(hours=1)  # no upload takes so long: what is older was cut off
WINDOW = timedelta(hours=1)
UPLOADS_IN_WINDOW = 100
KILOBYTES_OF_CUSTOMER = 50_000
KILOBYTES_OF_STAFF = 500_000
AT_ONCE = 500
READ_PICTURE = "conversations.read_picture"


class BadFiles(BadInput):
    """A file is unknown, somebody else's, not ready or sent already, or there are too many."""

    code: ClassVar[str] = "bad_files"


class UploadReplaced(DomainError):
    """The same upload was begun again meanwhile: ask for its outcome with the same id."""

    code: ClassVar[str] = "upload_replaced"

    def __init__(self) -> None:
        super().__init__(retry_after=1)


@transaction.atomic
def begin_upload(
    *,
    contact: Contact,
    by: ContactSession | Membership,
    client_id: UUID,
    name: Checked,
    size: int,
) -> Attachment:
    """Return the row of an upload: `pending`, or `ready` when this client_id came through before.

    A pending one of an attempt that was cut off is taken over. `size` (bytes) counts against the
    uploader's hour. Raises TooMany, NotAllowed.
    """
    owner = _owner(by)
    known = Attachment.objects.select_for_update().filter(**owner, client_id=client_id).first()
    if known is not None and known.state == FileState.READY:
        return known
    _count(by, size)
    if known is None:
        try:
            with transaction.atomic():
                return Attachment.objects.create(
                    ref=ids.new_ref(),
                    brand_id=contact.brand_id,
                    contact=contact,
                    client_id=client_id,
                    name=name.safe.text,
                    secrets=list(name.kinds),
                    blob=new_blob_name(),
                    **owner,
                )
        except IntegrityError:  # the same upload, begun in the same moment
            raise UploadReplaced from None
    known.name, known.secrets = name.safe.text, list(name.kinds)
    known.blob, known.created_at = new_blob_name(), clock.now()
    known.contact = contact
    known.save(update_fields=["name", "secrets", "blob", "created_at", "contact"])
    return known


def begin_mail_file(*, contact: Contact, client_id: UUID, name: Checked) -> Attachment:
    """Return the pending row of a file that came by mail: no device and nobody of staff has it."""
    return Attachment.objects.create(
        ref=ids.new_ref(),
        brand_id=contact.brand_id,
        contact=contact,
        client_id=client_id,
        name=name.safe.text,
        secrets=list(name.kinds),
        blob=new_blob_name(),
    )


def _owner(by: ContactSession | Membership) -> dict[str, Any]:
    if isinstance(by, ContactSession):
        return {"session": by}
    require_right(by.role, Permission.CONVERSATION_ANSWER)
    return {"membership": by}


def _count(by: ContactSession | Membership, size: int) -> None:
    customer = isinstance(by, ContactSession)
    who = f"{'session' if customer else 'member'} {by.pk}"
    most = KILOBYTES_OF_CUSTOMER if customer else KILOBYTES_OF_STAFF
    hit(what="upload", who=who, limit=UPLOADS_IN_WINDOW, window=WINDOW)
    hit(what="upload-kb", who=who, limit=most, window=WINDOW, cost=size // 1000 + 1)


@transaction.atomic
def finish_upload(*, attachment: Attachment, stored: StoredFile, thumb_blob: str) -> Attachment:
    """Tell that the contents are in the store. Raises UploadReplaced when they are superseded.

    A customer's picture waits to be read; a job for it is part of the transaction. Of what nothing
    here reads it is said that nobody did.
    """
    by_customer = attachment.membership_id is None
    waits = stored.kind == FileKind.PICTURE and by_customer
    unread = stored.kind in (FileKind.PDF, FileKind.VIDEO) and by_customer
    check = PictureCheck.UNREAD if unread else PictureCheck.NONE
    fields = {
        "kind": stored.kind,
        "media_type": stored.media_type,
        "name": stored.name,
        "size": stored.size,
        "thumb_size": stored.thumb_size,
        "width": stored.width,
        "height": stored.height,
        "secrets": sorted({*attachment.secrets, *stored.secrets}),
        "marks": [mark_of(digest).hex() for digest in stored.digests],
        "check_state": PictureCheck.WAITING if waits else check,
        "thumb_blob": thumb_blob,
        "state": FileState.READY,
    }
    changed = Attachment.objects.filter(
        pk=attachment.pk, blob=attachment.blob, state=FileState.PENDING
    ).update(**fields)
    if not changed:
        raise UploadReplaced
    if waits:
        later(READ_PICTURE, at=clock.now(), attachment_id=attachment.pk)
    for field, value in fields.items():
        setattr(attachment, field, value)
    return attachment


def discard_upload(*, attachment: Attachment) -> None:
    """Forget an upload that was refused or given up, unless it came through after all."""
    Attachment.objects.filter(
        pk=attachment.pk, blob=attachment.blob, state=FileState.PENDING
    ).delete()


def take_files(
    *, conversation: Conversation, membership: Membership, refs: Sequence[str]
) -> list[Attachment]:
    """Return a member's own unsent files for this customer, locked. Raises BadFiles."""
    if not refs:
        return []
    if len(set(refs)) != len(refs) or len(refs) > FILES_PER_MESSAGE:
        raise BadFiles
    rows = Attachment.objects.select_for_update().filter(
        ref__in=[ref for ref in refs if ids.may_name(ref)],
        membership=membership,
        contact_id=conversation.contact_id,
        state=FileState.READY,
        conversation=None,
    )
    found = {row.ref: row for row in rows.order_by("pk")}
    if len(found) != len(refs):
        raise BadFiles
    return [found[ref] for ref in refs]


def send_files(
    *, conversation: Conversation, files: Sequence[Attachment], seq: int, internal: bool
) -> None:
    """Note with which event of a conversation files went out."""
    if files:
        Attachment.objects.filter(pk__in=[file.pk for file in files]).update(
            conversation=conversation, seq=seq, internal=internal
        )


def files_data(files: Sequence[Attachment]) -> dict[str, Any]:
    """Return what an event's public data say of its files: nothing when there are none."""
    return {"files": [file_json(file) for file in files]} if files else {}


def move_files(*, refs: Sequence[str], to: Conversation) -> None:
    """Have files go along when their events move to another conversation of the same brand."""
    Attachment.objects.filter(ref__in=refs, brand_id=to.brand_id).update(conversation=to)


@transaction.atomic
def expire_uploads() -> list[str]:
    """Forget what was never sent or never came through. Return the names of the blobs."""
    now = clock.now()
    planned = ScheduledReply.objects.filter(
        state__in=[ScheduledState.WAITING, ScheduledState.HELD]
    ).exclude(files=[])
    kept = {ref for files in planned.values_list("files", flat=True) for ref in files}
    unsent = Attachment.objects.filter(conversation=None).exclude(ref__in=kept)
    old = unsent.filter(created_at__lt=now - UNSENT_KEPT) | unsent.filter(
        created_at__lt=now - PENDING_KEPT, state=FileState.PENDING
    )
    rows = list(old.select_for_update(skip_locked=True)[:AT_ONCE])
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return [name for row in rows for name in (row.blob, row.thumb_blob) if name]
