"""Tags: a brand's list of them, and putting them on conversations."""

from django.db import IntegrityError, connection, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation, ConversationTag, Tag
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import (
    TAG_LENGTH,
    Author,
    Kind,
    NewEvent,
    Status,
    TagColour,
)
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard

TAGS_OF_BRAND = 300
TAGS_ON_CONVERSATION = 20
MERGE = (
    (
        "INSERT INTO conversations_conversationtag (conversation_id, tag_id)"
        " SELECT conversation_id, %s FROM conversations_conversationtag WHERE tag_id = %s"
        " ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO conversations_macro_tags (macro_id, tag_id)"
        " SELECT macro_id, %s FROM conversations_macro_tags WHERE tag_id = %s"
        " ON CONFLICT DO NOTHING"
    ),
)


@transaction.atomic
def create_tag(*, actor: Membership, name: str, colour: str) -> Tag:
    """Make a tag. Raises BadInput: `name` is required, too long, taken, a secret; `colour`."""
    require_right(actor.role, Permission.TAG_EDIT)
    name = _checked(name, colour)
    if Tag.objects.filter(brand_id=actor.brand_id).count() >= TAGS_OF_BRAND:
        raise BadInput(name="too_many")
    try:
        with transaction.atomic():
            tag = Tag.objects.create(brand_id=actor.brand_id, name=name, colour=colour)
    except IntegrityError:
        raise BadInput(name="taken") from None
    record_change(
        actor=actor, action="tag.created", subject=f"tag:{tag.pk}", before={}, after=_state(tag)
    )
    return tag


@transaction.atomic
def change_tag(*, actor: Membership, tag: Tag, version: int, name: str, colour: str) -> None:
    """Give a tag another name or colour. Raises as `create_tag`, and ChangedMeanwhile."""
    require_right(actor.role, Permission.TAG_EDIT)
    _own(actor, tag)
    name = _checked(name, colour)
    try:
        with transaction.atomic():
            rows = Tag.objects.filter(pk=tag.pk)
            change_row(rows, version=version, name=name, colour=colour)
    except IntegrityError:
        raise BadInput(name="taken") from None
    _record(actor, tag, "tag.changed", {**_state(tag), "name": name, "colour": colour})


@transaction.atomic
def archive_tag(*, actor: Membership, tag: Tag, archived: bool) -> None:
    """Put a tag away, or take it out again. Conversations that carry it keep it."""
    require_right(actor.role, Permission.TAG_EDIT)
    _own(actor, tag)
    if Tag.objects.filter(pk=tag.pk, archived=not archived).update(archived=archived):
        action = "tag.archived" if archived else "tag.restored"
        _record(actor, tag, action, {**_state(tag), "archived": archived})


@transaction.atomic
def merge_tags(*, actor: Membership, tag: Tag, into: Tag) -> None:
    """Make two tags one: what carried the first carries the other, and the first is gone."""
    require_right(actor.role, Permission.TAG_EDIT)
    if tag.pk == into.pk:
        raise BadInput(into="unknown")
    # Both in one order, so that two merges never wait for each other.
    locked = Tag.objects.select_for_update().order_by("pk")
    pair = {row.pk: row for row in locked.filter(brand_id=actor.brand_id, pk__in=[tag.pk, into.pk])}
    if len(pair) < 2:
        raise NotFound
    with connection.cursor() as cursor:
        for statement in MERGE:
            cursor.execute(statement, [into.pk, tag.pk])
    _record(actor, pair[tag.pk], "tag.merged", {"into": pair[into.pk].name})
    pair[tag.pk].delete()


@transaction.atomic
def tag_conversation(*, conversation: Conversation, membership: Membership, tag: Tag) -> bool:
    """Put a tag on a conversation; say whether it was not there. Raises BadInput: `tag`."""
    locked = _locked(conversation, membership, tag)
    if tag.archived:
        raise BadInput(tag="unknown")
    there = ConversationTag.objects.filter(conversation=locked)
    if there.filter(tag=tag).exists():
        return False
    if there.count() >= TAGS_ON_CONVERSATION:
        raise BadInput(tag="too_many")
    ConversationTag.objects.create(conversation=locked, tag=tag)
    _append(locked, membership, Kind.TAGGED, tag)
    return True


@transaction.atomic
def untag_conversation(*, conversation: Conversation, membership: Membership, tag: Tag) -> bool:
    """Take a tag off a conversation; say whether it was there."""
    locked = _locked(conversation, membership, tag)
    if not ConversationTag.objects.filter(conversation=locked, tag=tag).delete()[0]:
        return False
    _append(locked, membership, Kind.UNTAGGED, tag)
    return True


def _append(locked: Conversation, membership: Membership, kind: Kind, tag: Tag) -> None:
    append_one(
        locked,
        NewEvent(
            kind=kind,
            author=Author.AGENT,
            author_id=membership.pk,
            name=membership.user.name,
            staff_data={"tag": tag.name, "tag_id": tag.pk, "colour": tag.colour},
        ),
        last_event_at=locked.last_event_at,  # sorting moves nothing to the top of a list
    )


def _locked(conversation: Conversation, membership: Membership, tag: Tag) -> Conversation:
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    # The tag first: a merge holds tags and then asks for conversations.
    alive = Tag.objects.select_for_update(no_key=True).filter(pk=tag.pk).exists()
    locked = lock_conversation(conversation.pk)
    same_brand = locked.brand_id == membership.brand_id == tag.brand_id
    if not (alive and same_brand) or locked.status == Status.NEW:
        raise NotFound
    return locked


def _checked(name: str, colour: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadInput(name="required")
    if len(name) > TAG_LENGTH:
        raise BadInput(name="too_long")
    if guard.check(name).secret:
        raise BadInput(name="secret")
    if colour not in list(TagColour):
        raise BadInput(colour="unknown")
    return name


def _state(tag: Tag) -> dict[str, object]:
    return {"name": tag.name, "colour": tag.colour, "archived": tag.archived}


def _record(actor: Membership, tag: Tag, action: str, after: dict[str, object]) -> None:
    record_change(
        actor=actor, action=action, subject=f"tag:{tag.pk}", before=_state(tag), after=after
    )


def _own(actor: Membership, tag: Tag) -> None:
    if tag.brand_id != actor.brand_id:
        raise NotFound
