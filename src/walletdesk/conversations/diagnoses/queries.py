"""Reads of look-ups and watches. Callers come with a conversation that they may see."""

from collections.abc import Collection

from walletdesk.chain.types import Kind as RefKind
from walletdesk.chain.types import Ref, Sighting
from walletdesk.conversations.diagnoses.models import Diagnosis, FirstSight, Watch
from walletdesk.conversations.diagnoses.naming import refs_in
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of, events_visible_to
from walletdesk.conversations.types import Audience, Author, Kind
from walletdesk.kit.errors import NotFound

MOST_MESSAGES = 100  # a page of a thread
_KNOWN_FROM = 20  # messages of the customer in which their addresses are looked for


def named_in(
    conversation: Conversation, audience: Audience, seqs: Collection[int]
) -> dict[int, tuple[Ref, ...]]:
    """Return what these messages name: number → references; those that name nothing are absent."""
    rows = events_visible_to(audience, conversation).filter(
        kind=Kind.MESSAGE, seq__in=sorted(seqs)[:MOST_MESSAGES]
    )
    found = {seq: refs_in(text) for seq, text in rows.values_list("seq", "text")}
    return {seq: refs for seq, refs in found.items() if refs}


def text_of(conversation: Conversation, seq: int) -> str:
    """Return a message's stored text; empty when it is gone."""
    row = events_of(conversation).filter(kind=Kind.MESSAGE, seq=seq)
    return row.values_list("text", flat=True).first() or ""


def unanswered_naming(conversation: Conversation) -> dict[int, tuple[Ref, ...]]:
    """Return what the customer's messages since the last answer name, by number."""
    named: dict[int, tuple[Ref, ...]] = {}
    events = events_of(conversation).filter(kind=Kind.MESSAGE).order_by("-seq")[:_KNOWN_FROM]
    for event in events:
        if event.author != Author.CUSTOMER:
            break
        refs = refs_in(event.text)
        if refs:
            named[event.seq] = refs
    return named


def addresses_of(conversation: Conversation) -> frozenset[str]:
    """Return the addresses that the customer has named: what a look-alike may look like."""
    written = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER)
    texts = written.order_by("-seq").values_list("text", flat=True)[:_KNOWN_FROM]
    refs = (ref for text in texts for ref in refs_in(text))
    return frozenset(ref.text for ref in refs if ref.kind is RefKind.ADDRESS)


def diagnoses_of(conversation: Conversation, seqs: Collection[int]) -> dict[int, Diagnosis]:
    """Return the look-ups of these messages, by number."""
    rows = Diagnosis.objects.filter(conversation=conversation, seq__in=seqs)
    return {row.seq: row for row in rows}


def get_diagnosis_in(conversation: Conversation, seq: int) -> Diagnosis:
    """Return the look-up of a message. Raises NotFound."""
    found = Diagnosis.objects.filter(conversation=conversation, seq=seq).first()
    if found is None:
        raise NotFound
    return found


def get_diagnosis(diagnosis_id: int) -> Diagnosis | None:
    """Return a look-up for a job, None when its conversation was erased."""
    rows = Diagnosis.objects.select_related("conversation__brand")
    return rows.filter(pk=diagnosis_id).first()


def newest_diagnoses(conversation: Conversation) -> list[Diagnosis]:
    """Return the last three look-ups, newest first, for a summary."""
    return list(Diagnosis.objects.filter(conversation=conversation).order_by("-seq")[:3])


def watched_in(conversation: Conversation) -> frozenset[str]:
    """Return the references that are being watched."""
    rows = Watch.objects.filter(conversation=conversation, ended_at=None)
    return frozenset(rows.values_list("reference", flat=True))


def sightings_of(references: Collection[str]) -> dict[tuple[str, str], Sighting]:
    """Return what was seen first of these transactions, in either spelling."""
    bare = {text.removeprefix("0x") for text in references}
    rows = FirstSight.objects.filter(transaction__in=bare | {"0x" + text for text in bare})
    return {
        (row.network, row.transaction): Sighting(
            row.sender, row.nonce, tuple(row.inputs), row.seen_at
        )
        for row in rows
    }
