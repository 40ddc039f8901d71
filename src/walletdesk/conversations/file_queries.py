"""Reads of files, and their access functions: the only way from a file's name to its row."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from walletdesk.accounts.models import Membership
from walletdesk.contacts.models import ContactSession
from walletdesk.conversations.models import Attachment
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.conversations.types import FileState, PictureCheck
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound


def file_json(attachment: Attachment) -> dict[str, Any]:
    """Return a file as events, front ends and the API tell it."""
    return {
        "id": attachment.ref,
        "name": attachment.name,
        "type": attachment.media_type,
        "size": attachment.size,
        "width": attachment.width,
        "height": attachment.height,
        "state": attachment.state,
        "check": attachment.check_state,
    }


def get_attachment_for(membership: Membership, ref: str) -> Attachment:
    """Return a file of a conversation that this person may read, or their own unsent one.

    Raises NotFound.
    """
    found = _ready().filter(brand_id=membership.brand_id, ref=_named(ref)).first()
    if found is None:
        raise NotFound
    if found.conversation is not None:
        get_conversation_for(membership, found.conversation.ref)
    elif found.membership_id != membership.pk:
        raise NotFound
    return found


def get_attachment_of(session: ContactSession, ref: str) -> Attachment:
    """Return a file of this customer's conversations, or this device's unsent one.

    Raises NotFound; also for files of notes, which customers may not know of.
    """
    found = _ready().filter(_of(session), ref=_named(ref), internal=False).first()
    if found is None:
        raise NotFound
    return found


def files_of(session: ContactSession, refs: Collection[str]) -> list[Attachment]:
    """Return those of the named files that this customer may have, in no order."""
    named = [ref for ref in refs if ids.may_name(ref)]
    return list(_ready().filter(_of(session), ref__in=named, internal=False))


def known_blobs(names: Collection[str]) -> set[str]:
    """Return those of the given names that a row tells of."""
    rows = Attachment.objects.filter(Q(blob__in=names) | Q(thumb_blob__in=names))
    return {name for pair in rows.values_list("blob", "thumb_blob") for name in pair}


def _of(session: ContactSession) -> Q:
    sent = Q(conversation__contact_id=session.contact_id)
    return sent | Q(conversation=None, session=session)


def _ready() -> QuerySet[Attachment]:
    """Return files whose bytes are there: those of a picture with a secret in it are gone."""
    ready = Attachment.objects.filter(state=FileState.READY)
    return ready.exclude(check_state=PictureCheck.SECRET).select_related("conversation", "contact")


def _named(ref: str) -> str:
    if not ids.may_name(ref):
        raise NotFound
    return ref
