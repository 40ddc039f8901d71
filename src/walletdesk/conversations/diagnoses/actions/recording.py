"""Recording what a look brought."""

from collections.abc import Mapping

from django.db import transaction

from walletdesk.chain.types import Diagnosis as Found
from walletdesk.chain.types import Sighting
from walletdesk.conversations.actions.bot import note_triage
from walletdesk.conversations.diagnoses import events
from walletdesk.conversations.diagnoses.models import Diagnosis, FirstSight, Watch
from walletdesk.conversations.diagnoses.records import as_record
from walletdesk.conversations.diagnoses.rules import urgency_of
from walletdesk.conversations.diagnoses.types import Looked, State
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation, was_described
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import publish

_NONCE_MOST = 2**63 - 1
_SPENT = 30


@transaction.atomic
def record_diagnosis(*, diagnosis: Diagnosis, looked: Looked) -> bool:
    """Keep what the networks said, and raise the urgency when it is urgent. False when too late.

    Publishes `diagnosis_made`. Nothing found counts as failed, which is published too: who waits
    for an answer gets one.
    """
    remember(sightings=looked.sightings)
    try:
        conversation = lock_conversation(diagnosis.conversation_id)
    except Conversation.DoesNotExist:
        return False  # erased meanwhile
    found = looked.found
    changed = Diagnosis.objects.filter(pk=diagnosis.pk, state=State.ASKED).update(
        state=State.MADE if found else State.FAILED,
        report=[as_record(each) for each in found],
        verdict=found[0].verdict if found else "",
        made_at=clock.now(),
    )
    if not changed:
        return False
    if found:
        raise_by_facts(conversation, max(urgency_of(each.verdict) for each in found))
    tell_made(diagnosis)
    return True


def tell_made(diagnosis: Diagnosis) -> None:
    """Publish that a look-up is there."""
    key = diagnosis.conversation_id
    publish(
        name=events.DIAGNOSIS_MADE,
        key=str(key),
        payload={"conversation_id": key, "seq": diagnosis.seq},
    )


def raise_by_facts(conversation: Conversation, urgency: int) -> None:
    """Raise the urgency of a locked conversation that is not over; what staff have set stays."""
    over = conversation.status in (Status.RESOLVED, Status.MERGED)
    if not over and urgency > conversation.urgency and not was_described(conversation):
        note_triage(conversation=conversation, topic="", urgency=urgency)


@transaction.atomic
def remember(*, sightings: Mapping[tuple[str, str], Sighting]) -> None:
    """Keep first sightings; the first of a transaction stays."""
    rows = [
        FirstSight(
            network=network[:40],
            transaction=transaction_hash[:120],
            sender=seen.sender[:120],
            nonce=seen.nonce if seen.nonce is None or 0 <= seen.nonce <= _NONCE_MOST else None,
            inputs=[spent[:120] for spent in seen.inputs[:_SPENT]],
            seen_at=seen.seen_at or clock.now(),
        )
        for (network, transaction_hash), seen in sightings.items()
    ]
    FirstSight.objects.bulk_create(rows, ignore_conflicts=True)


def renew(watch: Watch, found: Found) -> None:
    """Put what a watch has seen into the look-up that it began with, so that all tell the same."""
    row = Diagnosis.objects.filter(conversation=watch.conversation_id, seq=watch.seq).first()
    if row is None or row.state != State.MADE:
        return
    report = [
        as_record(found) if record["ref"]["text"] == watch.reference else record
        for record in row.report
    ]
    Diagnosis.objects.filter(pk=row.pk).update(
        report=report, verdict=report[0]["finding"]["verdict"], made_at=clock.now()
    )
