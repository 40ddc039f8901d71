"""What follows a caught secret: its mark is kept, it is recognised, and other rooms are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from walletdesk.contacts.vault import derived_key
from walletdesk.conversations import events
from walletdesk.conversations.caught.models import CaughtSecret
from walletdesk.conversations.types import Author, Kind, NewEvent
from walletdesk.kit.outbox.actions import publish_all
from walletdesk.kit.seal import keyed_hash
from walletdesk.safety.fingerprint import Caught

SHOWN = 5  # conversations in which it was seen before
_SEEN = """
SELECT w.place, array_agg(DISTINCT c.ref ORDER BY c.ref)
FROM unnest(%s::int[], %s::bigint[], %s::bytea[]) AS w(place, brand_id, mark)
JOIN caught_caughtsecret s ON s.brand_id = w.brand_id AND s.mark = w.mark
JOIN conversations_conversation c ON c.id = s.conversation_id
GROUP BY w.place
"""


@dataclass(frozen=True, slots=True)
class Catch:
    """A message out of which secrets were cut: `kinds` of them, `marks` of those long enough."""

    conversation_id: int
    brand_id: int
    seq: int
    kinds: tuple[str, ...]
    marks: tuple[bytes, ...] = field(default=(), repr=False)


def mark_of(digest: bytes) -> bytes:
    """Return the keyed hash of a secret, which may be written: without the key it tells nothing."""
    return keyed_hash(derived_key("caught secrets"), digest.hex())


def marks_of(found: Sequence[Caught]) -> tuple[bytes, ...]:
    """Return the marks of what a check found."""
    return tuple(mark_of(caught.digest) for caught in found)


def recognised(catches: Sequence[Catch]) -> dict[int, NewEvent]:
    """Return, by the place of a catch, the line that tells staff where it was seen before.

    Within one brand only: another brand's conversations are not this one's to know.
    """
    rows = [(place, c.brand_id, mark) for place, c in enumerate(catches) for mark in c.marks]
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [list(column) for column in zip(*rows, strict=True)])
        return {place: _line(refs) for place, refs in cursor.fetchall()}


def _line(refs: Sequence[str]) -> NewEvent:
    told = ", ".join(refs[:SHOWN]) + (" …" if len(refs) > SHOWN else "")
    return NewEvent(kind=Kind.RECOGNISED, author=Author.SYSTEM, staff_data={"refs": told})


def keep_catches(catches: Sequence[Catch]) -> None:
    """Keep the marks and tell the other rooms, in the transaction of the messages themselves."""
    rows = [
        CaughtSecret(brand_id=c.brand_id, conversation_id=c.conversation_id, seq=c.seq, mark=mark)
        for c in catches
        for mark in c.marks
    ]
    if rows:
        CaughtSecret.objects.bulk_create(rows, ignore_conflicts=True)
    publish_all(
        name=events.SECRET_CAUGHT,
        facts=[
            (
                str(c.conversation_id),
                {
                    "conversation_id": c.conversation_id,
                    "seq": c.seq,
                    "kinds": list(c.kinds),
                    "fingerprint": c.marks[0].hex() if c.marks else "",
                },
            )
            for c in catches
        ],
    )
