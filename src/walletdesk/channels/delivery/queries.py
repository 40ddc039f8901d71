"""Reads of the ledger."""

from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import State
from walletdesk.kit.errors import NotFound


def get_delivery(delivery_id: int) -> Delivery | None:
    """Return a delivery for the product's own handlers, None when it was forgotten."""
    return Delivery.objects.filter(pk=delivery_id).first()


def get_delivery_of(conversation_id: int, delivery_id: int) -> Delivery:
    """Return a delivery of a conversation that the asker may read, else raise NotFound."""
    found = Delivery.objects.filter(conversation_id=conversation_id, pk=delivery_id).first()
    if found is None:
        raise NotFound
    return found


def last_seq_covered(conversation_id: int, channel: str, purpose: str) -> int:
    """Return the number of the newest event that a delivery of this purpose carries, else 0."""
    rows = Delivery.objects.filter(
        conversation_id=conversation_id, channel=channel, purpose=purpose
    )
    return rows.order_by("-seq").values_list("seq", flat=True).first() or 0


def counts(brand_id: int) -> dict[State, int]:
    """Return how many deliveries of a brand stand in each state that calls for somebody."""
    wanted = (State.QUEUED, State.DEFERRED, State.UNKNOWN)
    rows = Delivery.objects.filter(brand_id=brand_id, state__in=wanted)
    found = dict.fromkeys(wanted, 0)
    for state in rows.values_list("state", flat=True)[:10_000]:
        found[State(state)] += 1
    return found
