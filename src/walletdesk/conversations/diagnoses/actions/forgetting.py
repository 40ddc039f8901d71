"""Forgetting what may not be kept, or is too old to be of use."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from walletdesk.chain.types import Ref
from walletdesk.conversations.diagnoses.models import Diagnosis, FirstSight, Watch
from walletdesk.conversations.diagnoses.queries import named_in
from walletdesk.conversations.queries import get_conversation
from walletdesk.conversations.types import Audience
from walletdesk.kit import clock

SIGHTINGS_KEPT = timedelta(days=180)
WATCHES_KEPT = timedelta(days=30)


@transaction.atomic
def forget_overwritten(*, conversation_id: int, kinds: list[str], seqs: list[int]) -> None:
    """Remove what was looked up from messages that turned out to hold a secret.

    The handler of `secret_removed`: a number that passed for a hash may have become a key by what
    was written after it.
    """
    del kinds, seqs  # each is looked at anew
    conversation = get_conversation(conversation_id)
    if conversation is None:
        return
    rows = Diagnosis.objects.filter(conversation=conversation)
    watches = Watch.objects.filter(conversation=conversation)
    looked_up = {*rows.values_list("seq", flat=True), *watches.values_list("seq", flat=True)}
    named = named_in(conversation, Audience.STAFF, looked_up) if looked_up else {}
    for row in rows:
        looked = {record["ref"]["text"] for record in row.report}
        if not looked <= _spellings(named.get(row.seq, ())):
            row.delete()
    for watch in watches:
        if watch.reference not in _spellings(named.get(watch.seq, ())):
            watch.delete()


def _spellings(refs: Iterable[Ref]) -> set[str]:
    bare = {ref.text for ref in refs}
    return bare | {"0x" + text for text in bare}


@transaction.atomic
def remove_old() -> None:
    """Forget first sightings and ended watches that nobody needs any more."""
    now = clock.now()
    FirstSight.objects.filter(seen_at__lt=now - SIGHTINGS_KEPT).delete()
    Watch.objects.filter(ended_at__lt=now - WATCHES_KEPT).delete()
