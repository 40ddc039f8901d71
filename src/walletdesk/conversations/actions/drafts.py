"""What people have begun to write, kept so that they can go on at another device."""

from datetime import timedelta
from typing import Literal

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import Conversation, Draft
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety import personal
from walletdesk.safety.types import Checked

DRAFT_LENGTH = 8_000  # a text may be too long while it is being written
DRAFTS_KEPT = timedelta(days=30)

DraftKind = Literal["reply", "note"]


@transaction.atomic
def save_draft(
    *, conversation: Conversation, membership: Membership, kind: DraftKind, checked: Checked
) -> bool:
    """Keep what a person has written so far; an empty text forgets it. Say whether it is kept.

    A text with a secret or personal data is not kept: masking it would change what they write.
    """
    if conversation.brand_id != membership.brand_id or conversation.status == Status.NEW:
        raise NotFound
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    text = checked.safe.text
    if len(text) > DRAFT_LENGTH:
        raise BadInput(text="too_long")
    if not text.strip() or checked.secret or personal.find(text):
        clear_draft(conversation=conversation, membership=membership, kind=kind)
        return False
    Draft.objects.bulk_create(
        [
            Draft(
                conversation=conversation,
                membership=membership,
                kind=kind,
                text=text,
                updated_at=clock.now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["conversation", "membership", "kind"],
        update_fields=["text", "updated_at"],
    )
    return True


def clear_draft(*, conversation: Conversation, membership: Membership, kind: DraftKind) -> None:
    """Forget a draft: it was sent, or emptied."""
    Draft.objects.filter(conversation=conversation, membership=membership, kind=kind).delete()


def remove_old_drafts() -> int:
    """Forget drafts that nobody has touched for DRAFTS_KEPT. Return how many."""
    return Draft.objects.filter(updated_at__lt=clock.now() - DRAFTS_KEPT).delete()[0]
