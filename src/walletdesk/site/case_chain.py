"""What joins security cases to the diagnosis of chains: references in, stored observations out."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from walletdesk.cases.ports import ChainReport, Named
from walletdesk.cases.types import Seen
from walletdesk.chain.memory import FileMemory
from walletdesk.chain.networks import Book, NetworksError
from walletdesk.chain.refs import BadRef, find_refs
from walletdesk.chain.running import Diagnoser
from walletdesk.chain.types import Diagnosis, Facts, Kind
from walletdesk.conversations.diagnoses.books import book_of
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.site.chain_guard import WordGuard

MOST_REFERENCES = 12  # of one reading
WHERE = {Kind.TRANSACTION: "transaction", Kind.ADDRESS: "address"}
MOST_LIST = 60  # entries of one fact that are kept


class CaseChain:
    """Reads chains for security cases with the brand's networks, or with those of `book`."""

    def __init__(self, memory: Path, book: Book | None = None) -> None:
        self._file = memory
        self._given = book

    @cached_property
    def _memory(self) -> FileMemory:
        return FileMemory(self._file)

    def names(self, text: str) -> list[Named]:
        """Return the transactions and addresses in a text, never what may be a secret."""
        try:
            found = find_refs(text, self._given or Port.book(), WordGuard())
        except (BadRef, NetworksError):
            return []
        return [Named(WHERE[ref.kind], ref.text) for ref in found if ref.kind in WHERE]

    def read(self, references: Sequence[str], known: Sequence[str], brand_id: int) -> ChainReport:
        """Diagnose each reference on its own, so that one cannot spoil the others."""
        try:
            book = self._given or book_of(brand_id)
        except NetworksError:
            return ChainReport()
        reader = Diagnoser(book, WordGuard(), self._memory)
        seen: list[Seen] = []
        silent: set[str] = set()
        for reference in references[:MOST_REFERENCES]:
            for diagnosis in _diagnosed(reader, reference, frozenset(known) - {reference}):
                silent.update(diagnosis.silent)
                seen += _observations(book, diagnosis)
        return ChainReport(tuple(seen), tuple(sorted(silent)))


def _diagnosed(reader: Diagnoser, reference: str, known: frozenset[str]) -> list[Diagnosis]:
    # A bare number was told from a key when it was taken over, by the words around it.
    named = f"tx {reference}" if len(reference) >= 64 else reference
    try:
        return reader.diagnose_now(named, known=known)
    except (BadRef, NetworksError):
        return []


def _observations(book: Book, diagnosis: Diagnosis) -> Iterator[Seen]:
    if diagnosis.ref.kind not in WHERE or not diagnosis.network:
        return
    yield _seen(book, diagnosis, diagnosis.facts, diagnosis.network, first=True)
    for facts in diagnosis.elsewhere:
        yield _seen(book, diagnosis, facts, facts.network, first=False)


def _seen(book: Book, diagnosis: Diagnosis, facts: Facts, network: str, *, first: bool) -> Seen:
    known = book.networks.get(network)
    return Seen(
        reference=diagnosis.ref.text,
        kind=WHERE[diagnosis.ref.kind],
        network=network,
        network_name=known.name if known else network,
        verdict=str(diagnosis.verdict) if first else "",
        confidence=str(diagnosis.finding.confidence),
        also=tuple(str(finding.verdict) for finding in diagnosis.also) if first else (),
        fields=dict(diagnosis.finding.fields) if first else {},
        facts=[_short(fact.as_json()) for fact in facts if not fact.unknown],
        evidence=dict(diagnosis.evidence) if first else {},
        coin=known.coin if known else "",
        decimals=known.decimals if known else 0,
    )


def _short(fact: dict[str, Any]) -> dict[str, Any]:
    value = fact["value"]
    return {**fact, "value": value[:MOST_LIST]} if isinstance(value, list) else fact
