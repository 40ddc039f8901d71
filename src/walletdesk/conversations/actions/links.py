"""Conversations that belong together without being one."""

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.staff import act, lock_for
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation, Relation
from walletdesk.conversations.types import Author, Kind, NewEvent
from walletdesk.kit.errors import BadInput


@transaction.atomic
def link_conversations(
    *, conversation: Conversation, other: Conversation, membership: Membership
) -> None:
    """Note that two conversations are related. Noting it twice is no error."""
    _change(conversation, other, membership, Kind.LINKED)


@transaction.atomic
def unlink_conversations(
    *, conversation: Conversation, other: Conversation, membership: Membership
) -> None:
    """Take the note back. Nothing happens when there is none."""
    _change(conversation, other, membership, Kind.UNLINKED)


def _change(one: Conversation, other: Conversation, membership: Membership, kind: Kind) -> None:
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    if one.pk == other.pk:
        raise BadInput(ref="same")
    first, second = (lock_for(membership, c) for c in sorted((one, other), key=lambda c: c.pk))
    if kind == Kind.LINKED:
        _relation, changed = Relation.objects.get_or_create(first=first, second=second)
    else:
        changed = bool(Relation.objects.filter(first=first, second=second).delete()[0])
    if changed:
        append_one(first, act(kind, membership, staff_data={"ref": second.ref}))
        append_one(second, act(kind, membership, staff_data={"ref": first.ref}))


def link_by_itself(one: Conversation, other: Conversation, reason: str) -> bool:
    """Note that two locked conversations are related, as the desk found; tell whether it was news.

    `reason`: topic, named, subject, transaction.
    """
    first, second = sorted((one, other), key=lambda c: c.pk)
    _relation, new = Relation.objects.get_or_create(first=first, second=second)
    for here, there in ((first, second), (second, first)) if new else ():
        data = {"ref": there.ref, "reason": reason}
        event = NewEvent(kind=Kind.LINKED, author=Author.SYSTEM, staff_data=data)
        append_one(here, event, last_event_at=here.last_event_at)
    return new
