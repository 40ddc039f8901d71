"""Write events beside the data they are about, and handle them."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import Error, connection, transaction

from walletdesk.kit import clock
from walletdesk.kit.outbox import registry
from walletdesk.kit.outbox.models import OutboxEvent
from walletdesk.kit.wake import wake_workers

log = logging.getLogger("walletdesk.outbox")

MAX_ATTEMPTS = 5  # then the row is parked, its key goes on without it, and /readyz tells
FIRST_RETRY = timedelta(seconds=1)

# What was not tried yet is due whatever the clocks say: the second try alone is planned by ours.
_HEADS = """
SELECT o.id FROM outbox_outboxevent o
WHERE o.parked_at IS NULL AND (o.attempts = 0 OR o.due_at <= %s) AND (o.handler = ANY (%s)) = %s
  AND NOT EXISTS (
    SELECT 1 FROM outbox_outboxevent e
    WHERE e.handler = o.handler AND e.key = o.key AND e.id < o.id AND e.parked_at IS NULL)
ORDER BY o.id LIMIT 1
FOR UPDATE SKIP LOCKED
"""


def publish(*, name: str, key: str, payload: dict[str, Any]) -> None:
    """Record a fact in the present transaction. Nothing is written when nobody is wired to it."""
    publish_all(name=name, facts=[(key, payload)])


def publish_all(*, name: str, facts: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Record many facts of one name with one statement."""
    handlers = registry.handlers_of(name)
    if not handlers or not facts:
        return
    OutboxEvent.objects.bulk_create(
        OutboxEvent(handler=handler, name=name, key=key, payload=payload)
        for key, payload in facts
        for handler in handlers
    )
    wake_workers()


def handle_next(*, background: bool = False) -> bool:
    """Take one event that is due and handle it. Return False when none is due.

    With `background` only events for which nobody waits are looked at, else only the others.
    The handler runs in a savepoint of the transaction that removes the row: an exception undoes
    what the handler wrote, counts an attempt and tries again later with growing pauses. So does
    what the database finds wrong only when all is written (deferred constraints), and what makes it
    end the session (too slow, too large).
    """
    taken: OutboxEvent | None = None
    attempts = 0
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_HEADS, [clock.now(), registry.background(), background])
                row = cursor.fetchone()
            if row is None:
                return False
            taken = OutboxEvent.objects.get(pk=row[0])
            attempts = taken.attempts
            _handle(taken)
    except Error as error:  # found by the database at the very end, or the session is gone
        if taken is None:
            raise
        _put_off_undone(taken, attempts, error)
    return True


def _handle(event: OutboxEvent) -> None:
    try:
        with transaction.atomic():
            registry.call(event.handler, event.payload)
    except Exception as error:
        log.exception("handler %s failed on event %s", event.handler, event.pk)
        _put_off(event, error)
    else:
        OutboxEvent.objects.filter(pk=event.pk).delete()


@transaction.atomic
def _put_off_undone(taken: OutboxEvent, attempts: int, error: Error) -> None:
    """Count an attempt of which nothing is left, else the event would come first for ever."""
    log.error("handler %s failed on event %s at its end", taken.handler, taken.pk, exc_info=error)
    events = OutboxEvent.objects.select_for_update(skip_locked=True)
    if event := events.filter(pk=taken.pk, attempts=attempts).first():
        _put_off(event, error)


def _put_off(event: OutboxEvent, error: Exception) -> None:
    event.attempts += 1
    event.error = type(error).__name__  # a message could quote what a customer wrote
    event.due_at = clock.now() + FIRST_RETRY * 4 ** (event.attempts - 1)
    if event.attempts >= MAX_ATTEMPTS:
        event.parked_at = clock.now()
    event.save()
