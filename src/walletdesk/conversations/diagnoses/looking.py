"""The jobs' work: ask the networks, outside of any transaction, then record what they said."""

import logging
from collections.abc import Collection

from walletdesk.chain.memory import ProcessMemory
from walletdesk.chain.networks import NetworksError
from walletdesk.chain.refs import BadRef
from walletdesk.chain.types import Diagnosis as Found
from walletdesk.chain.types import Kind, Sighting
from walletdesk.conversations.diagnoses.actions.recording import record_diagnosis
from walletdesk.conversations.diagnoses.actions.watching import claim_watch, record_watch
from walletdesk.conversations.diagnoses.books import book_of
from walletdesk.conversations.diagnoses.naming import refs_in
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.conversations.diagnoses.queries import (
    addresses_of,
    get_diagnosis,
    sightings_of,
    text_of,
)
from walletdesk.conversations.diagnoses.types import Looked, State

log = logging.getLogger("walletdesk.diagnoses")

NOTHING = Looked((), {})


class _Collecting(ProcessMemory):
    """Knows what the database knew before the look, and collects what is new.

    Readers are asynchronous and may not ask the database themselves.
    """

    def __init__(self, known: dict[tuple[str, str], Sighting]) -> None:
        super().__init__()
        self.new: dict[tuple[str, str], Sighting] = {}
        for (network, transaction), sighting in known.items():
            super().remember(network, transaction, sighting)

    def remember(self, network: str, transaction: str, sighting: Sighting) -> None:
        if self.recall(network, transaction) is None:
            self.new[network, transaction] = sighting
        super().remember(network, transaction, sighting)


def look(diagnosis_id: int) -> None:
    """Look up what a message names, and record it. Does nothing when that was done already."""
    row = get_diagnosis(diagnosis_id)
    if row is None or row.state != State.ASKED:
        return
    text = text_of(row.conversation, row.seq)
    brand_id = row.conversation.brand_id
    looked = _ask(brand_id, text, addresses_of(row.conversation))
    record_diagnosis(diagnosis=row, looked=looked)


def look_again(watch_id: int) -> None:
    """Look at a watched transaction, and record whether it changed."""
    watch = claim_watch(watch_id=watch_id)
    if watch is not None:
        # It was decided long ago that this is no key; alone, a bare number would be doubtful again.
        brand_id = watch.conversation.brand_id
        named = f"transaction hash {watch.reference}"
        looked = _ask(brand_id, named, network=watch.network or None)
        record_watch(watch=watch, looked=looked)


def _ask(
    brand_id: int, text: str, known: Collection[str] = (), *, network: str | None = None
) -> Looked:
    """Ask a brand's networks about what a text names, in time. Never raises for bad input."""
    memory = _Collecting(sightings_of([ref.text for ref in refs_in(text)]))
    try:
        found: list[Found] = Port.diagnoser(book_of(brand_id), memory).diagnose_now(
            text, network=network, known=frozenset(known)
        )
    except BadRef:
        return NOTHING
    except NetworksError as error:
        log.warning("the networks cannot be used: %s", error)
        return NOTHING
    told = tuple(d for d in found if d.ref.kind in (Kind.TRANSACTION, Kind.ADDRESS))
    return Looked(told, memory.new)
