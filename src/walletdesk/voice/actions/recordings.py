"""Recordings: sealed under the customer's key when they come, gone when their time is over."""

from django.db import transaction

from walletdesk.conversations.actions.calls import note_call
from walletdesk.conversations.contents.keys import key_for_upload
from walletdesk.conversations.contents.store import blob_store
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit import clock
from walletdesk.kit.blobs.sealed import put_blob
from walletdesk.kit.blobs.types import new_blob_name
from walletdesk.safety.types import SafeText
from walletdesk.voice.actions.effects import keep_days
from walletdesk.voice.models import Call, Recording

AT_ONCE = 100
LARGEST = 200 * 1024 * 1024  # bytes: two channels of three hours


def keep_recording(*, driver: str, name: str, recording: str, wav: bytes) -> None:
    """Keep the sound of a talk or a message; doing it again keeps the last.

    What nobody knows the call of is dropped. Not in a transaction of the caller's: the blob lies in
    the store before its row tells of it, and the hourly sweep takes what has no row.
    """
    call = Call.objects.filter(driver=driver, name=name).select_related("contact", "brand").first()
    if call is None or len(wav) > LARGEST:
        return
    blob = new_blob_name()
    size = put_blob(blob_store(), blob, key_for_upload(call.contact), iter([wav]))
    with transaction.atomic():
        old = Recording.objects.select_for_update().filter(call=call, name=recording).first()
        gone = old.blob if old else None
        Recording.objects.update_or_create(
            call=call,
            name=recording[:40],
            defaults={
                "contact": call.contact,
                "blob": blob,
                "size": size,
                "is_message": recording.startswith("message"),
                "expires_at": clock.now() + keep_days(call),
            },
        )
    if gone:
        blob_store().delete(gone)


def replace_recording(*, recording: Recording, wav: bytes) -> None:
    """Put another sound in a recording's place: one in which a secret was silenced."""
    blob = new_blob_name()
    size = put_blob(blob_store(), blob, key_for_upload(recording.contact), iter([wav]))
    old = recording.blob
    Recording.objects.filter(pk=recording.pk).update(blob=blob, size=size)
    blob_store().delete(old)


@transaction.atomic
def note_transcript(*, recording: Recording, text: SafeText, secret: bool = False) -> None:
    """Tell staff in the timeline what was said; `secret`: a part of it was silenced."""
    call = recording.call
    if call.conversation_id is None:
        return
    note_call(
        conversation=lock_conversation(call.conversation_id),
        call=call.ref,
        state="transcript",
        text=text,
        recording=recording.pk,
        secret=secret,
    )


def forget_old_recordings() -> bool:
    """Delete recordings whose time is over; tell whether more wait."""
    rows = list(Recording.objects.filter(expires_at__lte=clock.now()).order_by("pk")[:AT_ONCE])
    for row in rows:
        blob_store().delete(row.blob)
        Recording.objects.filter(pk=row.pk).delete()
    return len(rows) == AT_ONCE
