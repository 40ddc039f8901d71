"""Reads of what leaves the desk: found contacts, exports and their rows. All of it masked."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.accounts.watch.rules import zone_of
from walletdesk.contacts.models import Contact
from walletdesk.contacts.personal.queries import masked_identities_of
from walletdesk.contacts.personal.types import Found
from walletdesk.conversations.disclosures.models import Export
from walletdesk.conversations.disclosures.types import FoundContact
from walletdesk.conversations.models import CLOCK_MARGIN, Conversation, Event
from walletdesk.conversations.types import Kind, Status
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound

EXPORTS = 50
SHOWN = 5
Record = dict[str, str]


def contact_of_ref(membership: Membership, ref: str) -> int | None:
    """Return whose conversation this is, None for one that this person may not know of."""
    if not ids.may_name(ref):
        return None
    rows = Conversation.objects.filter(brand_id=membership.brand_id, ref=ref.lower())
    return rows.exclude(status=Status.NEW).values_list("contact_id", flat=True).first()


def described(membership: Membership, found: Sequence[Found]) -> list[FoundContact]:
    """Return found contacts as staff see them."""
    wanted = [each.contact_id for each in found]
    contacts = Contact.objects.filter(brand_id=membership.brand_id).in_bulk(wanted)
    identities = masked_identities_of(wanted)
    rows = Conversation.objects.filter(contact__in=wanted).exclude(status=Status.NEW)
    talks: dict[int, list[tuple[str, str, datetime]]] = {}
    for row in rows.order_by("-pk")[: 20 * SHOWN]:
        talks.setdefault(row.contact_id, []).append((row.ref, row.status, row.last_event_at))
    return [
        FoundContact(
            contact_id=each.contact_id,
            label=contacts[each.contact_id].label,
            by_identity=each.by_identity,
            identities=tuple(identities.get(each.contact_id, [])),
            conversations=tuple(talks.get(each.contact_id, [])[:SHOWN]),
        )
        for each in found
        if each.contact_id in contacts
    ]


# --- exports ------------------------------------------------------------------------------


def _require(membership: Membership) -> None:
    rights = (Permission.EXPORT_REQUEST, Permission.EXPORT_APPROVE)
    if not any(may(membership.role, right) for right in rights):
        raise NotFound


def list_exports(membership: Membership) -> list[Export]:
    """Return the newest requests of a brand, at most EXPORTS."""
    _require(membership)
    return list(
        Export.objects.filter(brand_id=membership.brand_id)
        .select_related("requested_by__user", "decided_by__user")
        .order_by("-pk")[:EXPORTS]
    )


def get_export_for(membership: Membership, ref: str) -> Export:
    """Return a request of one's brand, else raise NotFound."""
    _require(membership)
    if not ids.may_name(ref):
        raise NotFound
    found = (
        Export.objects.filter(brand_id=membership.brand_id, ref=ref)
        .select_related("requested_by__user", "brand")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def conversations_in(export: Export, limit: int) -> list[Conversation]:
    """Return the conversations that began in the days of an export, oldest first."""
    zone = zone_of(export.brand.default_language)
    start = datetime.combine(export.first_day, datetime.min.time(), zone)
    end = datetime.combine(export.last_day, datetime.min.time(), zone) + timedelta(days=1)
    rows = Conversation.objects.filter(
        brand_id=export.brand_id, created_at__gte=start, created_at__lt=end
    ).exclude(status=Status.NEW)
    return list(rows.select_related("contact", "assignee__user").order_by("pk")[:limit])


def conversation_records(rows: Sequence[Conversation]) -> Iterator[Record]:
    """Yield a record for each conversation. No text of anybody."""
    for row in rows:
        yield {
            "conversation": row.ref,
            "contact": str(row.contact_id),
            "channel": row.channel,
            "status": row.status,
            "language": row.language,
            "topic": row.topic,
            "urgency": str(row.urgency),
            "agent": row.assignee.user.name if row.assignee else "",
            "rating": "" if row.rating is None else str(row.rating),
            "started": row.created_at.isoformat(timespec="seconds"),
            "last_event": row.last_event_at.isoformat(timespec="seconds"),
        }


def message_records(rows: Sequence[Conversation], limit: int) -> Iterator[Record]:
    """Yield a record for each message, with its tokens as they are stored."""
    if not rows:
        return
    names = {row.pk: row.ref for row in rows}
    events = Event.objects.filter(
        conversation__in=names,
        kind=Kind.MESSAGE,
        created_at__gte=min(row.created_at for row in rows) - CLOCK_MARGIN,
    ).order_by("conversation_id", "seq")[:limit]
    for event in events:
        yield {
            "conversation": names[event.conversation_id],
            "number": str(event.seq),
            "at": event.created_at.isoformat(timespec="seconds"),
            "author": event.author,
            "name": event.name,
            "text": event.text,
        }


def contact_records(
    rows: Sequence[Conversation], values: dict[int, list[tuple[str, str]]] | None
) -> Iterator[Record]:
    """Yield a record for each identity of the contacts: masked, unless values are handed in."""
    contacts = {row.contact_id: row.contact for row in rows}
    if values is None:
        masked = masked_identities_of(list(contacts))
        values = {pk: [(m.kind, m.mask) for m in found] for pk, found in masked.items()}
    for pk, contact in contacts.items():
        for kind, value in values.get(pk, []):
            yield {
                "contact": str(pk),
                "label": contact.label,
                "language": contact.language,
                "since": contact.created_at.isoformat(timespec="seconds"),
                "kind": kind,
                "value": value,
            }
