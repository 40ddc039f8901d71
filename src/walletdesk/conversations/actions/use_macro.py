"""Sending a prepared reply: the message and what its macro does, together or not at all."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions.asking import refuses_asking
from walletdesk.conversations.actions.snooze import snooze_conversation
from walletdesk.conversations.actions.staff import lock_for, resolve_conversation, send_reply
from walletdesk.conversations.actions.tags import tag_conversation
from walletdesk.conversations.actions.teams import assign_team
from walletdesk.conversations.models import Conversation, Event, Macro
from walletdesk.conversations.queries import events_of
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.safety.types import SafeText


@refuses_asking
@transaction.atomic
def send_macro(  # noqa: PLR0913 - what send_reply takes, and the macro; by keyword
    *,
    conversation: Conversation,
    membership: Membership,
    client_id: UUID,
    text: SafeText,
    macro: Macro,
    seen_seq: int | None = None,
    files: Sequence[str] = (),
    links_seen: bool = False,
) -> Event:
    """Answer the customer and do what the macro says.

    That is: its tags, then resolving, putting aside, or another team.

    A repeated client_id does nothing again. Raises what `send_reply` and these actions raise.
    """
    if macro.brand_id != membership.brand_id or macro.owner_id not in (None, membership.pk):
        raise NotFound
    # The tags first, as all do who need both; then a second sending waits for the first.
    tags = list(macro.tags.filter(archived=False).select_for_update(no_key=True).order_by("pk"))
    locked = lock_for(membership, conversation)
    known = events_of(locked).filter(client_id=client_id).first()
    if known is not None:
        return known
    event = send_reply(
        conversation=conversation,
        membership=membership,
        client_id=client_id,
        text=text,
        seen_seq=seen_seq,
        files=files,
        links_seen=links_seen,
    )
    for tag in tags:
        tag_conversation(conversation=conversation, membership=membership, tag=tag)
    _move_on(conversation, membership, macro)
    return event


def _move_on(conversation: Conversation, membership: Membership, macro: Macro) -> None:
    """Do the one thing that ends the author's turn: what is solved needs neither time nor team."""
    if macro.resolve:
        resolve_conversation(conversation=conversation, membership=membership)
    elif macro.snooze_hours:
        until = clock.now() + timedelta(hours=macro.snooze_hours)
        snooze_conversation(conversation=conversation, membership=membership, until=until)
    elif macro.team is not None:
        assign_team(conversation=conversation, membership=membership, team=macro.team)
