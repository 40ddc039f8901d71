"""Filters that people keep under a name."""

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import SAVED_NAME, SAVED_QUERY, SavedView
from walletdesk.conversations.types import View
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety.types import SafeText

MOST = 50  # of one person; the rail shows no more


@transaction.atomic
def save_view(
    *, membership: Membership, name: SafeText, view: View, query: str, shared: bool
) -> SavedView:
    """Keep a filter; `query` is one that `filters.write_filter` wrote. One name holds one filter.

    Sharing it with the brand needs the right to reassign. Raises BadInput, NotAllowed.
    """
    require_right(membership.role, Permission.CONVERSATION_READ)
    if shared:
        require_right(membership.role, Permission.CONVERSATION_REASSIGN)
    text = " ".join(name.text.split())
    if not text or len(text) > SAVED_NAME or len(query) > SAVED_QUERY:
        raise BadInput(name="length")
    kept = SavedView.objects.filter(
        brand_id=membership.brand_id, owner=None if shared else membership
    )
    found = kept.select_for_update().filter(name=text).first()
    if found is None:
        if kept.count() >= MOST:
            raise BadInput(name="too many")
        found = SavedView(
            brand_id=membership.brand_id, owner=None if shared else membership, name=text
        )
    found.view, found.query = view, query
    found.save()
    return found


@transaction.atomic
def remove_view(*, membership: Membership, view_id: int) -> None:
    """Forget a filter of one's own, or a shared one with the right to reassign."""
    found = SavedView.objects.filter(pk=view_id, brand_id=membership.brand_id).first()
    if found is None or (found.owner_id is not None and found.owner_id != membership.pk):
        raise NotFound
    if found.owner_id is None:
        require_right(membership.role, Permission.CONVERSATION_REASSIGN)
    found.delete()
