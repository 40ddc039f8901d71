"""Writes to a brand's choice of nodes: owners only, audited by host, with a step back."""

from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.chain.choices import (
    MOST_NODES,
    PER_SECOND,
    SECONDS,
    Choice,
    chosen_node,
)
from walletdesk.chain.networks import Network, NetworksError
from walletdesk.conversations.diagnoses.books import choice_before, open_choice, sealed_choice
from walletdesk.conversations.diagnoses.models import NetworkChoice
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, ChangedMeanwhile


@transaction.atomic
def choose_network(*, actor: Membership, network: Network, version: int, choice: Choice) -> None:
    """Set how a network is asked. Raises NotAllowed, BadInput, ChangedMeanwhile.

    It holds from the next look on, in every process.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    _check(network, choice)
    row = _locked(actor, network, version)
    _put(actor, network, row, choice, open_choice(row))


@transaction.atomic
def undo_network(*, actor: Membership, network: Network, version: int) -> None:
    """Put back what stood there before the last change. Raises NotAllowed, ChangedMeanwhile."""
    require_right(actor.role, Permission.BRAND_EDIT)
    row = _locked(actor, network, version)
    if row is None:
        raise ChangedMeanwhile(version=0)
    _put(actor, network, row, choice_before(row), open_choice(row))


def _check(network: Network, choice: Choice) -> None:
    wrong: dict[str, str] = {}
    if len(choice.nodes) > MOST_NODES:
        wrong["nodes"] = "too_many"
    for url in choice.nodes[:MOST_NODES]:
        try:
            chosen_node(url, network.family)
        except NetworksError as error:
            wrong["nodes"] = str(error)
    if choice.only and not choice.nodes:
        wrong["nodes"] = "required"
    if choice.seconds is not None and choice.seconds not in SECONDS:
        wrong["seconds"] = "range"
    if choice.per_second is not None and choice.per_second not in PER_SECOND:
        wrong["per_second"] = "range"
    if wrong:
        raise BadInput(**wrong)


def _locked(actor: Membership, network: Network, version: int) -> NetworkChoice | None:
    rows = NetworkChoice.objects.select_for_update().filter(brand_id=actor.brand_id)
    row = rows.filter(network=network.id).first()
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile(version=row.version if row else 0)
    return row


def _put(
    actor: Membership, network: Network, row: NetworkChoice | None, choice: Choice, before: Choice
) -> None:
    def sealed(one: Choice) -> bytes:
        return sealed_choice(one, brand_id=actor.brand_id, network=network.id)

    kept = row or NetworkChoice(brand=actor.brand, network=network.id, version=0)
    kept.choice, kept.before = sealed(choice), sealed(before)
    kept.version += 1
    kept.changed_at = clock.now()
    try:
        with transaction.atomic():
            kept.save(force_insert=row is None)
    except IntegrityError as error:  # somebody else chose first
        raise ChangedMeanwhile(version=1) from error
    record_change(
        actor=actor,
        action="network.changed",
        subject=f"network:{network.id}",
        before=_told(network, before),
        after=_told(network, choice),
    )


def _told(network: Network, choice: Choice) -> dict[str, Any]:
    """Return what the trail may hold: hosts, never whole addresses."""
    return {
        "enabled": choice.enabled,
        "nodes": [chosen_node(url, network.family).host for url in choice.nodes],
        "only": choice.only,
        "seconds": choice.seconds,
        "per_second": choice.per_second,
    }
