"""Calling a colleague: a row that lasts until they have seen it, and news to their open screens."""

from collections.abc import Iterable, Sequence

from walletdesk.accounts.models import Membership
from walletdesk.conversations.models import Conversation, Mention
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.wake import signal

MOST_MENTIONS = 20  # in one note


def colleagues_named(membership: Membership, ids: Sequence[int]) -> list[Membership]:
    """Return the colleagues of the same brand, in the order named. Raises BadInput or NotFound."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_MENTIONS:
        raise BadInput(mentions="too_many")
    if not wanted:
        return []
    rows = Membership.objects.filter(brand_id=membership.brand_id).select_related("user")
    found = rows.in_bulk(wanted)
    if len(found) < len(wanted):
        raise NotFound
    return [found[pk] for pk in wanted]


def mention(
    *, conversation: Conversation, seq: int, people: Iterable[Membership], by: str = ""
) -> None:
    """Have these people see an event. In the caller's transaction; `by` is who calls them."""
    called = list(people)
    Mention.objects.bulk_create(
        [Mention(conversation=conversation, seq=seq, membership=each) for each in called],
        ignore_conflicts=True,
    )
    for each in called:
        told = {"what": "mention", "ref": conversation.ref, "seq": seq, "name": by, "id": each.pk}
        signal(f"desk:{conversation.brand_id}", told, to=f"staff:{each.user_id}")
